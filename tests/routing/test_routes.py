"""Where a request may go."""

import json
from typing import Any

import pytest

from routing.facts import Facts
from routing.roster import Roster
from routing.route import DestinationKind, Route, Verdict
from routing.router import parse_router, route
from tests.routing.cast import REMY, ROSA, inbound, pool, priya, roster


def routed(facts: Facts, **changes: Any) -> Route:
    """The route, after checking that its stored inputs give the same one again."""
    known = roster()
    found = route(inbound(**changes), 3, facts, known)
    stored = json.loads(
        json.dumps([facts.to_json(), known.to_json(), inbound(**changes).to_json(), found.to_json()])
    )
    again = route(parse_router(stored[2]), 3, Facts.from_json(stored[0]), Roster.from_json(stored[1]))
    assert again == found == Route.from_json(stored[3])
    assert json.dumps(again.to_json()) == json.dumps(found.to_json())
    return found


def test_the_first_rule_that_matches_decides() -> None:
    found = routed(priya())
    assert found.rule == "DACH mid-market"
    assert found.verdict is Verdict.QUALIFIED
    assert [(step.rule, step.matched) for step in found.steps] == [
        ("known accounts", False),
        ("DACH mid-market", True),
    ]


def test_a_rule_that_did_not_match_shows_the_check_that_failed() -> None:
    check = routed(priya(employees="51-200")).steps[1].check
    assert check is not None
    assert (check.field, check.op, check.wanted, check.found) == ("employees", "gte", 200, "51-200")


def test_a_rule_that_matched_shows_every_check() -> None:
    check = routed(priya()).steps[1].check
    assert check is not None
    assert [(leaf.field, leaf.passed) for leaf in check.leaves()] == [
        ("territory", True),
        ("employees", True),
    ]


def test_the_action_comes_first_then_fallbacks_then_the_catch_all() -> None:
    found = routed(priya())
    assert [(each.kind.value, each.name, each.via) for each in found.destinations] == [
        ("pool", "dach-ae", "action"),
        ("pool", "general", "fallback"),
        ("queue", "managers", "catch_all"),
    ]


def test_every_member_is_a_candidate_or_is_refused_with_a_reason() -> None:
    general = routed(priya(country="FR")).destinations[0]
    assert general.candidates == ("ravi", "remy", "renee", "rosa")
    assert [(refusal.rep, refusal.code) for refusal in general.refused] == [
        ("robin", "away"),
        ("ruth", "inactive"),
    ]
    assert general.refused[0].detail == {"reason": "parental leave", "until": "2026-12-01"}


@pytest.mark.parametrize(
    ("demand", "facts", "candidates", "codes"),
    [
        ({"match": ["territory"]}, {"country": "DE"}, ("remy", "rosa"), {"not_in_territory"}),
        ({"match": ["territory"]}, {"country": "FR"}, (), {"not_in_territory"}),
        ({"match": ["language"]}, {"language": "es"}, ("rosa",), {"missing_language"}),
        ({"match": ["language"]}, {"language": "DE-at"}, ("remy", "rosa"), {"missing_language"}),
        ({"match": ["language"]}, {"language": None}, (), {"missing_language"}),
        ({"require_skills": {"healthcare": 3}}, {}, ("remy",), {"missing_skill"}),
        ({"require_skills": {"healthcare": 1, "finance": 1}}, {}, (), {"missing_skill"}),
        ({"prefer_skills": {"healthcare": 3}}, {}, ("ravi", "remy", "renee", "rosa"), set()),
    ],
)
def test_only_reps_with_what_the_rule_asks_for_are_candidates(
    demand: dict[str, Any], facts: dict[str, Any], candidates: tuple[str, ...], codes: set[str]
) -> None:
    found = routed(priya(**facts), rules=[], catch_all=[{"pool": "general", **demand}])
    destination = found.destinations[0]
    assert destination.candidates == candidates
    assert {refusal.code for refusal in destination.refused} - {"away", "inactive"} == codes
    assert len(destination.candidates) + len(destination.refused) == 6


