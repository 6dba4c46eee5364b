"""What each action leads to, and what follows when it cannot take a request."""

from typing import Any

import pytest

from routing.diff import diff_routers
from routing.explanation import explain
from routing.lint import lint
from routing.router import InvalidRouter, parse_router, route
from routing.territories import parse_territory
from tests.routing.cast import DACH, inbound, priya, roster
from tests.routing.market import DESK, EMAIL, IBERIA, SECOND, market, places, routed, said

# The pool of the territory


def test_the_pool_of_the_territory_that_matches_has_the_lead() -> None:
    found = routed({"territory": True}, priya(country="ES"))
    assert places(found)[0] == ("pool", "iberia-ae", "action")
    assert "The pool is that of territory iberia." in said(found)


def test_of_several_territories_the_smaller_priority_has_the_lead_and_the_trace_says_so() -> None:
    first = routed({"territory": True}).destinations[0]
    assert (first.name, first.about) == (
        "dach-ae",
        {"territory": "dach", "over": ["europe"], "tie_break": "priority"},
    )
    assert "lies in europe too" in said(routed({"territory": True}))


def test_of_territories_of_one_priority_the_name_decides() -> None:
    first = routed({"territory": True}, known=market(europe={"priority": 1})).destinations[0]
    assert (first.name, first.about["tie_break"]) == ("dach-ae", "name")


@pytest.mark.parametrize(
    ("facts", "missing"),
    [({"country": "JP"}, "no_territory"), ({"country": "US", "postal_code": "94110"}, "no_pool")],
)
def test_where_no_territory_has_a_pool_the_fallback_follows_and_the_trace_says_why(
    facts: dict[str, Any], missing: str
) -> None:
    found = routed({"territory": True}, priya(**facts), fallback=[{"pool": "general"}])
    assert places(found) == [
        ("territory", "", "action"),
        ("pool", "general", "fallback"),
        ("queue", "managers", "catch_all"),
    ]
    assert found.destinations[0].about == {"missing": missing}
    assert found.first.name == "general"


def test_a_rep_matches_the_territory_whose_pool_it_is() -> None:
    found = routed({"territory": True, "match": ["territory"]}, priya(country="ES"))
    assert found.destinations[0].candidates == ("rosa",)


@pytest.mark.parametrize(
    ("today", "name"), [("2026-06-30", "dach-ae"), ("2026-07-01", "general"), (None, "general")]
)
def test_a_territory_holds_only_between_its_dates(today: str | None, name: str) -> None:
    known = market(dach={"from": "2026-01-01", "until": "2026-07-01"})
    assert routed({"territory": True}, priya(today=today), known).destinations[0].name == name


def test_moving_a_territory_never_moves_an_owned_account() -> None:
    owned = priya(**{"account.owner": "remy", "today": "2026-06-01"})
    rules = {
        "layers": [
            {
                "name": "owners",
                "rules": [
                    {
                        "name": "o",
                        "when": {"field": "account.owner", "op": "exists"},
                        "action": {"owner": True},
                    }
                ],
            },
            {"name": "territories", "rules": [{"name": "t", "when": EMAIL, "action": {"territory": True}}]},
        ]
    }
    router = parse_router({"name": "inbound", **rules, "catch_all": DESK})
    before = route(router, 1, owned, market())
    for moved in (
        market(dach={"pool": "iberia-ae"}),
        market(dach={"when": IBERIA}),
        market(dach={"until": "2026-01-01"}),
    ):
        after = route(router, 1, owned, moved)
        assert after.destinations[0] == before.destinations[0]
        assert after.destinations[0].candidates == ("remy",)
        assert [each.name for each in after.destinations] != [each.name for each in before.destinations]


# Backfill


def test_adjacent_territories_help_out_and_the_decision_says_backfill() -> None:
    found = routed({"territory": True}, fallback=[{"adjacent": True}])
    assert places(found) == [
        ("pool", "dach-ae", "action"),
        ("pool", "iberia-ae", "fallback"),
        ("queue", "managers", "catch_all"),
    ]
    assert found.destinations[1].about == {"territory": "iberia", "backfill_from": "dach"}
    assert "Backfill from dach: iberia is beside it." in said(found)


