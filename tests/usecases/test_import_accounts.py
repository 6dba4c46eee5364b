"""Accounts come in from CSV: upserted by domain, all rows or none, each fault with its line and code."""

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.actor import SYSTEM
from app.db import db
from app.errors import Invalid
from app.models import Account
from app.usecases.change_configuration import apply_document
from app.usecases.import_accounts import ImportReport, import_accounts
from tests.configuration.sample import sample_document

pytest_plugins = ["tests.fixtures.configuration"]

FILE = """domain,name,parent,owner,industry,employees,country,aliases
https://www.Globex.com/about,Globex,,rosa@acme.test,Energy,"1,200",us,globex.de; globex.fr
initech.com,Initech,globex.com,,,50,,
"""


@pytest.fixture
def company(configured_app: Flask) -> None:
    apply_document(sample_document(), SYSTEM)


def run(text: str, **options: Any) -> ImportReport:
    return import_accounts(text.encode(), SYSTEM, **options)


def faults_of(text: str) -> set[tuple[str, str]]:
    report = run(text)
    assert not report.is_applied
    return {(error.field, error.code) for error in report.errors}


def accounts() -> dict[str, Account]:
    return {row.domain: row for row in db.session.scalars(select(Account))}


def test_accounts_with_owners_parents_and_aliases_come_in(company: None) -> None:
    report = run(FILE)
    assert (report.added, report.changed, report.unchanged, report.is_applied) == (2, 0, 0, True)
    found = accounts()
    assert found["globex.com"].aliases == ["globex.de", "globex.fr"]
    assert found["globex.com"].attributes == {"industry": "Energy", "employees": 1200, "country": "US"}
    assert found["globex.com"].owner_rep_id is not None
    assert found["initech.com"].parent_id == found["globex.com"].id


def test_the_same_file_again_changes_nothing(company: None) -> None:
    run(FILE)
    report = run(FILE)
    assert (report.added, report.changed, report.unchanged) == (0, 0, 2)


def test_a_dry_run_counts_and_writes_nothing(company: None) -> None:
    report = run(FILE, dry_run=True)
    assert (report.added, report.is_applied, accounts()) == (2, False, {})


def test_a_blank_cell_leaves_a_value_and_a_dash_takes_it_away(company: None) -> None:
    run(FILE)
    report = run("domain,industry,employees,aliases,owner\nglobex.com,,-,-,-\n")
    assert (report.added, report.changed) == (0, 1)
    globex = accounts()["globex.com"]
    assert (globex.name, globex.attributes) == ("Globex", {"industry": "Energy", "country": "US"})
    assert (globex.aliases, globex.owner_rep_id) == ([], None)


def test_semicolons_tabs_and_a_byte_order_mark_are_read(company: None) -> None:
    assert import_accounts("\ufeffdomain;name\r\na.com;A\r\n".encode(), SYSTEM).added == 1
    assert import_accounts(b"domain\tname\nb.com\tB\n", SYSTEM).added == 1


@pytest.mark.parametrize(
    ("rows", "faults"),
    [
        ("nonsense,", {("line 2: domain", "invalid-domain")}),
        ("gmail.com,", {("line 2: domain", "free-mail")}),
        ("a.com,\n\na.com,", {("line 4: domain", "duplicate")}),
        ("a.com,A,extra", {("line 2: row", "too-many")}),
    ],
)
def test_a_bad_row_keeps_the_file_out_and_is_named(company: None, rows: str, faults: set[Any]) -> None:
    assert faults_of(f"domain,name\ngood.com,Good\n{rows}\n") == {
        (field.replace("line 2", "line 3").replace("line 4", "line 5"), code) for field, code in faults
    }
    assert accounts() == {}


@pytest.mark.parametrize(
    ("column", "cell", "code"),
    [
        ("owner", "nobody@acme.test", "unknown-owner"),
        ("parent", "nowhere.com", "unknown-parent"),
        ("parent", "a.com", "parent-cycle"),
        ("employees", "many", "wrong-type"),
        ("employees", "12.5", "wrong-type"),
        ("country", "Germany", "invalid"),
        ("aliases", "not a domain", "invalid-domain"),
        ("name", "x" * 501, "too-long"),
    ],
)
def test_a_bad_cell_is_named_by_line_and_column(company: None, column: str, cell: str, code: str) -> None:
    assert faults_of(f"domain,{column}\na.com,{cell}\n") == {(f"line 2: {column}", code)}


def test_an_alias_belongs_to_one_account_only(company: None) -> None:
    run(FILE)
    assert faults_of("domain,aliases\nother.com,globex.de\n") == {("line 2: aliases", "alias-taken")}
    assert faults_of("domain\nglobex.fr\n") == {("line 2: domain", "alias-taken")}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"name\nAcme\n", "missing"),
        (b"", "missing"),
        (b"domain,colour\na.com,red\n", "unknown-field"),
        (b"domain,domain\na.com,b.com\n", "duplicate"),
        (b"domain\n\xff\xfe.com\n", "not-utf-8"),
        (b"PK\x03\x04\x00\x00domain", "invalid"),
        (b'domain,name\na.com,"open\n', "malformed"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(company: None, data: bytes, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        import_accounts(data, SYSTEM)
    assert refused.value.errors[0].code == code
