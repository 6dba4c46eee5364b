"""What is found in rules looked at together, and in the people they lead to."""

import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.deep_lint import lint_rules
from routing.domains import Domain, Kind
from routing.facts import Facts
from routing.lint import Finding
from routing.people_lint import WEEK, lint_people, spoken, union, without
from routing.roster import Distribution, Member
from routing.router import Router, Rule, route
from tests.routing.cast import REMY, ROBIN, ROSA, inbound, pool, roster
from tests.routing.test_coverage import CLOSED, DOMAINS, NOBODY, leads, rules_about

FORM = {"country": Domain(Kind.CHOICE, ("DE", "AT", "CH")), "employees": Domain(Kind.NUMBER)}
ELSEWHERE = {"queue": "managers"}


def check(field: str, op: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "op": op} if value is None else {"field": field, "op": op, "value": value}


def rule(name: str, when: Any, action: Any = None, **more: Any) -> dict[str, Any]:
    return {"name": name, "when": when, "action": action or {"pool": "dach-ae"}, **more}


DE, BIG = check("country", "eq", "DE"), check("employees", "gte", 100)
SMALL = check("employees", "lt", 100)


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ([rule("a", DE)], []),
        ([rule("a", check("country", "eq", "FR"))], [("warning", "unreachable", 0)]),
        (
            [rule("a", BIG), rule("b", SMALL, ELSEWHERE), rule("c", check("employees", "exists"))],
            [("warning", "shadowed", 2)],
        ),
        ([rule("a", BIG), rule("b", DE, ELSEWHERE)], [("note", "overlapping", 1)]),
        ([rule("a", {"all": [BIG, DE]}), rule("b", DE, ELSEWHERE)], []),
        ([rule("a", BIG), rule("b", SMALL)], [("note", "mergeable", 0)]),
        ([rule("a", BIG, **{"from": "2026-01-01"}), rule("b", SMALL)], []),
        ([rule("a", DE, {"pool": "general"})], [("warning", "needless", 0)]),
        ([rule("a", DE, {"pool": "general"}), rule("b", check("country", "exists"), ELSEWHERE)], []),
        (
            [
                rule("a", {"all": [BIG, DE]}),
                rule("b", check("country", "eq", "AT"), ELSEWHERE),
                rule("c", BIG),
            ],
            [("warning", "needless", 0), ("note", "overlapping", 2)],
        ),
        ([rule("a", DE), rule("b", DE, ELSEWHERE)], []),
    ],
)
def test_each_flaw_of_rules_together_is_found(rules: Any, expected: list[tuple[str, str, int]]) -> None:
    findings = lint_rules(inbound(rules=rules), roster(), FORM)
    assert [(each.severity, each.code, int(each.path[6:-1])) for each in findings] == expected
    assert all(Finding.from_json(each.to_json()) == each for each in findings)


def test_an_overlap_comes_with_a_lead_that_both_rules_take() -> None:
    findings = lint_rules(inbound(rules=[rule("a", BIG), rule("b", DE, ELSEWHERE)]), roster(), FORM)
    assert findings[0].message == (
        "b and a both take some leads, which go to the latter: employees: 100, country: DE"
    )


def test_a_rule_about_what_cannot_be_pictured_is_never_called_needless() -> None:
    vague = check("title", "contains", "a")
    rules = [
        rule("a", check("title", "gte", 5)),
        rule("b", vague),
        rule("c", {"not": vague}),
        rule("d", DE, ELSEWHERE),
    ]
    codes = {each.code for each in lint_rules(inbound(rules=rules), roster(), FORM)}
    assert codes == {"mergeable"}


def test_work_cut_short_is_said() -> None:
    findings = lint_rules(inbound(), roster(), FORM, most_steps=3)
    assert [each.code for each in findings] == ["not-checked"]


DROPPED = {"shadowed", "unreachable", "needless"}


def where(router: Router, lead: Facts) -> Any:
    taken = route(router, 1, lead, NOBODY)
    return taken.verdict, [each.name for each in taken.destinations]


def test_dropping_all_that_or_some_of_what_is_called_needless_changes_no_lead() -> None:
    chance = random.Random(11)
    actions = inbound().catch_all
    seen: set[str] = set()
    for _ in range(60):
        chosen = [each for each, _ in chance.sample(rules_about(CLOSED), 4)]
        rules = [Rule(each.name, each.when, chance.choice(actions)) for each in chosen]
        router = Router("r", tuple(rules), actions)
        found = [each for each in lint_rules(router, NOBODY, DOMAINS) if each.code in DROPPED]
        dropped = {int(each.path[6:-1]) for each in found}
        seen.update(each.code for each in found)
        for some in (dropped, {index for index in dropped if chance.random() < 0.5}):
            kept = tuple(each for index, each in enumerate(rules) if index not in some)
            for lead in leads(CLOSED) if some else ():
                assert where(router, lead) == where(Router("r", kept, actions), lead)
    assert seen == DROPPED


def test_many_rules_are_looked_at_within_the_budget() -> None:
    rules = [
        rule(
            f"r{n}",
            {"all": [check("country", "eq", f"c{n % 40}"), check("employees", "gte", n)]},
            {"pool": "general"} if n % 2 else None,
        )
        for n in range(120)
    ]
    findings = lint_rules(
        inbound(rules=rules), roster(), {"employees": Domain(Kind.NUMBER)}, most_steps=400_000
    )
    assert "not-checked" not in {each.code for each in findings}