def test_an_adjacent_territory_that_is_not_in_effect_does_not_help_out() -> None:
    found = routed({"adjacent": True}, known=market(iberia={"until": "2026-06-01"}))
    assert found.destinations[0].about == {"missing": "no_adjacent"}


def test_a_lead_in_no_territory_has_none_beside_it() -> None:
    found = routed({"adjacent": True}, priya(country="JP"))
    assert (found.destinations[0].candidates, found.destinations[0].about) == (
        (),
        {"missing": "no_territory"},
    )


# Owners


@pytest.mark.parametrize(
    ("owner", "facts", "rep", "about"),
    [
        (True, {"account.owner": "remy", "account.parent_owner": "rosa"}, "remy", {}),
        (True, {"account.parent_owner": "rosa"}, "", {}),
        ("parent", {"account.owner": "remy", "account.parent_owner": "rosa"}, "rosa", {"owner_of": "parent"}),
        ("any", {"account.owner": "remy", "account.parent_owner": "rosa"}, "remy", {}),
        (
            "any",
            {"account.parent_owner": "rosa", "account.family_owner": "ravi"},
            "rosa",
            {"owner_of": "parent"},
        ),
        ("any", {"account.family_owner": "ravi"}, "ravi", {"owner_of": "family"}),
        ("any", {}, "", {}),
    ],
)
def test_whose_owner_takes_it_is_said(
    owner: Any, facts: dict[str, Any], rep: str, about: dict[str, Any]
) -> None:
    first = routed({"owner": owner}, priya(**facts)).destinations[0]
    assert (first.name, first.candidates, first.about) == (rep, (rep,) if rep else (), about)
    assert first.owner_wait == "2 business days"


# Lists


def test_a_list_takes_the_request_and_nothing_follows() -> None:
    found = routed({"nurture": "newsletter"})
    assert places(found) == [("nurture", "newsletter", "action")]
    assert found.verdict.value == "nurture"
    assert "newsletter" in explain(found, None).who.sentence()


def test_a_list_can_come_after_people() -> None:
    found = routed({"pool": "general"}, fallback=[{"nurture": "newsletter"}])
    assert places(found)[1:] == [("nurture", "newsletter", "fallback")]


# Other routers


def test_the_chain_of_another_router_goes_in_where_it_is_named() -> None:
    found = routed({"router": "second"}, others=[SECOND], fallback=[{"pool": "iberia-ae"}])
    assert [(each.name, each.router) for each in found.destinations] == [
        ("dach-ae", "second"),
        ("general", "second"),
        ("iberia-ae", None),
        ("managers", None),
    ]
    assert [(step.router, step.rule, step.matched) for step in found.steps] == [
        (None, "all", True),
        ("second", "never", False),
        ("second", "here", True),
    ]
    assert (found.rule, found.routers) == ("all", {"second": 7})


def test_the_verdict_is_that_of_the_router_it_leads_to_unless_the_rule_says_one() -> None:
    assert routed({"router": "second"}, others=[SECOND]).verdict.value == "needs_review"
    rule = {"name": "a", "when": EMAIL, "action": {"router": "second"}, "verdict": "nurture"}
    assert routed({"pool": "general"}, others=[SECOND], rules=[rule]).verdict.value == "nurture"


def test_nothing_follows_what_another_router_ends_with() -> None:
    ends = {**SECOND, "rules": [], "catch_all": [{"message": "students"}]}
    found = routed({"router": "second"}, others=[ends], fallback=[{"pool": "general"}])
    assert places(found) == [("message", "students", "catch_all")]


def test_a_router_that_is_not_published_leads_nowhere_and_the_fallback_follows() -> None:
    found = routed({"router": "gone"}, fallback=[{"pool": "general"}])
    assert places(found)[:2] == [("router", "gone", "action"), ("pool", "general", "fallback")]
    assert "no published router" in said(found)


