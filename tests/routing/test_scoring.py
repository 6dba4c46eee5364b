"""Scores with every contribution, and deal values by formula."""

import json
import random
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.deal_value import DEEPEST, LONGEST_FORMULA, Amount, InvalidFormula, parse_formula
from routing.facts import Facts
from routing.reading import LARGEST_NUMBER
from routing.scoring import Behavior, InvalidScorecard, Score, decayed, parse_scorecard, score

SCORECARD: dict[str, Any] = {
    "name": "standard",
    "version": 3,
    "items": [
        {"name": "mid-market", "when": {"field": "employees", "op": "gte", "value": 200}, "points": 30},
        {"name": "no phone", "kind": "fit", "when": {"field": "phone", "op": "missing"}, "points": -10},
        {
            "name": "webinar",
            "kind": "engagement",
            "when": {"field": "kind", "op": "eq", "value": "webinar"},
            "points": 20,
            "half_life": 30,
        },
        {
            "name": "pricing page",
            "kind": "engagement",
            "when": {"field": "url", "op": "contains", "value": "/pricing"},
            "points": 5,
            "most": 3,
        },
    ],
    "priorities": [
        {"name": "high", "at_least": 40, "fit_at_least": 20},
        {"name": "medium", "at_least": 20, "engagement_at_least": 10},
    ],
    "deal_value": {"formula": "max(seats, 5) * 120 + employees / 10", "defaults": {"seats": 1}},
}
PRIYA = Facts({"employees": "201-500", "phone": "+49 30 1234"})
WEBINAR, PRICING = Facts({"kind": "webinar"}), Facts({"kind": "page", "url": "https://acme.test/pricing"})


def test_every_contribution_is_listed_and_they_add_up() -> None:
    found = score(
        parse_scorecard(SCORECARD),
        PRIYA,
        [Behavior(WEBINAR, 45), *[Behavior(PRICING, age) for age in range(5)]],
    )
    assert (found.fit, found.engagement, found.total, found.priority) == (30, 23, 53, "high")
    assert found.sentences() == (
        "53 points: fit 30, engagement 23, priority high",
        "+30 mid-market: employees at least 200",
        "+8 webinar: kind webinar (+20 when it was new, 45 days ago)",
        "+5 pricing page: url containing /pricing",
        "+5 pricing page: url containing /pricing",
        "+5 pricing page: url containing /pricing",
    )
    assert [each.age_days for each in found.contributions][-3:] == [0, 1, 2]
    assert Score.from_json(json.loads(json.dumps(found.to_json()))) == found
    assert found.as_facts() == {
        "score": 53,
        "fit_score": 30,
        "engagement_score": 23,
        "priority": "high",
        "deal_value": 620,
    }


@pytest.mark.parametrize(
    ("facts", "ages", "priority"),
    [
        ({"employees": 200, "phone": "1"}, [], None),
        ({"employees": 200}, [0], "high"),
        ({"employees": 200}, [5], "medium"),
        ({"phone": "1"}, [0], "medium"),
        ({}, [0], None),
        ({"employees": 200, "phone": "1"}, [30], "high"),
        ({"employees": 200, "phone": "1"}, [33], "high"),
        ({"employees": 200, "phone": "1"}, [34], None),
    ],
)
def test_the_priority_is_the_first_whose_thresholds_are_all_met(
    facts: Any, ages: list[int], priority: Any
) -> None:
    found = score(parse_scorecard(SCORECARD), Facts(facts), [Behavior(WEBINAR, age) for age in ages])
    assert found.priority == priority


@pytest.mark.parametrize(
    ("points", "age", "half_life", "left"),
    [
        (20, 0, 30, 20),
        (20, 30, 30, 10),
        (20, 15, 30, 15),
        (20, 60, 30, 5),
        (20, 45, 30, 8),
        (-20, 45, 30, -8),
        (20, 10_000, 30, 0),
        (20, 999, None, 20),
        (1, 1, 1, 1),
        (1, 2, 1, 0),
        (20, -5, 30, 20),
    ],
)
def test_points_halve_with_each_half_life(points: int, age: int, half_life: int | None, left: int) -> None:
    assert decayed(points, age, half_life) == left


@given(points=st.integers(-1000, 1000), age=st.integers(0, 4000), half_life=st.integers(1, 3650))
def test_points_only_ever_fade(points: int, age: int, half_life: int) -> None:
    now, later = decayed(points, age, half_life), decayed(points, age + 1, half_life)
    assert abs(later) <= abs(now) <= abs(points)
    assert now * points >= 0
    assert decayed(-points, age, half_life) == -now


@settings(max_examples=50)
@given(ages=st.lists(st.integers(0, 500), max_size=8), seed=st.integers())
def test_a_score_is_the_sum_of_its_contributions_in_any_order(ages: list[int], seed: int) -> None:
    behaviors = [Behavior(WEBINAR if age % 2 else PRICING, age) for age in ages]
    shuffled = random.Random(seed).sample(behaviors, len(behaviors))
    found = score(parse_scorecard(SCORECARD), PRIYA, behaviors)
    assert score(parse_scorecard(SCORECARD), PRIYA, shuffled) == found
    assert sum(each.points for each in found.contributions) == found.total
    assert all(Behavior.from_json(each.to_json()) == each for each in behaviors)


