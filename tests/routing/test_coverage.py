"""What is said about leads that no rule matches, against trying every lead there is."""

import random
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import product
from typing import Any

import pytest

from routing.abstraction import Picture, View
from routing.boxes import Boxes, Budget
from routing.conditions import parse_condition
from routing.coverage import Coverage, CoverageVerdict, Region, check_coverage, check_territories
from routing.domains import Domain, Kind
from routing.facts import Facts
from routing.roster import Roster
from routing.router import parse_router, route
from routing.rules import Router, Rule
from routing.territories import matching_territories, parse_territory
from tests.routing.cast import inbound, roster

HERE = {"queue": "managers"}
DOMAINS = {
    "country": Domain(Kind.CHOICE, ("a", "b", "c")),
    "plan": Domain(Kind.CHOICE, ("a", "b"), is_required=True),
    "size": Domain(Kind.NUMBER, is_whole=True, least=0, most=6),
    "tags": Domain(Kind.SET, ("x", "y")),
    "topics": Domain(Kind.SET),
    "is_free_mail": Domain(Kind.FLAG),
    "today": Domain(Kind.DATE, is_required=True),
    "title": Domain(),
    "amount": Domain(),
    "postal_code": Domain(),
}
VALUES: Mapping[str, Sequence[Any]] = {
    "country": [None, "a", "b", "c"],
    "plan": ["a", "b"],
    "size": [None, *range(7)],
    "tags": [None, ("x",), ("y",), ("x", "y")],
    "topics": [None, ("a",), ("b",), ("a", "b"), ("ab",), ("z",), ("b", "z"), ("a b",)],
    "is_free_mail": [None, True, False],
    "today": ["2026-01-01", "2026-01-31", "2026-02-01", "2026-02-02", "2026-12-31"],
    "title": [
        None,
        "a",
        "b",
        "ab",
        "ba",
        "aab",
        "abb",
        "xa",
        "bx",
        "xabx",
        "x ab x",
        "a b",
        "x-a-b",
        "xbx",
        "x",
    ],
    "amount": [None, 0, 1, "1", "01", "+1", "1+", "1-3", 1.5, "2", "2+", 3, 4, "x", "2026-01-31"],
    "postal_code": [
        None,
        "0",
        "00",
        "01",
        "010",
        "0-10",
        "01a",
        "012",
        "0zz",
        "1",
        "10",
        "100",
        "1zz",
        "20",
        "zzz",
    ],
}
TEXTS: Mapping[str, Sequence[Any]] = {
    "country": ["a", "b", "c", "d"],
    "plan": ["a", "b"],
    "size": [0, 1, 3, 5, 6, 9],
    "tags": ["x", "y", "z"],
    "topics": ["a", "b"],
    "is_free_mail": [True, False],
    "today": ["2026-01-31", "2026-02-01", "2026-02-02"],
    "title": ["a", "b", "ab", "ba"],
    "amount": [1, 2, "1", "2"],
    "postal_code": ["0", "01", "010", "1", "10"],
}
ORDERED = ("gt", "gte", "lt", "lte")
SETS = ("eq", "ne", "in", "not_in", "exists", "missing")
OPERATORS: Mapping[str, Sequence[str]] = {
    "country": SETS,
    "plan": SETS,
    "size": (*SETS, *ORDERED, "between"),
    "tags": (*SETS, "contains"),
    "topics": (*SETS, "contains", "starts_with", "ends_with", "matches_word"),
    "is_free_mail": ("eq", "ne", "exists", "missing"),
    "today": (*ORDERED, "between"),
    "title": (*SETS, "contains", "starts_with", "ends_with", "matches_word"),
    "amount": (*SETS, *ORDERED, "between"),
    "postal_code": (*SETS, *ORDERED, "between", "prefix_in"),
}
CLOSED = ("country", "plan", "tags", "is_free_mail")


def a_check(chance: random.Random, field: str) -> dict[str, Any]:
    op = chance.choice(OPERATORS[field])
    values = TEXTS[field]
    if op in ("exists", "missing"):
        return {"field": field, "op": op}
    if op in ("in", "not_in", "prefix_in"):
        return {"field": field, "op": op, "value": chance.sample(values, chance.randint(1, 2))}
    if op == "between":
        return {"field": field, "op": op, "value": sorted(chance.sample(values, 2), key=str)}
    return {"field": field, "op": op, "value": chance.choice(values)}


