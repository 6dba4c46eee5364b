"""Rules in layers: within each the first match counts, and what they say is tried in the order of the layers."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.deep_lint import lint_rules
from routing.diff import diff_routers
from routing.facts import Facts
from routing.lint import lint
from routing.roster import Roster
from routing.route import Route
from routing.router import InvalidRouter, parse_router, route
from tests.routing.cast import priya, roster

EMAIL = {"field": "email", "op": "exists"}
NEVER = {"field": "shoe_size", "op": "eq", "value": 40}


def rule(name: str, when: Any = EMAIL, **more: Any) -> dict[str, Any]:
    return {"name": name, "when": when, "action": {"pool": "general"}, **more}


def document(*layers: list[dict[str, Any]], **more: Any) -> dict[str, Any]:
    return {
        "name": "inbound",
        "layers": [{"name": f"layer {index}", "rules": rules} for index, rules in enumerate(layers)],
        "catch_all": [{"queue": "managers"}],
        **more,
    }


def routed(written: dict[str, Any], facts: Facts | None = None) -> Route:
    """The route, after checking that its stored inputs give the same one again."""
    lead, known = facts or priya(), roster()
    router = parse_router(written)
    found = route(router, 3, lead, known)
    stored = json.loads(json.dumps([router.to_json(), known.to_json(), lead.to_json(), found.to_json()]))
    again = route(parse_router(stored[0]), 3, Facts.from_json(stored[2]), Roster.from_json(stored[1]))
    assert again == found == Route.from_json(stored[3])
    return found


OWNED = rule(
    "owned",
    {"field": "account.owner", "op": "exists"},
    action={"owner": True},
    fallback=[{"pool": "dach-ae"}],
)
LARGE = rule(
    "large",
    {"field": "employees", "op": "gte", "value": 200},
    action={"pool": "dach-ae", "match": ["language"]},
)
THREE = document([OWNED], [rule("never", NEVER), LARGE, rule("second best")], [rule("the rest")])


def test_each_layer_gives_its_first_match_and_they_are_tried_in_order() -> None:
    found = routed(THREE, priya(**{"account.owner": "rosa"}))
    assert [(each.kind.value, each.name, each.via, each.layer) for each in found.destinations] == [
        ("owner", "rosa", "action", "layer 0"),
        ("pool", "dach-ae", "fallback", "layer 0"),
        ("pool", "dach-ae", "action", "layer 1"),
        ("pool", "general", "action", "layer 2"),
        ("queue", "managers", "catch_all", None),
    ]
    assert found.rule == "owned"


def test_the_trace_has_every_rule_up_to_the_match_of_each_layer_and_says_which_layer() -> None:
    assert [(step.layer, step.rule, step.index, step.matched) for step in routed(THREE).steps] == [
        ("layer 0", "owned", 0, False),
        ("layer 1", "never", 1, False),
        ("layer 1", "large", 2, True),
        ("layer 2", "the rest", 4, True),
    ]


def test_the_verdict_is_that_of_the_first_rule_that_matched() -> None:
    layers = [rule("a", NEVER)], [rule("b", verdict="needs_review")], [rule("c", verdict="disqualified")]
    found = routed(document(*layers))
    assert (found.rule, found.verdict.value) == ("b", "needs_review")


def test_layers_behind_a_destination_that_always_takes_the_request_are_not_asked() -> None:
    found = routed(document([rule("a", action={"message": "students"})], [rule("b")]))
    assert [step.rule for step in found.steps] == ["a"]
    assert [each.name for each in found.destinations] == ["students"]


def test_a_layer_without_a_match_adds_nothing() -> None:
    found = routed(document([rule("a", NEVER)], []))
    assert found.rule is None
    assert [each.via for each in found.destinations] == ["catch_all"]


def test_one_layer_decides_as_plain_rules_do() -> None:
    rules = [OWNED, LARGE, rule("the rest")]
    plain = routed({"name": "inbound", "rules": rules, "catch_all": [{"queue": "managers"}]})
    layered = routed(document(rules))
    assert [(each.name, each.candidates) for each in plain.destinations] == [
        (each.name, each.candidates) for each in layered.destinations
    ]
    assert "layer" not in json.dumps(plain.to_json())


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"rules": [rule("a")]}, ("rules", "invalid")),
        ({"layers": {"name": "a"}}, ("layers", "wrong-type")),
        ({"layers": ["a"]}, ("layers[0]", "wrong-type")),
        ({"layers": [{"rules": []}]}, ("layers[0].name", "missing")),
        ({"layers": [{"name": "a"}, {"name": "a"}]}, ("layers[1].name", "duplicate")),
        ({"layers": [{"name": "a", "color": "red"}]}, ("layers[0].color", "unknown-field")),
        ({"layers": [{"name": "a", "rules": "b"}]}, ("layers[0].rules", "wrong-type")),
        (
            {"layers": [{"name": "a"}, {"name": "b", "rules": [rule("c"), rule("d", {"all": [EMAIL, {}]})]}]},
            ("layers[1].rules[1].when.all[1].field", "missing"),
        ),
        (
            {"layers": [{"name": "a", "rules": [rule("c")]}, {"name": "b", "rules": [rule("c")]}]},
            ("layers[1].rules[0].name", "duplicate"),
        ),
        ({"layers": [{"name": str(number)} for number in range(51)]}, ("layers", "too-many")),
    ],
)
def test_what_is_wrong_is_named_with_its_path(changes: dict[str, Any], expected: tuple[str, str]) -> None:
    with pytest.raises(InvalidRouter) as refused:
        parse_router({**document([rule("z")]), **changes})
    problem = refused.value.problems[0]
    assert (problem.path, problem.code) == expected


def test_a_rule_is_shadowed_only_by_its_own_layer() -> None:
    written = document([rule("a")], [rule("b"), rule("c")])
    findings = lint(parse_router(written), roster(), {"shoe_size"})
    assert [(each.code, each.path) for each in findings if each.path.startswith("layers")] == [
        ("duplicate", "layers[1].rules[1]")
    ]


def test_looking_at_rules_together_stays_within_a_layer() -> None:
    narrow = {"field": "employees", "op": "gte", "value": 200}
    alone = document([rule("a", narrow)], [rule("b", narrow)])
    assert lint_rules(parse_router(alone), roster(), {}) == []
    together = document([], [rule("a", narrow), rule("b", {"field": "employees", "op": "gte", "value": 50})])
    found = [(each.code, each.path) for each in lint_rules(parse_router(together), roster(), {})]
    assert ("mergeable", "layers[1].rules[0]") in found
    assert ("needless", "layers[1].rules[0]") in found


def test_a_rule_whose_leads_the_catch_all_takes_alike_is_needed_while_a_layer_stands_behind_it() -> None:
    layers = [rule("a", action={"queue": "managers"})], [rule("b")]
    assert "needless" not in [each.code for each in lint_rules(parse_router(document(*layers)), roster(), {})]


def test_a_difference_says_what_happened_to_layers() -> None:
    def said(before: dict[str, Any], after: dict[str, Any]) -> list[str]:
        return [change.sentence() for change in diff_routers(parse_router(before), parse_router(after))]

    two = document([rule("a")], [rule("b")])
    assert said(two, two) == []
    assert said(two, document([rule("a"), rule("b")], [])) == [
        "Rule 'b' now stands in layer 'layer 0' instead of 'layer 1'."
    ]
    flat = {"name": "inbound", "rules": [rule("a"), rule("b")], "catch_all": [{"queue": "managers"}]}
    assert said(two, flat) == ["There are no layers any more; the first rule that matches decides."]
    assert said(flat, two) == [
        "Rule 'a' now stands in layer 'layer 0'.",
        "Rule 'b' now stands in layer 'layer 1'.",
        "The layers are now 'layer 0' and 'layer 1'.",
    ]


FIELDS = ("email", "country", "employees", "shoe_size", "territory")


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from(FIELDS), st.sampled_from(["pool", "queue"])), max_size=4),
        min_size=1,
        max_size=4,
    )
)
def test_the_trace_of_any_layers_is_complete(shape: list[list[tuple[str, str]]]) -> None:
    names = {"pool": "general", "queue": "managers"}
    layers = [
        [
            rule(f"{at}.{number}", {"field": field, "op": "exists"}, action={kind: names[kind]})
            for number, (field, kind) in enumerate(rules)
        ]
        for at, rules in enumerate(shape)
    ]
    found = routed(document(*layers))
    steps, expected = [step.rule for step in found.steps], []
    lead = priya(territory=("dach",))
    for rules, written in zip(shape, layers, strict=True):
        hit = next((n for n, (field, _) in enumerate(rules) if lead.get(field) is not None), None)
        expected += [each["name"] for each in (written if hit is None else written[: hit + 1])]
        if hit is not None and rules[hit][1] == "queue":
            break
    assert steps == expected