def test_a_scorecard_reads_back_as_it_was_written() -> None:
    scorecard = parse_scorecard(SCORECARD)
    assert parse_scorecard(json.loads(json.dumps(scorecard.to_json()))) == scorecard


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"items": [{"name": "a", "when": {"field": "x", "op": "eq"}, "points": 1}]}, "items[0].when.value"),
        (
            {"items": [{"name": "a", "when": {"field": "x", "op": "exists"}, "points": 2000}]},
            "items[0].points",
        ),
        (
            {"items": [{"name": "a", "when": {"field": "x", "op": "exists"}, "points": 1, "half_life": 3}]},
            "items[0].half_life",
        ),
        (
            {"items": [{"name": "a", "kind": "luck", "when": {"field": "x", "op": "exists"}, "points": 1}]},
            "items[0].kind",
        ),
        (
            {"items": [{"name": "a", "when": {"field": "x", "op": "exists"}, "points": 1}] * 2},
            "items[1].name",
        ),
        ({"items": {}}, "items"),
        ({"priorities": [{"name": "high"}]}, "priorities[0].at_least"),
        ({"version": 0}, "version"),
        ({"deal_value": "seats *"}, "deal_value.formula"),
        ({"deal_value": {"formula": "seats", "defaults": {"seats": "many"}}}, "deal_value.defaults.seats"),
        ({"deal_value": {"formula": "seats", "defaults": {"chairs": 1}}}, "deal_value.defaults.chairs"),
        ({"weights": 1}, "weights"),
    ],
)
def test_a_wrong_scorecard_is_refused_with_the_path(changes: dict[str, Any], path: str) -> None:
    with pytest.raises(InvalidScorecard) as refusal:
        parse_scorecard({**SCORECARD, **changes})
    assert [problem.path for problem in refusal.value.problems] == [path]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1 + 2 * 3", 7),
        ("(1 + 2) * 3", 9),
        ("7 - 2 - 1", 4),
        ("12 / 3 / 2", 2),
        ("-2 * -3", 6),
        ("--4", 4),
        ("1 / 3 * 3", 1),
        ("1 / 2", 1),
        ("-1 / 2", 0),
        ("min(3, 1, 2)", 1),
        ("max(seats, 40)", 40),
        ("seats * 1.5", 30),
        ("employees", 201),
        ("account.size + 1", 8),
        ("min(max(seats, 5), 10) * 100", 1_000),
        ("min", 6),
        ("0.1 + 0.2 - 0.3", 0),
    ],
)
def test_formulas_come_to_what_arithmetic_says(text: str, value: int) -> None:
    facts = Facts({"seats": "20", "employees": "201-500", "account.size": 7, "min": 6})
    amount = parse_formula(text).amount(facts)
    assert amount.value == value
    assert Amount.from_json(amount.to_json()) == amount


@pytest.mark.parametrize(
    ("text", "position"),
    [
        ("", 0),
        ("1 +", 3),
        ("1 2", 2),
        ("(1", 2),
        ("1)", 1),
        ("seats ** 2", 7),
        ("a.b..c", 3),
        ("min(1,", 6),
        ("min()", 4),
        ("1 % 2", 2),
        ("__import__('os')", 11),
        ("x[0]", 1),
        ("9" * 30, 0),
        ("9999999999999999", 0),
        ("(" * 40 + "1" + ")" * 40, DEEPEST),
        ("1+" * 300, LONGEST_FORMULA),
        ("max(" + ",".join("1" * 21) + ")", 43),
        ("+1", 0),
    ],
)
def test_a_wrong_formula_is_refused_where_it_is_wrong(text: str, position: int) -> None:
    with pytest.raises(InvalidFormula) as refusal:
        parse_formula(text)
    assert refusal.value.position == position


@pytest.mark.parametrize(
    ("facts", "missing", "problem", "used"),
    [
        ({"a": 1}, ("b",), None, {"a": "1"}),
        ({"a": 1, "b": "many"}, ("b",), None, {"a": "1"}),
        ({"a": 1, "b": 0}, (), "divides-by-zero", {"a": "1", "b": "0"}),
        ({"a": 10**15, "b": 0.001}, (), "out-of-range", {"a": "1000000000000000", "b": "0.001"}),
    ],
)
def test_what_cannot_be_told_says_why(facts: Any, missing: Any, problem: Any, used: Any) -> None:
    assert parse_formula("a / b").amount(Facts(facts)) == Amount(None, used, missing, problem)


leaf = st.integers(0, 50).map(str) | st.sampled_from(["a", "b", "2.5"])
formulas = st.recursive(
    leaf,
    lambda inner: st.one_of(
        st.builds("({} {} {})".format, inner, st.sampled_from("+-*/"), inner),
        st.builds("-({})".format, inner),
        st.builds("{}({}, {})".format, st.sampled_from(["min", "max"]), inner, inner),
    ),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None)
@given(text=formulas, a=st.integers(-9, 9), b=st.integers(-9, 9))
def test_a_formula_agrees_with_python_on_fractions(text: str, a: int, b: int) -> None:
    amount = parse_formula(text).amount(Facts({"a": a, "b": b}))
    exact = text.replace("2.5", "F(5, 2)")
    numbers = {"F": Fraction, "a": Fraction(a), "b": Fraction(b), "min": min, "max": max}
    try:
        value = Fraction(eval(exact.replace("/", "* F(1) /"), numbers))
    except ZeroDivisionError:
        assert amount.problem == "divides-by-zero"
    else:
        assert abs(value) > LARGEST_NUMBER or amount.value == (value + Fraction(1, 2)).__floor__()


@settings(max_examples=150)
@given(
    text=st.text("ab1.+-*/(), min", max_size=60) | st.text(max_size=20),
    value=st.none() | st.text() | st.floats(),
)
def test_no_text_and_no_answer_makes_a_formula_fail(text: str, value: Any) -> None:
    try:
        formula = parse_formula(text)
    except InvalidFormula as error:
        assert 0 <= error.position <= len(text)
    else:
        formula.amount(Facts(dict.fromkeys(formula.fields, value)))