def a_condition(chance: random.Random, fields: Sequence[str], depth: int = 2) -> dict[str, Any]:
    kind = chance.random()
    if depth == 0 or kind < 0.4:
        return a_check(chance, chance.choice(fields))
    if kind < 0.5:
        return {"not": a_condition(chance, fields, depth - 1)}
    parts = [a_condition(chance, fields, depth - 1) for _ in range(chance.randint(1, 3))]
    return {"all" if kind < 0.7 else "any": parts}


@cache
def leads(fields: tuple[str, ...]) -> list[Facts]:
    """Every combination of the values; fields that are always known are always given."""
    combinations = product(*(VALUES[field] for field in fields))
    return [Facts(dict(zip(fields, values, strict=True))) for values in combinations]


ACTION = parse_router({"name": "r", "catch_all": [HERE]}).catch_all[0]
NOBODY = Roster({}, {}, {}, frozenset({"managers"}))


@cache
def rules_about(fields: tuple[str, ...]) -> list[tuple[Rule, int]]:
    """Fifty rules, each with the leads (as bits) for which it holds."""
    chance = random.Random("".join(fields))
    found = []
    for number in range(50):
        rule = Rule(str(number), parse_condition(a_condition(chance, fields)), ACTION)
        held = sum(1 << index for index, lead in enumerate(leads(fields)) if rule.test.passes(lead))
        found.append((rule, held))
    return found


def test_ten_thousand_random_routers_agree_with_trying_every_lead() -> None:
    chance = random.Random(20261121)
    verdicts = dict.fromkeys(CoverageVerdict, 0)
    for _ in range(10_000):
        fields = tuple(sorted(chance.sample(sorted(VALUES), chance.choice((1, 2, 2)))))
        chosen = chance.sample(rules_about(fields), chance.randint(1, 4))
        coverage = check_coverage(Router("r", tuple(rule for rule, _ in chosen), ()), NOBODY, DOMAINS)
        held = 0
        for _, mask in chosen:
            held |= mask
        is_uncovered = held != (1 << len(leads(fields))) - 1
        assert is_uncovered <= (coverage.verdict is CoverageVerdict.UNCOVERED), (fields, chosen)
        for region in coverage.regions:
            lead = Facts.from_json(region.example)
            assert not any(rule.test.passes(lead) for rule, _ in chosen)
        assert (coverage.unknown, coverage.is_whole) == (0, True)
        verdicts[coverage.verdict] += 1
    assert verdicts[CoverageVerdict.UNKNOWN] == 0
    assert min(verdicts[CoverageVerdict.COVERED], verdicts[CoverageVerdict.UNCOVERED]) > 1_000


def cell_of(view: View, value: Any) -> dict[int, int]:
    """Where a value of a closed field lies."""
    if view.is_set:
        inside = {
            view.variable + 1 + n: 1 << int(piece.text in (value or ()))
            for n, piece in enumerate(view.found.pieces)
        }
        plain = None if value is None else ()
    else:
        inside, plain = {}, value
    for index, cell in enumerate(view.cells):
        if any(specimen.value == plain for specimen in cell.specimens):
            return {view.variable: 1 << index, **inside}
    raise AssertionError(value)


def test_the_regions_are_exactly_the_uncovered_leads_and_never_overlap() -> None:
    chance = random.Random(7)
    for _ in range(300):
        tests = [rule.test for rule, _ in chance.sample(rules_about(CLOSED), chance.randint(1, 12))]
        picture = Picture(tests, {}, DOMAINS)
        boxes = Boxes([*map(picture.formula, tests), *picture.impossible], picture.sizes)
        found = list(boxes.outside({}, range(len(boxes.formulas)), Budget(10**6)))
        fields = tuple(picture.views)
        for lead in leads(fields):
            point: dict[int, int] = {}
            for view in picture.views.values():
                point |= cell_of(view, lead.get(view.name))
            inside = [box for box in found if all(cells & point[name] for name, cells in box.items())]
            assert len(inside) == (not any(test.passes(lead) for test in tests))


