"""What is found in a router before it goes live."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.conditions import Condition, InvalidCondition, parse_condition
from routing.facts import Facts
from routing.implication import covered, implies, never_holds
from routing.lint import Finding, lint
from routing.router import InvalidRouter, parse_router
from routing.territories import parse_territory
from tests.routing.cast import DACH, INBOUND, REMY, ROBIN, ROSA, inbound, pool, roster

FIELDS = {"country", "employees", "industry", "postal_code"}


def rule(name: str, when: Any, **more: Any) -> dict[str, Any]:
    return {"name": name, "when": when, "action": {"pool": "general"}, **more}


def check(field: str, op: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "op": op} if value is None else {"field": field, "op": op, "value": value}


def found(rules: list[dict[str, Any]], people: Any = None, **more: Any) -> list[tuple[str, str, str]]:
    findings = lint(inbound(rules=rules), people or roster(), FIELDS, **more)
    assert all(Finding.from_json(finding.to_json()) == finding for finding in findings)
    return [(finding.severity, finding.code, finding.path) for finding in findings]


COUNTRY = check("country", "eq", "DE")


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([rule("a", COUNTRY)], []),
        ([rule("a", check("shoe_size", "gt", 40))], [("warning", "unsupplied-field", "rules[0].when")]),
        (
            [rule("a", check("territory", "in", ["dach", "mars"]))],
            [("error", "unknown-territory", "rules[0].when")],
        ),
        ([rule("a", COUNTRY, action={"pool": "gone"})], [("error", "unknown-pool", "rules[0].action")]),
        ([rule("a", COUNTRY, action={"queue": "gone"})], [("error", "unknown-queue", "rules[0].action")]),
        ([rule("a", COUNTRY, action={"rep": "gone"})], [("error", "unknown-rep", "rules[0].action")]),
        (
            [rule("a", COUNTRY, fallback=[{"pool": "gone"}])],
            [("error", "unknown-pool", "rules[0].fallback[0]")],
        ),
        ([rule("a", COUNTRY, fallback=[{"pool": "general"}])], [("warning", "cycle", "rules[0]")]),
        (
            [rule("a", COUNTRY, action={"pool": "general", "require_skills": {"juggling": 1}})],
            [("error", "nobody-qualifies", "rules[0].action")],
        ),
        (
            [rule("a", COUNTRY, action={"pool": "general", "require_skills": {"finance": 1}})],
            [("warning", "single-expert", "rules[0].action")],
        ),
        ([rule("a", COUNTRY), rule("b", COUNTRY)], [("warning", "duplicate", "rules[1]")]),
        (
            [rule("a", COUNTRY), rule("b", COUNTRY, action={"queue": "managers"})],
            [("warning", "contradictory", "rules[1]")],
        ),
        (
            [rule("a", check("employees", "gte", 50)), rule("b", check("employees", "between", [100, 200]))],
            [("warning", "shadowed", "rules[1]")],
        ),
        (
            [rule("a", DACH), rule("b", {"all": [COUNTRY, check("industry", "eq", "health")]})],
            [("warning", "shadowed", "rules[1]")],
        ),
        (
            [rule("a", COUNTRY, **{"from": "2026-01-01"}), rule("b", COUNTRY)],
            [],
        ),
        (
            [rule("a", {"all": [check("employees", "lt", 50), check("employees", "gte", 50)]})],
            [("error", "unreachable", "rules[0].when")],
        ),
        (
            [rule("a", {"all": [COUNTRY, check("country", "in", ["FR", "ES"])]})],
            [("error", "unreachable", "rules[0].when")],
        ),
    ],
)
def test_each_flaw_is_found_where_it_is(
    rules: list[dict[str, Any]], expected: list[tuple[str, str, str]]
) -> None:
    assert found(rules) == expected


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        (pool(name="general"), ("error", "empty-pool", "pools.general")),
        (pool(ROBIN, name="general"), ("warning", "nobody-present", "pools.general")),
        (pool(REMY, ROBIN, name="general"), ("warning", "one-person-pool", "pools.general")),
        (pool(REMY, ROSA, name="general", queue="gone"), ("error", "unknown-queue", "pools.general")),
    ],
)
def test_a_pool_that_cannot_carry_its_rules_is_found(members: Any, expected: tuple[str, str, str]) -> None:
    assert found([], roster(members)) == [expected]


def test_rules_past_their_dates_are_found() -> None:
    rules = [rule("a", COUNTRY, until="2026-10-01", review="2026-06-01")]
    assert [code for _, code, _ in found(rules, today="2026-11-21")] == ["expired", "review-due"]
    assert found(rules, today="2026-05-01") == []


def test_the_usual_router_is_clean() -> None:
    findings = lint(parse_router(INBOUND), roster(), FIELDS)
    assert findings == []


WHEN = check("email", "exists")


@pytest.mark.parametrize(
    ("document", "paths"),
    [
        ([], [""]),
        ({}, ["name", "catch_all"]),
        ({"name": "a", "rules": [], "catch_all": []}, ["catch_all"]),
        ({"name": "a", "rules": {}, "catch_all": [{"queue": "q"}]}, ["rules"]),
        ({"name": "a", "rulez": [], "catch_all": [{"queue": "q"}]}, ["rulez"]),
        ({"name": "a", "catch_all": [{"queue": "q"}, {"pool": "p"}]}, ["catch_all[1]"]),
        ({"name": "a", "catch_all": [{}]}, ["catch_all[0]"]),
        ({"name": "a", "catch_all": [{"pool": "p", "queue": "q"}]}, ["catch_all[0]"]),
        ({"name": "a", "catch_all": [{"queue": "q", "match": ["territory"]}]}, ["catch_all[0].match"]),
        ({"name": "a", "catch_all": [{"pool": "p", "match": ["mood"]}]}, ["catch_all[0].match[0]"]),
        (
            {"name": "a", "catch_all": [{"pool": "p", "require_skills": {"x": 0}}]},
            ["catch_all[0].require_skills.x"],
        ),
        ({"name": "a", "catch_all": [{"redirect": "javascript:alert(1)"}]}, ["catch_all[0].redirect"]),
        ({"name": "a", "catch_all": [{"owner": False}]}, ["catch_all[0].owner"]),
        ({"name": "a", "catch_all": [{"owner": True, "owner_wait": "soon"}]}, ["catch_all[0].owner_wait"]),
    ],
)
def test_a_wrong_router_is_refused_with_every_problem(document: Any, paths: list[str]) -> None:
    with pytest.raises(InvalidRouter) as refusal:
        parse_router(document)
    assert [problem.path for problem in refusal.value.problems] == paths


def test_all_problems_of_all_rules_are_found_at_once() -> None:
    rules = [
        {"name": "a", "when": WHEN, "action": {"pool": "p"}, "from": "2026-02-30"},
        {"name": "a", "when": WHEN, "action": {"message": "m"}, "fallback": [{"pool": "p"}]},
        {"when": {"all": [WHEN, check("x", "eq")]}, "action": 5, "verdict": "maybe"},
        {"name": "c", "action": {"pool": "p"}, "from": "2026-02-02", "until": "2026-02-02"},
    ]
    with pytest.raises(InvalidRouter) as refusal:
        parse_router({"name": "r", "rules": rules, "catch_all": [{"queue": "q"}]})
    assert sorted(problem.path for problem in refusal.value.problems) == [
        "rules[0].from",
        "rules[1].fallback",
        "rules[1].name",
        "rules[2].action",
        "rules[2].name",
        "rules[2].verdict",
        "rules[2].when.all[1].value",
        "rules[3].until",
        "rules[3].when",
    ]


def test_scalars_that_arrive_as_text_are_read_as_what_they_are() -> None:
    action = {"pool": "p", "require_skills": {"healthcare": "2"}}
    router = parse_router({"name": "r", "rules": [], "catch_all": [action, {"owner": "true"}]})
    assert router.catch_all[0].require_skills == {"healthcare": 2}


@pytest.mark.parametrize(
    "when",
    [
        check("territory", "eq", "dach"),
        check("postal_code", "prefix_in", ["94"]),
        check("country", "like", "x"),
    ],
)
def test_a_territory_that_means_nothing_is_refused(when: Any) -> None:
    with pytest.raises(InvalidCondition):
        parse_territory("x", when)


values = st.sampled_from(["de", "DE", "fr", "at", "a1", "a10"])
numbers = st.sampled_from([1, 5, 5.5, "5", 10])
leaves = st.one_of(
    st.builds(check, st.sampled_from(["country", "tags"]), st.sampled_from(["eq", "ne"]), values | numbers),
    st.builds(
        check,
        st.sampled_from(["country", "tags"]),
        st.sampled_from(["in", "not_in"]),
        st.lists(values | numbers, min_size=1, max_size=3),
    ),
    st.builds(check, st.sampled_from(["country", "tags"]), st.sampled_from(["exists", "missing"])),
    st.builds(
        check,
        st.sampled_from(["country", "tags", "postal_code"]),
        st.sampled_from(["starts_with", "ends_with", "contains", "matches_word"]),
        st.sampled_from(["d", "a", "a1", "de"]),
    ),
    st.builds(
        check,
        st.sampled_from(["tags", "size", "postal_code"]),
        st.sampled_from(["gt", "gte", "lt", "lte"]),
        numbers,
    ),
    st.builds(lambda low, high: check("size", "between", [low, high]), st.integers(1, 4), st.integers(4, 9)),
)
conditions = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(lambda part: {"not": part}, inner),
        st.builds(
            lambda key, parts: {key: parts},
            st.sampled_from(["all", "any"]),
            st.lists(inner, min_size=1, max_size=3),
        ),
    ),
    max_leaves=4,
).map(parse_condition)
one_fact = st.sampled_from(
    [None, "", "de", "DE", "FR", "a1", "a10", "5", "05", 5, 5.5, 1, 10, "1-5", "5+", True]
)
set_fact = st.lists(st.sampled_from(["de", "fr", "a1", "5"]), max_size=2).map(tuple)
facts = st.fixed_dictionaries(
    {"country": one_fact, "tags": one_fact | set_fact, "size": one_fact | set_fact, "postal_code": one_fact}
).map(Facts)


@settings(max_examples=250, deadline=None)
@given(one=conditions, other=conditions, cases=st.lists(facts, min_size=5, max_size=5))
def test_what_is_said_to_follow_follows(one: Condition, other: Condition, cases: list[Facts]) -> None:
    follows, never = implies(one, other), never_holds(one)
    for known in cases:
        if one.passes(known):
            assert not never
            assert not follows or other.passes(known)


@settings(max_examples=100, deadline=None)
@given(several=st.lists(conditions, max_size=8))
def test_filing_conditions_by_value_misses_nothing_that_comparing_all_finds(several: list[Condition]) -> None:
    live = [index for index, condition in enumerate(several) if not never_holds(condition)]
    expected = {}
    for index in live:
        before = [
            earlier for earlier in live if earlier < index and implies(several[index], several[earlier])
        ]
        if before:
            expected[index] = before[0]
    assert dict(covered(several)) == expected
