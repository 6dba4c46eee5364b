"""What a condition accepts, when it holds, and how it says what is wrong with it."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.check import Check
from routing.conditions import MOST_DEPTH, MOST_PARTS, InvalidCondition, parse_condition
from routing.facts import Facts
from routing.operators import MOST_VALUES, OPPOSITES, READERS

CASES: list[tuple[str, Any, Any, bool]] = [
    ("eq", "DE", "de", True),
    ("eq", "DE", " De ", True),
    ("eq", "straße", "STRASSE", True),
    ("eq", "ＡＣＭＥ", "acme", True),
    ("eq", "DE", "DEU", False),
    ("eq", "DE", None, False),
    ("eq", "DE", ("at", "de"), True),
    ("eq", 200, "200", True),
    ("eq", 200, 200.0, True),
    ("eq", "200", 200, True),
    ("eq", 200, "0200", True),
    ("eq", "01234", "1234", False),
    ("eq", 1, True, False),
    ("eq", True, "true", True),
    ("eq", "true", True, True),
    ("eq", True, 1, False),
    ("eq", 51, "51-200", False),
    ("ne", "DE", "FR", True),
    ("ne", "DE", "de", False),
    ("ne", "DE", None, True),
    ("ne", "dach", ("dach", "emea"), False),
    ("in", ["DE", "AT"], "at", True),
    ("in", ["DE", "AT"], "FR", False),
    ("in", [1, 2], "2", True),
    ("in", ["NO"], False, False),
    ("in", ["dach"], ("emea", "dach"), True),
    ("in", ["dach"], None, False),
    ("not_in", ["DE", "AT"], "FR", True),
    ("not_in", ["DE", "AT"], "de", False),
    ("not_in", ["DE"], None, True),
    ("exists", None, "x", True),
    ("exists", None, False, True),
    ("exists", None, 0, True),
    ("exists", None, "  ", False),
    ("exists", None, (), False),
    ("exists", None, None, False),
    ("missing", None, None, True),
    ("missing", None, "", True),
    ("missing", None, "x", False),
    ("contains", "sales", "VP Sales EMEA", True),
    ("contains", "sales", "Marketing", False),
    ("contains", "salesforce", ("HubSpot", "Salesforce"), True),
    ("contains", "force", ("HubSpot", "Salesforce"), False),
    ("starts_with", "vp ", "VP Sales", True),
    ("starts_with", ["cto", "cfo"], "CFO", True),
    ("starts_with", "cto", "a CTO", False),
    ("ends_with", ".edu", "berkeley.EDU", True),
    ("ends_with", ".edu", "edu.example", False),
    ("gt", 200, 200, False),
    ("gt", 200, "201-500", True),
    ("gte", 200, "200", True),
    ("gte", "200", 200, True),
    ("gte", 501, "501+", True),
    ("gte", 1000, "1,000 - 4,999", True),
    ("gte", 200, "many", False),
    ("gte", 0, True, False),
    ("gte", 200, None, False),
    ("lt", 200, "51-200", True),
    ("lt", 0.5, "0.25", True),
    ("lt", 200, None, False),
    ("lte", 200, 200, True),
    ("lte", 200, ("1",), False),
    ("gte", "2026-10-01", "2026-10-01", True),
    ("gt", "2026-10-01", "2026-10-01T09:00:00Z", False),
    ("lt", "2026-10-01", "2026-09-30", True),
    ("lt", "2026-10-01", "tomorrow", False),
    ("between", [51, 200], "51-200", True),
    ("between", ["51", "200"], 200, True),
    ("between", [51, 200], 201, False),
    ("between", [51, 200], None, False),
    ("prefix_in", ["EC", "SW1"], "sw1a 2aa", True),
    ("prefix_in", ["EC", "SW1"], "SE1 9SG", False),
    ("matches_word", "vp", "VP, Sales", True),
    ("matches_word", "vp", "MVP award", False),
    ("matches_word", "head of sales", "Head  of Sales (DACH)", True),
    ("matches_word", "head of sales", "Head of presales", False),
    ("matches_word", ["cto", "cio"], "Interim CIO", True),
]

POSTAL_CASES: list[tuple[str, Any, Any, bool]] = [
    ("between", ["94000", "95199"], "94110", True),
    ("between", ["94000", "95199"], "94110-1234", True),
    ("between", ["94000", "95199"], "95200", False),
    ("between", ["01000", "02799"], "1500", False),
    ("between", ["01000", "02799"], "01500", True),
    ("between", ["K1A", "K2Z"], "k1a 0b1", True),
    ("between", ["K1A", "K2Z"], "L1A 0B1", False),
    ("prefix_in", ["K1", "H3 B"], "H3B 2Y5", True),
    ("gte", "94000", "9411", False),
]


def condition(op: str, value: Any, field: str = "x") -> dict[str, Any]:
    return {"field": field, "op": op} if value is None else {"field": field, "op": op, "value": value}


@pytest.mark.parametrize(("op", "value", "fact", "holds"), CASES)
def test_each_operator_holds_when_it_says(op: str, value: Any, fact: Any, holds: bool) -> None:
    check = parse_condition(condition(op, value)).evaluate(Facts({"x": fact}))
    assert (check.passed, check.field, check.op) == (holds, "x", op)


@pytest.mark.parametrize(("op", "value", "fact", "holds"), POSTAL_CASES)
def test_postal_codes_compare_as_text_of_one_length(op: str, value: Any, fact: Any, holds: bool) -> None:
    parsed = parse_condition(condition(op, value, "postal_code"))
    assert parsed.passes(Facts({"postal_code": fact})) is holds


def test_every_operator_has_cases_for_both_answers() -> None:
    assert {(op, holds) for op, _, _, holds in CASES} == {
        (op, holds) for op in READERS for holds in (True, False)
    }


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ("country", "when"),
        ({}, "when.field"),
        ({"field": "x", "op": "like", "value": 1}, "when.op"),
        ({"field": "x", "op": "eq"}, "when.value"),
        ({"field": "x", "op": "eq", "value": {}}, "when.value"),
        ({"field": "x", "op": "eq", "value": " "}, "when.value"),
        ({"field": "x", "op": "eq", "value": float("nan")}, "when.value"),
        ({"field": "x", "op": "eq", "value": 1, "case": True}, "when.case"),
        ({"field": "x", "op": "exists", "value": 1}, "when.value"),
        ({"field": "x", "op": "in", "value": []}, "when.value"),
        ({"field": "x", "op": "in", "value": "DE"}, "when.value"),
        ({"field": "x", "op": "in", "value": ["DE", None]}, "when.value[1]"),
        ({"field": "x", "op": "gte", "value": "many"}, "when.value"),
        ({"field": "x", "op": "gte", "value": True}, "when.value"),
        ({"field": "x", "op": "between", "value": [1]}, "when.value"),
        ({"field": "x", "op": "between", "value": [2, 1]}, "when.value"),
        ({"field": "x", "op": "between", "value": [1, "2026-01-01"]}, "when.value"),
        ({"field": "x", "op": "between", "value": [1, "many"]}, "when.value[1]"),
        ({"field": "x", "op": "prefix_in", "value": "94"}, "when.value"),
        ({"field": "x", "op": "matches_word", "value": "!"}, "when.value"),
        ({"all": []}, "when.all"),
        ({"all": {"field": "x"}}, "when.all"),
        ({"all": [{"field": "x", "op": "exists"}], "any": []}, "when.any"),
        ({"all": [{"field": "x", "op": "exists"}, {"field": "x", "op": "eq"}]}, "when.all[1].value"),
        ({"any": [{"not": {"field": "", "op": "exists"}}]}, "when.any[0].not.field"),
        ({"field": "x", "op": "in", "value": ["a"] * (MOST_VALUES + 1)}, "when.value"),
        ({"all": [{"field": "x", "op": "exists"}] * MOST_PARTS}, "when"),
    ],
)
def test_a_wrong_condition_is_refused_with_the_path_of_the_wrong_part(data: Any, path: str) -> None:
    with pytest.raises(InvalidCondition) as refusal:
        parse_condition(data)
    assert refusal.value.path == path
    assert refusal.value.message


def test_conditions_nest_only_so_deep() -> None:
    data: dict[str, Any] = {"field": "x", "op": "exists"}
    for _ in range(MOST_DEPTH - 1):
        data = {"not": data}
    parse_condition(data)
    for _ in range(5_000):
        data = {"not": data}
    with pytest.raises(InvalidCondition, match="nested more than"):
        parse_condition(data)


def test_a_trace_shortens_what_is_very_long() -> None:
    check = parse_condition(condition("eq", "x")).evaluate(Facts({"x": "y" * 100_000}))
    assert isinstance(check.found, str)
    assert len(check.found) == 200


plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
anything = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
operand = {
    "in": ["de", 1, True],
    "not_in": ["de", 1],
    "exists": None,
    "missing": None,
    "between": [1, 5],
    "prefix_in": ["d", "9"],
}
leaves = st.builds(
    lambda op, field: condition(op, operand.get(op, "5"), field),
    st.sampled_from(sorted(READERS)),
    st.sampled_from(["a", "b", "postal_code"]),
)
documents = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(lambda part: {"not": part}, inner),
        st.builds(
            lambda key, parts: {key: parts}, st.sampled_from(["all", "any"]), st.lists(inner, min_size=1)
        ),
    ),
    max_leaves=6,
)


@given(document=documents, a=anything, b=anything, postal=anything)
def test_no_fact_of_any_kind_makes_a_condition_fail(document: Any, a: Any, b: Any, postal: Any) -> None:
    facts = Facts({"a": a, "b": b, "postal_code": postal})
    parsed = parse_condition(document)
    check, refusal = parsed.evaluate(facts), parsed.why_not(facts)
    assert check.passed == parsed.passes(facts) == (refusal is None)
    assert Check.from_json(json.loads(json.dumps(check.to_json()))) == check
    assert parse_condition(json.loads(json.dumps(parsed.to_json()))) == parsed
    assert Facts.from_json(json.loads(json.dumps(facts.to_json()))) == facts


@given(op=st.sampled_from(sorted(OPPOSITES)), fact=anything)
def test_opposite_operators_never_agree(op: str, fact: Any) -> None:
    facts, value = Facts({"x": fact}), operand.get(op, "5") if op not in ("in", "not_in") else ["de", 1]
    one, other = (parse_condition(condition(each, value)) for each in (op, OPPOSITES[op]))
    assert one.passes(facts) is not other.passes(facts)


@given(document=documents, a=anything, b=anything, postal=anything)
def test_what_a_refusal_names_did_not_hold(document: Any, a: Any, b: Any, postal: Any) -> None:
    refusal = parse_condition(document).why_not(Facts({"a": a, "b": b, "postal_code": postal}))
    if refusal is not None:
        assert not refusal.passed
        assert refusal.field is not None or refusal.children