def test_an_owned_lead_goes_to_its_owner_before_the_pool() -> None:
    found = routed(priya(**{"account.owner": "rosa"}))
    first = found.destinations[0]
    assert (first.kind, first.name, first.candidates) == (DestinationKind.OWNER, "rosa", ("rosa",))
    assert first.owner_wait == "2 business days"
    assert [each.via for each in found.destinations] == ["action", "fallback", "catch_all", "catch_all"]


@pytest.mark.parametrize(("owner", "code"), [("robin", "away"), ("ruth", "inactive"), ("nobody", "inactive")])
def test_an_owner_who_cannot_take_it_is_refused_with_a_reason(owner: str, code: str) -> None:
    first = routed(priya(**{"account.owner": owner})).destinations[0]
    assert first.candidates == ()
    assert [(refusal.rep, refusal.code) for refusal in first.refused] == [(owner, code)]


def test_a_named_rep_is_found_by_their_natural_key() -> None:
    found = routed(priya(), rules=[], catch_all=[{"rep": "ravi@acme.test"}])
    assert found.destinations[0].candidates == ("ravi",)


def test_nothing_comes_after_a_message() -> None:
    found = routed(priya(country="US", email_domain="berkeley.edu"))
    assert [each.kind for each in found.destinations] == [DestinationKind.MESSAGE]
    assert found.verdict is Verdict.DISQUALIFIED


def test_a_rule_can_say_the_verdict_itself() -> None:
    rule = {"name": "a", "when": {"field": "email", "op": "exists"}, "action": {"queue": "managers"}}
    assert routed(priya(), rules=[rule]).verdict is Verdict.NEEDS_REVIEW
    assert routed(priya(), rules=[{**rule, "verdict": "nurture"}]).verdict is Verdict.NURTURE


def test_a_request_that_no_rule_matches_goes_to_the_catch_all() -> None:
    found = routed(priya(country="FR"))
    assert found.rule is None
    assert len(found.steps) == 3
    assert found.destinations[0].via == "catch_all"


def test_territories_are_computed_and_cannot_be_claimed() -> None:
    assert routed(priya(territory=("bay-area",))).territories == ("dach",)
    assert routed(priya(country="US", postal_code="94110-1234")).territories == ("bay-area",)
    assert routed(priya(country="US", postal_code="9411")).territories == ()


@pytest.mark.parametrize(
    ("today", "matches"),
    [("2026-09-30", False), ("2026-10-01", True), ("2026-12-31", True), ("2027-01-01", False), (None, False)],
)
def test_a_rule_with_dates_holds_from_the_first_day_until_before_the_last(
    today: str | None, matches: bool
) -> None:
    rule = {
        "name": "quarter",
        "when": {"field": "email", "op": "exists"},
        "action": {"pool": "general"},
        "from": "2026-10-01",
        "until": "2027-01-01",
    }
    assert (routed(priya(today=today), rules=[rule]).rule == "quarter") is matches


def test_a_pool_that_does_not_exist_has_no_candidates() -> None:
    found = routed(priya(), rules=[], catch_all=[{"pool": "gone"}, {"queue": "managers"}])
    assert found.destinations[0].candidates == ()
    assert found.destinations[1].name == "managers"


def test_an_erased_route_keeps_its_path_without_the_facts() -> None:
    found = routed(priya())
    kept = json.dumps(found.redacted().to_json())
    assert "201-500" not in kept
    assert found.redacted().rule == found.rule
    assert found.redacted().destinations == found.destinations


def test_the_roster_has_one_digest_however_it_was_put_together() -> None:
    known = roster()
    turned = Roster(
        dict(reversed(known.reps.items())),
        dict(reversed(known.pools.items())),
        dict(reversed(known.territories.items())),
        known.queues,
        known.rep_keys,
    )
    assert turned.digest() == known.digest() == Roster.from_json(known.to_json()).digest()
    assert roster(pool(REMY, ROSA)).digest() != known.digest()
