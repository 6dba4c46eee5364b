"""Which account a lead belongs to, how sure that is, and whose it is."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.ownership import TIE_BREAKS, Account, Lead, Match, MatchKind, match_account

ACME = Account(
    "acme", "acme", "acme.test", ("acme.example", "mail.acme.example"), None, "remy", {"country": "DE"}
)
LABS = Account(
    "labs", "acme labs", "acmelabs.test", (), "acme", None, {"country": "DE", "postal_code": "10115"}
)
DEEP = Account("deep", "acme deep", "deep.test", (), "labs", None)
ALONE = Account("alone", "alone", "alone.test", (), None, None)
RING = (Account("one", "one", "one.test", (), "two"), Account("two", "two", "two.test", (), "one"))
ALL = {account.id: account for account in (ACME, LABS, DEEP, ALONE, *RING)}


@pytest.mark.parametrize(
    ("lead", "account", "kind", "confidence", "owner", "owned_by"),
    [
        (Lead("acme.test"), "acme", "domain", 100, "remy", "acme"),
        (Lead("ACME.test."), "acme", "domain", 100, "remy", "acme"),
        (Lead("acme.example"), "acme", "alias", 95, "remy", "acme"),
        (Lead("eu.acme.test"), "acme", "subdomain", 90, "remy", "acme"),
        (Lead("acmelabs.test"), "labs", "domain", 95, "remy", "acme"),
        (Lead("deep.test"), "deep", "domain", 90, "remy", "acme"),
        (Lead("alone.test"), "alone", "domain", 100, None, None),
        (Lead("one.test"), "one", "domain", 100, None, None),
        (Lead("new.test", parents=("acme.test",)), "acme", "parent", 80, "remy", "acme"),
        (
            Lead("new.test", parents=("mid.test", "acme.example")),
            "acme",
            "ultimate_parent",
            70,
            "remy",
            "acme",
        ),
        (Lead("new.test", parents=("acmelabs.test",)), "labs", "parent", 75, "remy", "acme"),
    ],
)
def test_each_kind_of_match_has_its_confidence_and_owner(
    lead: Lead, account: str, kind: str, confidence: int, owner: Any, owned_by: Any
) -> None:
    match = match_account(lead, ALL)
    assert match is not None
    assert (match.account, match.kind, match.confidence) == (account, kind, confidence)
    assert (match.owner, match.owned_by) == (owner, owned_by)
    assert Match.from_json(json.loads(json.dumps(match.to_json()))) == match


@pytest.mark.parametrize(
    "lead",
    [
        Lead(),
        Lead("other.test"),
        Lead("notacme.test"),
        Lead("test"),
        Lead("acme.test", is_free_mail=True),
        Lead("eu.acme.test", is_free_mail=True),
        Lead("new.test", parents=("",)),
    ],
)
def test_what_only_looks_alike_does_not_match(lead: Lead) -> None:
    assert match_account(lead, ALL) is None


def test_an_account_at_a_whole_top_level_domain_takes_nothing_below_it() -> None:
    assert match_account(Lead("other.test"), {"bare": Account("bare", domain="test")}) is None


@pytest.mark.parametrize(
    ("similarity", "fields", "confidence"),
    [
        (100, {}, None),
        (89, {"country": "DE"}, None),
        (90, {"country": "FR"}, None),
        (90, {"country": ""}, None),
        (90, {"country": "de"}, 55),
        (95, {"country": "DE"}, 60),
        (95, {"country": "DE", "postal_code": "10115"}, 65),
        (100, {"country": "DE", "postal_code": "10115"}, 70),
    ],
)
def test_a_close_name_matches_only_when_another_field_agrees(
    similarity: int, fields: Any, confidence: int | None
) -> None:
    match = match_account(Lead("new.test", name="acme labz", fields=fields), ALL, {"labs": similarity})
    assert (match.confidence if match else None) == confidence
    assert match is None or (match.kind, match.account, match.similarity) == ("name", "labs", similarity)


@pytest.mark.parametrize(
    ("accounts", "lead", "similarities", "winner", "tie_break"),
    [
        ((ACME, Account("b", "b", "b.test", ("acme.test",))), Lead("acme.test"), {}, "acme", "confidence"),
        (
            (Account("a", "a", "x.test"), Account("b", "b", "x.test", owner="rosa")),
            Lead("x.test"),
            {},
            "b",
            "has_owner",
        ),
        (
            (Account("a", "a", "x.test"), Account("b", "b", "eu.x.test")),
            Lead("de.eu.x.test"),
            {},
            "b",
            "longer_domain",
        ),
        (
            (Account("a", "n", fields={"c": "1"}), Account("b", "n", fields={"c": "1", "d": "2"})),
            Lead(name="n", fields={"c": "1", "d": "2"}),
            {"a": 96, "b": 91},
            "a",
            "similarity",
        ),
        (
            (
                Account("a", "n", fields=dict.fromkeys("cde", "1")),
                Account("b", "n", fields=dict.fromkeys("cdef", "1")),
            ),
            Lead(name="n", fields=dict.fromkeys("cdef", "1")),
            {"a": 99, "b": 99},
            "b",
            "agreeing_fields",
        ),
        ((Account("b", "b", "x.test"), Account("a", "a", "x.test")), Lead("x.test"), {}, "a", "stable_key"),
    ],
)
def test_ties_are_broken_as_declared(
    accounts: Any, lead: Lead, similarities: Any, winner: str, tie_break: str
) -> None:
    match = match_account(lead, {account.id: account for account in accounts}, similarities)
    assert match is not None
    assert (match.account, match.tie_break) == (winner, tie_break)
    assert tie_break in TIE_BREAKS
    assert match.runner_up is not None


def test_a_match_says_its_reasons() -> None:
    deep = match_account(Lead("eu.deep.test"), ALL)
    assert deep is not None
    assert deep.reasons() == (
        "deep.test is the account's, and the e-mail's is below it",
        "it has no owner, but its ultimate parent acme has",
        "confidence 80 %",
    )
    close = match_account(
        Lead(name="acme", fields={"country": "DE"}),
        {"labs": LABS, "two": Account("two", "x", fields={"country": "DE"})},
        {"labs": 97, "two": 92},
    )
    assert close is not None
    assert close.reasons() == (
        "the company's name is 97 % similar, and country agrees",
        "nobody owns the account, its parent or anything above it",
        "account two matched too; decided by confidence",
        "confidence 67 %",
    )


ids = st.sampled_from(["a", "b", "c", "d"])
domains = st.sampled_from([None, "", "x.test", "y.test", "eu.x.test", "test"])
accounts = st.lists(
    st.builds(
        Account,
        id=ids,
        name=st.sampled_from([None, "n", "m"]),
        domain=domains,
        aliases=st.lists(st.sampled_from(["x.test", "z.test", ""]), max_size=2).map(tuple),
        parent=st.none() | ids,
        owner=st.sampled_from([None, "remy", "rosa"]),
        fields=st.sampled_from([{}, {"country": "DE"}, {"country": ""}]),
    ),
    max_size=4,
    unique_by=lambda account: account.id,
)
leads = st.builds(
    Lead,
    domain=st.sampled_from([None, "x.test", "de.eu.x.test", "z.test", "q.test"]),
    is_free_mail=st.booleans(),
    name=st.sampled_from([None, "n"]),
    fields=st.sampled_from([{}, {"country": "de"}]),
    parents=st.lists(st.sampled_from(["x.test", "y.test"]), max_size=2).map(tuple),
)


@given(lead=leads, several=accounts, alike=st.dictionaries(ids, st.integers(0, 120), max_size=4))
def test_a_match_is_one_of_the_accounts_whatever_their_order(
    lead: Lead, several: Any, alike: dict[str, int]
) -> None:
    by_id = {account.id: account for account in several}
    match = match_account(lead, by_id, alike)
    assert match == match_account(lead, {account.id: account for account in reversed(several)}, alike)
    if match is None:
        return
    assert 1 <= match.confidence <= 100
    assert (match.owner is None) == (match.owned_by is None)
    assert match.owned_by is None or by_id[match.owned_by].owner == match.owner
    if lead.is_free_mail:
        assert match.kind in (MatchKind.NAME, MatchKind.PARENT, MatchKind.ULTIMATE_PARENT)
    if match.kind is MatchKind.NAME:
        assert match.agreeing
        assert alike[match.account] >= 90