def test_territories_are_looked_through_to_what_they_are_made_of() -> None:
    chance = random.Random(3)
    for _ in range(300):
        fields = ("country", "size")
        names = ("north", "south")
        made = {name: parse_territory(name, a_condition(chance, fields)) for name in names}
        op = chance.choice(("eq", "ne", "contains", "starts_with"))
        conditions = [{"field": "territory", "op": op, "value": chance.choice((*names, "nor"))}]
        conditions += [
            {"field": "territory", "op": chance.choice(("exists", "missing"))},
            a_condition(chance, fields),
        ]
        rules = [
            {"name": str(n), "when": when, "action": HERE}
            for n, when in enumerate(conditions[chance.randint(0, 1) :])
        ]
        router = parse_router({"name": "r", "rules": rules, "catch_all": [HERE]})
        coverage = check_coverage(router, Roster({}, {}, made, frozenset()), DOMAINS)
        tests = [rule.test for rule in router.rules]
        known = [lead.having(territory=matching_territories(made, lead)) for lead in leads(fields)]
        is_uncovered = any(not any(test.passes(lead) for test in tests) for lead in known)
        assert is_uncovered is (coverage.verdict is CoverageVerdict.UNCOVERED)


def found(rules: list[Any], domains: Mapping[str, Domain] | None = None, **more: Any) -> Coverage:
    documents = [{"name": str(n), "when": when, "action": HERE} for n, when in enumerate(rules)]
    return check_coverage(inbound(rules=documents), roster(), domains or {}, **more)


def check(field: str, op: str, value: Any = None) -> dict[str, Any]:
    return {"field": field, "op": op} if value is None else {"field": field, "op": op, "value": value}


FREE_TEXT_AND_NUMBERS = [check("employees", "gte", 5), check("employees", "contains", "a")]


@pytest.mark.parametrize(
    ("rules", "sentences"),
    [
        ([check("email", "exists")], ("Every lead there can be is matched by a rule.",)),
        (
            [check("country", "in", ["DE", "AT"])],
            (
                "1 kind of leads reach only the catch-all:",
                'country is anything other than "DE" or "AT" (for example country: x)',
            ),
        ),
        (
            [check("seats", "between", [10, 20])],
            (
                "1 kind of leads reach only the catch-all:",
                "seats is less than 10, more than 20 or missing (for example seats: 9)",
            ),
        ),
        (
            [check("title", "matches_word", "vp"), check("title", "missing")],
            (
                "1 kind of leads reach only the catch-all:",
                'title is known; does not have the word "vp" (for example title: x)',
            ),
        ),
        (
            [check("tags", "missing"), {"not": check("tags", "contains", "b")}],
            (
                "1 kind of leads reach only the catch-all:",
                'tags is known; has "b" (for example tags: b)',
            ),
        ),
    ],
)
def test_what_is_found_reads_as_sentences(rules: list[Any], sentences: tuple[str, ...]) -> None:
    domains = {"seats": Domain(Kind.NUMBER), "tags": Domain(Kind.SET)}
    coverage = found(rules, domains)
    assert coverage.sentences() == sentences
    assert Coverage.from_json(coverage.to_json()) == coverage


@pytest.mark.parametrize(
    ("rules", "is_covered"),
    [
        ([{"not": check("title", "contains", "vp")}, check("title", "matches_word", "vp")], False),
        ([{"not": check("title", "matches_word", "vp")}, check("title", "contains", "vp")], True),
        ([{"not": check("seats", "gt", 1)}, check("seats", "eq", "2")], False),
        ([{"not": check("seats", "eq", 2)}, check("seats", "in", ["2", "02", "+2", "2.0"])], False),
        ([check("tags", "exists"), check("tags", "missing")], True),
        ([check("tags", "in", ["x", "y"]), check("tags", "missing")], True),
        ([check("topics", "contains", "x"), check("topics", "missing")], False),
        ([check("postal_code", "between", ["00", "zz"]), check("postal_code", "missing")], False),
        (
            [
                {"not": check("postal_code", "prefix_in", ["1"])},
                check("postal_code", "between", ["10", "1z"]),
            ],
            False,
        ),
        ([{"not": check("postal_code", "gte", "10")}, check("postal_code", "between", ["10", "zz"])], True),
        (
            [check("email_domain", "ends_with", ".edu"), {"not": check("email_domain", "ends_with", "edu")}],
            False,
        ),
        ([check("title", "starts_with", "v"), {"not": check("title", "starts_with", ["vp", "v"])}], True),
    ],
)
def test_what_one_condition_leaves_to_another_is_decided(rules: list[Any], is_covered: bool) -> None:
    coverage = found(rules, {"tags": DOMAINS["tags"], "topics": DOMAINS["topics"]})
    assert coverage.is_whole
    assert coverage.verdict is (CoverageVerdict.COVERED if is_covered else CoverageVerdict.UNCOVERED)