def test_routers_in_a_circle_come_to_an_end() -> None:
    circle = {"name": "second", "rules": [], "catch_all": [{"router": "inbound"}, {"queue": "managers"}]}
    found = routed({"router": "second"}, others=[circle])
    assert [each.about for each in found.destinations] == [{"missing": "cycle"}, {}]
    assert "leads back" in said(found)


def test_a_router_cannot_lead_to_itself() -> None:
    for changes, path in (
        ({"catch_all": [{"pool": "general"}, {"router": "inbound"}]}, "catch_all[1]"),
        ({"rules": [{"name": "a", "when": EMAIL, "action": {"router": "inbound"}}]}, "rules[0].action"),
    ):
        with pytest.raises(InvalidRouter) as refused:
            inbound(**changes)
        assert (refused.value.problems[0].path, refused.value.problems[0].code) == (path, "cycle")


def test_only_so_many_routers_lead_into_one_another() -> None:
    row = [
        {
            "name": f"r{number}",
            "rules": [],
            "catch_all": [{"router": f"r{number + 1}"}, {"queue": "managers"}],
        }
        for number in range(9)
    ]
    found = routed({"router": "r0"}, others=row)
    assert list(found.routers) == ["r0", "r1", "r2", "r3"]
    assert found.destinations[0].about == {"missing": "too_deep"}


# The last rep

LAST = {"last_rep": "rosa", "last_rep_on": "2026-03-03", "today": "2026-06-01"}


def test_a_company_that_nobody_owns_comes_back_to_its_last_rep_before_the_pool() -> None:
    found = routed({"pool": "general"}, priya(**LAST), sticky="90 days")
    first, second = found.destinations[:2]
    assert (first.name, first.via, first.candidates, first.within) == (
        "general",
        "sticky",
        ("rosa",),
        "2 business days",
    )
    assert {refusal.code for refusal in first.refused} == {"not_last_rep"}
    assert (second.name, second.via, len(second.candidates)) == ("general", "action", 4)
    assert "it met this rep on 2026-03-03" in said(found)


def test_how_long_the_last_rep_is_waited_for_can_be_said_and_is_left_out_when_usual() -> None:
    found = routed({"pool": "general"}, priya(**LAST), sticky="90 days", sticky_wait="5 days")
    assert found.destinations[0].within == "5 days"
    base = {"name": "r", "rules": [], "catch_all": [{"queue": "managers"}], "sticky": "90 days"}
    usual, said = parse_router(base), parse_router({**base, "sticky_wait": "5 days"})
    assert "sticky_wait" not in usual.to_json()
    assert said.to_json()["sticky_wait"] == "5 days"
    assert [change.code for change in diff_routers(usual, said)] == ["sticky_wait"]


@pytest.mark.parametrize(
    ("facts", "more"),
    [
        ({}, {}),
        ({"today": "2026-06-02"}, {"sticky": "90 days"}),
        ({"account.owner": "remy"}, {"sticky": "90 days"}),
        ({"is_free_mail": True}, {"sticky": "90 days"}),
        ({"last_rep": None}, {"sticky": "90 days"}),
        ({"last_rep": "robin"}, {"sticky": "90 days"}),
        ({"last_rep_on": "yesterday"}, {"sticky": "90 days"}),
        ({"last_rep_on": 7}, {"sticky": "90 days"}),
        ({"today": None}, {"sticky": "90 days"}),
    ],
)
def test_it_does_not_come_back(facts: dict[str, Any], more: dict[str, Any]) -> None:
    found = routed({"pool": "general"}, priya(**{**LAST, **facts}), **more)
    assert "sticky" not in [via for _, _, via in places(found)]


@pytest.mark.parametrize(("last", "is_first"), [("rosa", False), ("remy", True)])
def test_the_last_rep_comes_first_only_if_they_still_meet_what_the_rule_asks(
    last: str, is_first: bool
) -> None:
    action = {"pool": "general", "require_skills": {"healthcare": 3}}
    found = routed(
        action, priya(**{**LAST, "last_rep": last}), sticky="90 days", fallback=[{"pool": "general"}]
    )
    assert ("sticky" in [via for _, _, via in places(found)]) is is_first


