"""What changed between two versions of a router, in words."""

import copy
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.diff import Change, diff_routers
from routing.router import parse_router
from tests.routing.cast import DACH, INBOUND

MID = 1


def changed(**rule: Any) -> dict[str, Any]:
    """The usual router with the second rule changed."""
    document = copy.deepcopy(INBOUND)
    document["rules"][MID].update(rule)
    return document


def check(field: str, op: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "op": op} if value is None else {"field": field, "op": op, "value": value}


def sentences(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    changes = diff_routers(parse_router(before), parse_router(after))
    assert all(Change.from_json(change.to_json()) == change for change in changes)
    return [change.sentence() for change in changes]


IN_DACH = check("territory", "eq", "dach")
AT_LEAST = check("employees", "gte", 200)
POOL = INBOUND["rules"][MID]["action"]


@pytest.mark.parametrize(
    ("rule", "said"),
    [
        ({}, []),
        (
            {"when": {"all": [IN_DACH, AT_LEAST, check("industry", "in", ["health", "pharma"])]}},
            ["Rule 'DACH mid-market' now also needs industry health or pharma."],
        ),
        ({"when": IN_DACH}, ["Rule 'DACH mid-market' no longer needs employees at least 200."]),
        (
            {"when": {"all": [IN_DACH, check("employees", "gte", 500)]}},
            ["Rule 'DACH mid-market' now needs employees at least 500 instead of employees at least 200."],
        ),
        (
            {"when": {"all": [IN_DACH, check("employees", "between", [200, 500])]}},
            ["Rule 'DACH mid-market' now needs employees from 200 to 500 instead of employees at least 200."],
        ),
        (
            {
                "when": {
                    "all": [
                        IN_DACH,
                        AT_LEAST,
                        {"any": [check("title", "contains", "vp"), check("phone", "exists")]},
                    ]
                }
            },
            ["Rule 'DACH mid-market' now also needs (title containing vp or a known phone)."],
        ),
        (
            {"when": {"all": [AT_LEAST, IN_DACH]}},
            [
                "Rule 'DACH mid-market' asks for the same in another order or with repeats: "
                "employees at least 200 and territory dach."
            ],
        ),
        (
            {"when": {"all": [IN_DACH, AT_LEAST, {"not": check("source", "eq", "ads")}]}},
            ["Rule 'DACH mid-market' now also needs not (source ads)."],
        ),
        (
            {"action": {**POOL, "pool": "enterprise"}},
            ["Rule 'DACH mid-market' now goes to pool enterprise instead of pool dach-ae."],
        ),
        (
            {"action": {**POOL, "require_skills": {"healthcare": 3}}},
            [
                "Rule 'DACH mid-market' now looks for a rep with healthcare at least 3 "
                "instead of with healthcare at least 2."
            ],
        ),
        (
            {"action": {"pool": "dach-ae", "prefer_skills": {"gdpr": 1}, "match": ["territory"]}},
            [
                "Rule 'DACH mid-market' no longer looks for a rep matching the language.",
                "Rule 'DACH mid-market' no longer looks for a rep with healthcare at least 2.",
                "Rule 'DACH mid-market' now looks for a rep preferably with gdpr at least 1.",
            ],
        ),
        ({"fallback": []}, ["Rule 'DACH mid-market' no longer falls back to pool general."]),
        (
            {"fallback": [{"pool": "general"}, {"queue": "managers"}]},
            [
                "Rule 'DACH mid-market' now falls back to pool general, then queue managers instead of pool general."
            ],
        ),
        ({"until": "2026-12-31"}, ["Rule 'DACH mid-market' now has the day of ending 2026-12-31."]),
        (
            {
                "verdict": "nurture",
                "notes": "Ask Mia",
                "owner": "mia",
                "review": "2027-01-01",
                "from": "2026-01-01",
            },
            [
                "Rule 'DACH mid-market' now has the verdict nurture.",
                "Rule 'DACH mid-market' now has the first day 2026-01-01.",
                "Rule 'DACH mid-market' now has the review date 2027-01-01.",
                "Rule 'DACH mid-market' now has the owner mia.",
                "Rule 'DACH mid-market' now has the note Ask Mia.",
            ],
        ),
        ({"name": "DACH"}, ["Rule 'DACH' was called 'DACH mid-market' before."]),
    ],
)
def test_each_change_of_a_rule_is_a_sentence(rule: dict[str, Any], said: list[str]) -> None:
    assert sentences(INBOUND, changed(**rule)) == said


def test_changes_of_lists_and_alternatives_name_what_came_and_went() -> None:
    before = changed(when=DACH)
    after = changed(when=check("country", "in", ["DE", "AT", "LI", "LU"]))
    assert sentences(before, after) == [
        "Rule 'DACH mid-market' now also takes country LI and LU and no longer takes country CH."
    ]
    assert sentences(before, changed(when=check("country", "in", ["DE", "AT"]))) == [
        "Rule 'DACH mid-market' no longer takes country CH."
    ]
    before = changed(when={"any": [IN_DACH, AT_LEAST]})
    after = changed(when={"any": [IN_DACH, check("title", "matches_word", "vp"), check("phone", "missing")]})
    assert sentences(before, after) == [
        "Rule 'DACH mid-market' now also takes title with the word vp.",
        "Rule 'DACH mid-market' now also takes no phone.",
        "Rule 'DACH mid-market' no longer takes employees at least 200.",
    ]


def test_moved_added_and_removed_rules_are_told_by_their_neighbors() -> None:
    known, mid, students = INBOUND["rules"]
    assert sentences(INBOUND, {**INBOUND, "rules": [mid, students, known]}) == [
        "Rule 'known accounts' moved to the end."
    ]
    assert sentences(INBOUND, {**INBOUND, "rules": [students, known, mid]}) == [
        "Rule 'students' moved before 'known accounts'."
    ]
    new = {"name": "vip", "when": check("source", "eq", "fair"), "action": {"rep": "ravi@acme.test"}}
    assert sentences(INBOUND, {**INBOUND, "rules": [new, known, mid]}) == [
        "Rule 'students' was removed.",
        "Rule 'vip' is new, before 'known accounts': source fair goes to rep ravi@acme.test.",
    ]


def test_the_catch_all_and_the_name_are_told_too() -> None:
    after = {**INBOUND, "name": "outbound", "catch_all": [{"queue": "managers"}]}
    assert sentences(INBOUND, after) == [
        "The router is now called 'outbound' instead of 'inbound'.",
        "Leads that no rule takes now go to queue managers instead of pool general, then queue managers.",
    ]


def test_how_long_an_owner_is_waited_for_is_told() -> None:
    waiting = [changed(action={"owner": True, "owner_wait": wait}) for wait in ("3 days", "4 hours")]
    assert sentences(*waiting) == [
        "Rule 'DACH mid-market' now waits for the owner up to 4 hours instead of up to 3 days."
    ]
    said = sentences(INBOUND, waiting[0])
    assert (said[0], said[-1]) == (
        "Rule 'DACH mid-market' now goes to the owner of the account instead of pool dach-ae.",
        "Rule 'DACH mid-market' now waits for the owner up to 3 days.",
    )


def test_of_many_rules_only_those_that_moved_are_told() -> None:
    rules = [{"name": f"r{n}", "when": check("size", "gte", n), "action": {"pool": "p"}} for n in range(200)]
    before = {"name": "r", "rules": rules, "catch_all": [{"queue": "q"}]}
    order = list(rules)
    moved = random.Random(2).sample(order[:-1], 5)
    rest = [each for each in order if each not in moved]
    said = sentences(before, {**before, "rules": [*moved[:3], *rest, *moved[3:]]})
    assert len(said) <= 5
    assert {sentence.split("'")[1] for sentence in said} <= {each["name"] for each in moved}


checks = st.builds(check, st.sampled_from("ab"), st.sampled_from(["eq", "in", "gte"]), st.none()).map(
    lambda each: {**each, "value": [1, 2] if each["op"] == "in" else 1}
)
rules = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["one", "two", "three", "four"]),
        "when": checks | st.builds(lambda parts: {"any": parts}, st.lists(checks, min_size=1, max_size=2)),
        "action": st.sampled_from([{"pool": "p"}, {"pool": "p", "match": ["language"]}, {"queue": "q"}]),
    },
    optional={"verdict": st.just("nurture"), "until": st.just("2026-01-01"), "review": st.just("2026-02-02")},
)
documents = st.builds(
    lambda rules, end: {"name": "r", "rules": rules, "catch_all": [{"queue": end}]},
    st.lists(rules, max_size=4, unique_by=lambda rule: rule["name"]),
    st.sampled_from("qm"),
)


@settings(max_examples=60, deadline=None)
@given(before=documents, after=documents)
def test_nothing_is_said_exactly_when_nothing_changed(before: dict[str, Any], after: dict[str, Any]) -> None:
    ours, theirs = parse_router(before), parse_router(after)
    assert bool(diff_routers(ours, theirs)) is (ours != theirs)
    assert diff_routers(ours, ours) == ()