def test_a_required_set_is_never_empty() -> None:
    required = {"tags": Domain(Kind.SET, ("x", "y"), is_required=True)}
    assert found([check("tags", "exists")], required).verdict is CoverageVerdict.COVERED
    assert found([check("tags", "eq", "x")], required).regions[0].example == {"tags": ["y"]}


def test_the_same_rules_left_over_on_two_ways_are_looked_at_twice() -> None:
    def every(*wanted: str) -> dict[str, Any]:
        return {"all": [check(each[0], "eq", each[1]) for each in wanted]}

    domains = {name: Domain(Kind.CHOICE, ("0", "1"), is_required=True) for name in "abcder"}
    rules = [every("a1", "b1"), every("a1", "b0"), every("a0", "r0")]
    rules += [every("r1", "c1", "e1"), every("r1", "c1", "e0"), every("r1", "c1", "d1")]
    coverage = found(rules, domains)
    assert [dict(region.fields) for region in coverage.regions] == [{"r": '"1"', "c": '"0"', "a": '"0"'}]


def test_what_cannot_be_decided_is_counted_and_never_called_proven() -> None:
    rules = [
        *FREE_TEXT_AND_NUMBERS,
        check("employees", "lt", 5),
        {"not": check("employees", "contains", "a")},
    ]
    coverage = found(rules)
    assert coverage.verdict is CoverageVerdict.UNKNOWN
    assert coverage.unknown == 3
    assert "could not be decided exactly" in coverage.sentences()[-1]


def test_the_work_is_bounded_and_running_out_is_said() -> None:
    rules = [{"any": [check(f"a{n}", "eq", "x"), check(f"b{n}", "eq", "x")]} for n in range(60)]
    coverage = found([{"all": rules}, *({"not": rule} for rule in rules)], most_steps=200)
    assert (coverage.verdict, coverage.is_whole) == (CoverageVerdict.UNKNOWN, False)


def test_a_condition_with_too_many_boxes_is_still_decided() -> None:
    parts = [{"any": [check(f"a{n}", "eq", "x"), check(f"b{n}", "eq", "x")]} for n in range(12)]
    coverage = found([{"all": parts}, *({"not": part} for part in parts)])
    assert coverage.verdict is CoverageVerdict.COVERED
    assert found([{"all": parts}]).verdict is CoverageVerdict.UNCOVERED


def test_more_regions_than_asked_for_are_left_out_and_that_is_said() -> None:
    rules = [{"any": [check("a", "eq", "x"), check("b", "eq", value)]} for value in "xyz"]
    coverage = found([{"not": {"any": rules}}], most_regions=1)
    assert (len(coverage.regions), coverage.is_whole) == (1, False)
    assert coverage.sentences()[0].startswith("At least 1 kind")


def test_without_a_catch_all_uncovered_leads_reach_nothing() -> None:
    coverage = check_coverage(Router("r", (), ()), NOBODY, {})
    assert (coverage.reaches, coverage.regions) == ("nothing", (Region((), {}),))
    assert coverage.sentences() == (
        "1 kind of leads reach nothing at all:",
        "any lead (for example a lead of which nothing is known)",
    )


def test_an_ended_rule_covers_nothing_today_and_days_are_a_field_like_others() -> None:
    document = {"name": "a", "when": check("email", "exists"), "action": HERE, "until": "2026-10-01"}
    router = inbound(rules=[document])
    assert check_coverage(router, roster(), {}, today="2026-09-30").verdict is CoverageVerdict.COVERED
    assert check_coverage(router, roster(), {}, today="2026-10-01").verdict is CoverageVerdict.UNCOVERED
    assert check_coverage(router, roster(), {}).regions[0].fields == (("today", "2026-10-01 or later"),)


def test_what_never_happens_is_not_asked_for() -> None:
    never = [parse_condition(check("country", "missing"))]
    assert found([check("country", "exists")], never=never).verdict is CoverageVerdict.COVERED


def test_gaps_between_territories_are_found() -> None:
    coverage = check_territories(roster(), {"country": Domain(Kind.CHOICE, ("DE", "AT", "CH", "US"))})
    assert [region.fields[0] for region in coverage.regions] == [("country", "missing"), ("country", '"US"')]


def test_the_example_takes_the_catch_all_when_it_is_routed() -> None:
    for region in check_coverage(inbound(), roster(), {}).regions:
        assert route(inbound(), 1, Facts.from_json(region.example), roster()).rule is None
