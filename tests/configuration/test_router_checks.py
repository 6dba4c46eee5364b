"""What is said about a router before it goes live, from the whole configuration."""

from typing import Any

import pytest

from app.configuration.document import State, read_document
from app.configuration.domains import domains_of
from app.configuration.lint import findings_about
from app.configuration.router_check import check_router
from app.configuration.working_week import usual_hours
from routing.coverage import CoverageVerdict
from routing.domains import Kind
from routing.remedies import REMEDIES
from tests.configuration.sample import sample_document

TODAY = "2026-11-20"
EVERYBODY = {"any": [{"field": "country", "op": "exists"}, {"field": "country", "op": "missing"}]}


def state_with(**router: Any) -> State:
    document = sample_document()
    document["routers"] = [{"name": "inbound", "catch_all": [{"pool": "general"}], **router}]
    return read_document(document).state


def rule(name: str, when: Any, **more: Any) -> dict[str, Any]:
    return {"name": name, "when": when, "action": {"queue": "managers"}, **more}


def codes(state: State) -> set[str]:
    return {finding.code for finding in findings_about(state, "inbound", TODAY)}


@pytest.mark.parametrize(
    ("rules", "code"),
    [
        ([rule("one", EVERYBODY), rule("two", {"field": "country", "op": "eq", "value": "DE"})], "shadowed"),
        ([rule("one", EVERYBODY), rule("two", EVERYBODY)], "duplicate"),
        (
            [rule("one", EVERYBODY), rule("two", EVERYBODY, action={"pool": "general"})],
            "contradictory",
        ),
        ([rule("one", {"field": "shoe_size", "op": "gt", "value": "40"})], "unsupplied-field"),
        ([rule("one", EVERYBODY, review="2026-11-20")], "review-due"),
        ([rule("one", EVERYBODY, until="2026-11-20")], "expired"),
        (
            [rule("one", EVERYBODY, action={"pool": "dach-ae", "match": ["language"]})],
            "single-expert",
        ),
        ([rule("one", EVERYBODY, action={"pool": "general", "match": ["language"]})], "uncovered-hours"),
        ([rule("one", {"field": "territory", "op": "eq", "value": "dach"})], "territory-gap"),
        (
            [rule("one", EVERYBODY, action={"pool": "general"}, fallback=[{"pool": "general"}])],
            "cycle",
        ),
        (
            [
                rule(
                    "one", {"field": "country", "op": "in", "value": ["DE", "AT"]}, action={"pool": "dach-ae"}
                ),
                rule("two", {"field": "country", "op": "in", "value": ["AT", "CH"]}),
            ],
            "overlapping",
        ),
    ],
)
def test_each_kind_of_finding_is_found_in_a_configuration(rules: list[Any], code: str) -> None:
    assert code in codes(state_with(rules=rules))


def test_territories_that_share_leads_are_told() -> None:
    state = state_with(rules=[rule("one", {"field": "territory", "op": "eq", "value": "dach"})])
    assert "overlapping-territories" not in codes(state)
    state["territories"]["germany"] = {
        "name": "germany",
        "when": {"field": "country", "op": "eq", "value": "DE"},
    }
    found = [
        each for each in findings_about(state, "inbound", TODAY) if each.code == "overlapping-territories"
    ]
    assert [each.message for each in found] == [
        "territories dach and germany have leads in common: country: DE"
    ]


def test_what_to_do_is_said_about_every_finding() -> None:
    state = state_with(rules=[rule("one", EVERYBODY, review="2020-01-01")])
    assert codes(state) <= REMEDIES.keys()


def test_unequal_hours_are_found_before_turns_are_shared() -> None:
    state = state_with()
    state["pools"]["general"]["distribution"] = "round_robin"
    state["pools"]["general"]["members"][1]["tier"] = 1
    assert "unequal-capacity" in codes(state)
    state["reps"]["rosa@acme.test"]["schedule"] = "ny-office"
    assert "unequal-capacity" not in codes(state)


def test_a_form_that_asks_for_choices_proves_that_every_request_is_covered() -> None:
    sizes = [rule("small", {"field": "employees", "op": "lt", "value": "200"})]
    sizes.append(rule("large", {"field": "employees", "op": "gte", "value": "200"}))
    state = state_with(rules=sizes)
    form = next(iter(state["forms"].values()))
    employees = next(field for field in form["fields"] if field["name"] == "employees")
    employees["required"] = True
    check = check_router(state, "inbound", TODAY, None)
    assert check.coverage.verdict is CoverageVerdict.COVERED
    assert check.beyond.verdict is CoverageVerdict.UNCOVERED
    employees["required"] = False
    check = check_router(state, "inbound", TODAY, None)
    assert [region.sentence() for region in check.coverage.regions] == [
        "employees is missing (for example a lead of which nothing is known)"
    ]


def test_what_a_form_asks_becomes_what_a_fact_can_hold() -> None:
    state = state_with()
    domains = domains_of(state, "inbound")
    assert domains["country"].kind is Kind.CHOICE
    assert "DE" in domains["country"].choices
    assert domains["employees"].choices == ("1", "51", "201", "501")
    sent = domains_of(state, "inbound", as_asked=False)
    assert sent["country"].is_open
    assert not sent["country"].is_required


def test_a_week_of_hours_wraps_and_counts_in_universal_time() -> None:
    state = state_with()
    state["reps"]["ravi@acme.test"]["schedule"] = "nights"
    state["schedules"]["nights"]["weekly"] = {"sun": ["22:00-06:00"]}
    # Sunday 22:00 to Monday 06:00 in Kolkata is Sunday 16:30 to Monday 00:30 in UTC
    assert usual_hours(state, TODAY)["ravi@acme.test"] == ((0, 30), (6 * 1440 + 990, 7 * 1440))


def test_what_is_in_force_differs_in_nothing_from_itself() -> None:
    state = state_with(rules=[rule("one", EVERYBODY)])
    assert check_router(state, "inbound", TODAY, state["routers"]["inbound"]).changes == ()
    other = state_with(rules=[rule("two", EVERYBODY)])
    changes = check_router(other, "inbound", TODAY, state["routers"]["inbound"]).changes
    assert [change.sentence() for change in changes] == ["Rule 'two' was called 'one' before."]