def people(*members: Any, action: Any = None, **more: Any) -> list[Finding]:
    action = action or {"pool": "dach-ae", "match": ["language", "territory"]}
    router = inbound(rules=[rule("a", check("territory", "eq", "dach"), action)])
    changes = {key: more.pop(key) for key in ("distribution",) if key in more}
    pools = roster(pool(*members, **changes), pool(REMY, ROSA, name="general"))
    found = lint_people(router, pools, **more)
    return [each for each in found if "general" not in each.path]


def test_one_person_for_a_language_or_territory_is_a_bottleneck() -> None:
    spanish = people(REMY, ROSA, languages=["es", "de-AT"])
    assert [(each.code, each.path) for each in spanish] == [("single-expert", "rules[0].action")]
    assert spanish[0].message == "only rosa of dach-ae has language es"
    assert [each.code for each in people(REMY, ROSA, languages=["fr"])] == ["no-language"]
    assert people(REMY, ROBIN, languages=["es"]) == []


def test_territories_that_the_rule_does_not_ask_for_are_no_bottleneck() -> None:
    assert people(REMY, ROSA) == []
    router = inbound(rules=[rule("a", DE, {"pool": "dach-ae", "match": ["territory"]})])
    codes = [(each.code, each.message[-8:]) for each in lint_people(router, roster(pool(REMY, ROSA)))]
    assert codes == [("no-territory", "fallback")]


@pytest.mark.parametrize(
    ("members", "minutes", "distribution", "codes"),
    [
        ((REMY, ROSA), {"remy": 2400, "rosa": 1200}, Distribution.ROUND_ROBIN, ["unequal-capacity"]),
        ((Member(REMY, 2), ROSA), {"remy": 2400, "rosa": 1200}, Distribution.ROUND_ROBIN, []),
        (
            (Member(REMY, 2), ROSA),
            {"remy": 2400, "rosa": 1200},
            Distribution.LONGEST_IDLE,
            ["unequal-capacity"],
        ),
        ((REMY, ROSA), {"remy": 2400, "rosa": 1200}, Distribution.LEAST_UTILIZED, []),
        ((REMY, ROSA), {"remy": 2400, "rosa": 1920}, Distribution.ROUND_ROBIN, []),
        ((REMY, ROSA), {"remy": 2400, "rosa": 1919}, Distribution.ROUND_ROBIN, ["unequal-capacity"]),
        ((REMY, ROSA), {"remy": 2400, "rosa": 0}, Distribution.ROUND_ROBIN, ["no-hours"]),
        ((REMY, ROSA), {"remy": 2400}, Distribution.ROUND_ROBIN, []),
    ],
)
def test_unequal_hours_are_found_before_turns_are_shared(
    members: Any, minutes: dict[str, int], distribution: Distribution, codes: list[str]
) -> None:
    found = people(*members, minutes=minutes, distribution=distribution)
    assert [each.code for each in found] == codes


def test_unequal_hours_are_told_with_their_numbers() -> None:
    found = people(REMY, ROSA, minutes={"remy": 2400, "rosa": 1230})
    assert found[0].message == (
        "turns in dach-ae are shared by weight, but rosa (weight 1) works 20 h 30 min a week "
        "and remy (weight 1) 40 h"
    )


def test_hours_in_which_nobody_speaks_a_language_are_told() -> None:
    hours = {"remy": [(480, 960)], "rosa": [(540, 1080), (1980, 2160)]}
    found = people(REMY, ROSA, hours=hours, languages=["es", "de"])
    assert [
        (each.severity, each.code, each.message)
        for each in found
        if "language" in each.message and each.code == "uncovered-hours"
    ] == [
        ("note", "uncovered-hours", "1 h a week in dach-ae have nobody with language es: Mon 08:00–09:00 UTC")
    ]
    wanted = people(REMY, ROSA, hours=hours, languages=["de"], wanted=[(0, 1440)])
    assert wanted[0].message.startswith(
        "14 h a week in dach-ae have nobody with language de: Mon 00:00–08:00"
    )


def test_spans_of_the_week_are_spoken_with_their_days() -> None:
    assert (
        spoken([(0, 60), (1380, 1440), (1380, 1500)])
        == "Mon 00:00–01:00, Mon 23:00–24:00, Mon 23:00–Tue 01:00 UTC"
    )
    assert spoken([(n, n + 1) for n in range(7)]).endswith("and 2 more UTC")


spans = st.lists(st.tuples(st.integers(0, 60), st.integers(0, 60)), max_size=6)


@given(one=spans, other=spans)
def test_what_is_left_of_spans_is_exactly_what_is_in_none_of_the_others(one: Any, other: Any) -> None:
    def minutes(spans: Any) -> set[int]:
        return {minute for start, end in spans for minute in range(start, end)}

    assert minutes(without(one, other)) == minutes(one) - minutes(other)
    assert minutes(union(one)) == minutes(one)
    assert all(before[1] < after[0] for before, after in zip(union(one), union(one)[1:], strict=False))
    assert WEEK == 10_080


def test_the_usual_router_has_nothing_needless() -> None:
    findings = lint_rules(inbound(), roster(), FORM)
    assert {each.severity for each in findings} <= {"note"}
    assert route(inbound(), 1, Facts({}), roster()).rule is None
