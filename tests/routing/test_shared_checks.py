"""Checks that rules share are answered once; the trace is the same as if each rule had been asked by itself."""

from hypothesis import given
from hypothesis import strategies as st

from routing.facts import Facts
from routing.roster import Roster
from routing.router import parse_router, route

NOBODY = Roster({}, {}, {}, frozenset({"desk"}))
CHECKS = (
    {"field": "country", "op": "eq", "value": "DE"},
    {"field": "country", "op": "in", "value": ["DE", "AT"]},
    {"field": "country", "op": "in", "value": ["AT", "DE"]},
    {"field": "employees", "op": "gte", "value": 50},
    {"field": "employees", "op": "eq", "value": 50},
    {"field": "employees", "op": "eq", "value": "50"},
    {"field": "vip", "op": "eq", "value": True},
    {"field": "vip", "op": "eq", "value": "true"},
    {"field": "vip", "op": "exists"},
    {"any": [{"field": "country", "op": "eq", "value": "DE"}, {"field": "vip", "op": "exists"}]},
)
CONDITIONS = st.lists(st.sampled_from(CHECKS), min_size=1, max_size=3).map(
    lambda parts: parts[0] if len(parts) == 1 else {"all": parts}
)
FACTS = st.fixed_dictionaries(
    {},
    optional={
        "country": st.sampled_from(["DE", "de", "AT", "FR"]),
        "employees": st.sampled_from([10, 50, "50", "51-200"]),
        "vip": st.sampled_from([True, False, "true"]),
    },
)


@given(st.lists(CONDITIONS, max_size=12), FACTS)
def test_a_trace_is_what_each_rule_says_by_itself(conditions: list[dict], values: dict) -> None:
    rules = [
        {"name": f"rule {number}", "when": when, "action": {"queue": "desk"}}
        for number, when in enumerate(conditions)
    ]
    router = parse_router({"name": "inbound", "rules": rules, "catch_all": [{"queue": "desk"}]})
    facts = Facts(values)
    steps = route(router, 1, facts, NOBODY).steps
    for step, rule in zip(steps, router.rules, strict=False):
        assert step.matched == rule.when.passes(facts)
        assert step.check == (rule.when.evaluate(facts) if step.matched else rule.when.why_not(facts))
    assert steps == () or steps[-1].matched or len(steps) == len(router.rules)
