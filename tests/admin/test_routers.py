"""Rules as a document: faults at their lines, trials that leave no trace, versions that stay."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.admin.lines import line_of
from app.db import db
from app.models import Activity, AuditEntry, Lead, LedgerEntry, Request, Reservation, RouteRecord
from tests.fixtures.consoles import Browser

Open = Callable[[str | None], Browser]
EDIT, TRY, VERSIONS, CHECKS, PUBLISH = (
    f"/admin/routers/inbound/{page}" for page in ("edit", "try", "versions", "checks", "publish")
)

GOOD = """rules:
  - name: Germany
    when: {field: country, op: eq, value: DE}
    action: {pool: everybody}
catch_all: [{pool: everybody}]
"""


@pytest.mark.parametrize(
    ("path", "line"),
    [
        ("rules[0]", 2),
        ("rules[0].when.op", 3),
        ("catch_all", 5),
        ("rules[9]", 1),
        ("", 1),
        ("catch_all[0].pool", 5),
    ],
)
def test_a_path_leads_to_its_line(path: str, line: int) -> None:
    assert line_of(GOOD, path) == line


def test_a_document_that_cannot_be_read_has_no_lines() -> None:
    assert line_of("{broken", "rules[0]") is None


@pytest.mark.parametrize(
    ("document", "said"),
    [
        (GOOD.replace("op: eq", "op: resembles"), "Line 3"),
        (GOOD.replace("pool: everybody}\ncatch", "pool: nowhere}\ncatch"), "Line 4"),
        (GOOD.replace("catch_all: [{pool: everybody}]\n", ""), "catch_all"),
        ("rules: [", "not valid YAML"),
        ("just words", "must have rules"),
    ],
)
@pytest.mark.parametrize("wish", ["check", "publish"])
def test_faults_are_named_by_line_and_nothing_typed_is_lost(
    as_user: Open, document: str, said: str, wish: str
) -> None:
    answer = as_user("ada").post(EDIT, {"document": document, "wish": wish})
    assert answer.status_code == (422 if wish == "publish" or "YAML" in said or "must" in said else 200)
    assert said in answer.text
    assert document.splitlines()[0] in answer.text


def test_checking_keeps_nothing(app: Flask, as_user: Open) -> None:
    browser = as_user("ada")
    before = browser.get(EDIT).text
    assert "Nothing to mend" in browser.post(EDIT, {"document": GOOD, "wish": "check"}).text
    assert browser.get(EDIT).text.split("textarea")[1] == before.split("textarea")[1]


def test_trying_a_lead_tells_rule_rep_and_times_and_leaves_no_trace(app: Flask, as_user: Open) -> None:
    tables = (Lead, Request, RouteRecord, Reservation, LedgerEntry, Activity, AuditEntry)

    def count() -> list[int | None]:
        with app.app_context():
            return [db.session.scalar(select(func.count()).select_from(table)) for table in tables]

    browser, before = as_user("mia"), count()
    answer = browser.post(
        TRY,
        {
            "answer.email": "priya@clinic.example",
            "answer.country": "DE",
            "answer.industry": "healthcare",
            "timezone": "Europe/Berlin",
        },
    )
    assert answer.status_code == 200
    assert "Healthcare in DACH" in answer.text
    assert "Remy got it" in answer.text
    assert 'class="time"' in answer.text
    assert count() == before


@pytest.mark.parametrize("email", ["", "no address"])
def test_a_lead_without_an_address_cannot_be_tried(as_user: Open, email: str) -> None:
    answer = as_user("mia").post(TRY, {"answer.email": email, "timezone": "Europe/Berlin"})
    assert answer.status_code == 422
    assert "f-answer-email-error" in answer.text


def test_a_draft_can_be_tried_before_it_is_in_force(as_user: Open) -> None:
    browser = as_user("ada")
    browser.post(EDIT, {"document": GOOD.replace("name: Germany", "name: Only a draft"), "wish": "draft"})
    asked = {"answer.email": "a@b.example", "answer.country": "DE", "timezone": "Europe/Berlin"}
    assert "Only a draft" in browser.post(TRY, {**asked, "rules": "draft"}).text
    assert (
        "Only a draft"
        not in browser.post(TRY, {**asked, "rules": "published"}).text.split("What would happen")[1]
    )
    assert browser.post(EDIT, {}, to="/admin/routers/inbound/discard").status_code == 303
    assert "Draft waiting" not in browser.get("/admin/routers").text


def test_each_publication_is_a_version_with_what_it_changed_and_can_be_restored(as_user: Open) -> None:
    browser = as_user("ada")
    answer = browser.post(EDIT, {"document": GOOD, "wish": "publish"})
    assert answer.headers["Location"].endswith(CHECKS)
    assert "Rule &#39;Healthcare in DACH&#39; was removed." in browser.get(CHECKS).text
    assert browser.post(CHECKS, {"note": "simpler"}, to=PUBLISH).status_code == 303
    page = browser.get(VERSIONS).text
    assert "simpler" in page
    assert "Rule &#39;Germany&#39; is new" in page
    assert 'data-kind="-"' in page
    assert "Healthcare in DACH" in page
    newest = page.count('id="version-')
    browser.post(VERSIONS, {}, to="/admin/routers/inbound/restore/1")
    again = browser.get(VERSIONS).text
    assert again.count('id="version-') == newest + 1
    assert "Healthcare in DACH" in browser.get("/admin/routers/inbound").text


def test_a_second_router_of_one_name_is_refused(as_user: Open) -> None:
    answer = as_user("ada").post("/admin/routers/new", {"name": "inbound", "document": GOOD, "wish": "draft"})
    assert answer.status_code == 422
    assert "of this name" in answer.text


LAYERED = """layers:
  - name: Germany first
    notes: Until the office in Lyon opens.
    rules:
      - name: Germany
        when: {field: country, op: eq, value: DE}
        action: {pool: everybody}
  - name: And then
    rules:
      - name: The rest
        when: {field: email, op: exists}
        action: {pool: nowhere}
catch_all: [{pool: everybody}]
"""


def test_rules_in_layers_are_checked_published_shown_and_tried(as_user: Open) -> None:
    browser = as_user("ada")
    assert "Line 12" in browser.post(EDIT, {"document": LAYERED, "wish": "publish"}).text
    mended = LAYERED.replace("nowhere", "everybody")
    assert browser.post(EDIT, {"document": mended, "wish": "publish"}).status_code == 303
    assert browser.post(CHECKS, {}, to=PUBLISH).status_code == 303
    page = browser.get("/admin/routers/inbound").text
    assert page.index("Germany first") < page.index("Until the office") < page.index("And then")
    assert ">2</td>" in browser.get("/admin/routers").text
    tried = browser.post(
        TRY, {"answer.email": "a@b.example", "answer.country": "DE", "timezone": "Europe/Berlin"}
    )
    assert "in layer Germany first" in tried.text