# How soon, and on whose clock


def test_a_destination_says_how_soon_it_must_have_a_time() -> None:
    action = {"pool": "general", "require_skills": {"healthcare": 3}, "within": "2 business days"}
    relaxed = {"pool": "general", "require_skills": {"healthcare": 1}}
    found = routed(action, fallback=[relaxed])
    assert [(each.within, each.candidates) for each in found.destinations[:2]] == [
        ("2 business days", ("remy",)),
        (None, ("remy", "rosa")),
    ]


def test_a_match_of_time_zones_says_whose_day_it_is() -> None:
    found = routed(
        {"pool": "general", "match": ["timezone"]}, priya(timezone="Asia/Tokyo"), local_day="09:30-17:00"
    )
    day = found.destinations[0].local_day
    assert (day and day.timezone, day and day.hours) == ("Asia/Tokyo", "09:30-17:00")
    assert len(found.destinations[0].candidates) == 4
    assert "09:30-17:00" in said(found)


def test_without_a_time_zone_nobody_matches_it() -> None:
    first = routed({"pool": "general", "match": ["timezone"]}).destinations[0]
    assert (first.candidates, {refusal.code for refusal in first.refused}) == ((), {"unknown_timezone"})


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"sticky": "soon"}, "sticky"),
        ({"sticky": "0 days"}, "sticky"),
        ({"sticky": "9999 days"}, "sticky"),
        ({"sticky": 90}, "sticky"),
        ({"sticky_wait": "3 days"}, "sticky_wait"),
        ({"sticky": "90 days", "sticky_wait": "soon"}, "sticky_wait"),
        ({"local_day": "18:00-08:00"}, "local_day"),
        ({"local_day": "8-18"}, "local_day"),
        ({"local_day": "08:00-29:00"}, "local_day"),
        ({"catch_all": [{"territory": False}]}, "catch_all[0].territory"),
        ({"catch_all": [{"adjacent": "iberia"}]}, "catch_all[0].adjacent"),
        ({"catch_all": [{"owner": "uncle"}]}, "catch_all[0].owner"),
        ({"catch_all": [{"nurture": ""}]}, "catch_all[0].nurture"),
        ({"catch_all": [{"nurture": "a", "within": "2 days"}]}, "catch_all[0].within"),
        ({"catch_all": [{"router": ["a"]}]}, "catch_all[0].router"),
        ({"catch_all": [{"pool": "general", "within": "soon"}]}, "catch_all[0].within"),
        ({"catch_all": [{"pool": "general", "match": ["weather"]}]}, "catch_all[0].match[0]"),
        ({"catch_all": [{"nurture": "a"}, {"pool": "general"}]}, "catch_all[1]"),
    ],
)
def test_what_is_wrong_is_named_with_its_path(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidRouter) as refused:
        inbound(**changes)
    assert [problem.path for problem in refused.value.problems] == [path]


def test_a_route_without_any_of_this_reads_as_it_always_did() -> None:
    plain = route(inbound(), 3, priya(), roster()).to_json()
    assert plain.keys() == {"router", "version", "verdict", "rule", "destinations", "steps", "territories"}
    assert all(
        each.keys()
        == {
            "kind",
            "name",
            "candidates",
            "refused",
            "owner_wait",
            "via",
            "require_skills",
            "match",
            "prefer_skills",
        }
        for each in plain["destinations"]  # type: ignore[union-attr]
    )
    assert parse_territory("dach", DACH).to_json().keys() == {"name", "when"}


def test_a_rule_that_needs_the_pools_of_territories_is_refused_where_there_are_none() -> None:
    findings = lint(inbound(catch_all=[{"territory": True}, *DESK]), roster(), ["employees"])
    assert ("error", "no-territory-pool") in [(each.severity, each.code) for each in findings]
