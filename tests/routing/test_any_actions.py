"""Whatever the rules and the answers are: one route, complete, and nobody on it who does not qualify."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from routing.explanation import explain
from routing.facts import Facts
from routing.roster import Roster
from routing.route import Destination, Route
from routing.router import Router, parse_router, route
from tests.routing.market import SECOND, market

ANSWERS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["rosa", "remy", "robin", "DE", "ES", "2026-06-01", "Europe/Berlin", "../../etc"]),
    st.lists(st.text(max_size=5), max_size=3).map(tuple),
)
FIELDS = st.sampled_from(
    [
        "email",
        "country",
        "language",
        "timezone",
        "last_rep",
        "last_rep_on",
        "today",
        "is_free_mail",
        "account.owner",
        "account.parent_owner",
        "account.family_owner",
        "territory",
        "employees",
    ]
)
DEMANDS = st.fixed_dictionaries(
    {},
    optional={
        "match": st.lists(st.sampled_from(["territory", "language", "timezone"]), unique=True),
        "require_skills": st.dictionaries(st.sampled_from(["healthcare", "finance"]), st.integers(1, 4)),
        "within": st.sampled_from(["2 business days", "3 hours"]),
    },
)
PEOPLE = st.one_of(
    st.tuples(
        st.sampled_from([{"pool": "general"}, {"pool": "dach-ae"}, {"territory": True}, {"adjacent": True}]),
        DEMANDS,
    ).map(lambda pair: {**pair[0], **pair[1]}),
    st.sampled_from(
        [
            {"owner": True},
            {"owner": "any"},
            {"owner": "parent"},
            {"rep": "ravi@acme.test"},
            {"router": "second"},
        ]
    ),
)
ENDS = st.sampled_from([{"queue": "managers"}, {"nurture": "list"}, {"message": "students"}])
RULES = st.lists(
    st.tuples(FIELDS, PEOPLE, st.lists(PEOPLE, max_size=2), st.booleans()), min_size=1, max_size=4
)


def written(layers: list[list[Any]], end: dict[str, Any]) -> Router:
    named = [
        {
            "name": f"layer {at}",
            "rules": [
                {
                    "name": f"{at}.{n}",
                    "when": {"field": field, "op": "exists"},
                    "action": action,
                    "fallback": fallback,
                }
                for n, (field, action, fallback, _) in enumerate(rules)
            ],
        }
        for at, rules in enumerate(layers)
    ]
    return parse_router({"name": "inbound", "layers": named, "catch_all": [end], "sticky": "90 days"})


@settings(max_examples=200, deadline=None)
@given(st.lists(RULES, min_size=1, max_size=3), ENDS, st.dictionaries(FIELDS, ANSWERS, max_size=10))
def test_whatever_is_answered_the_same_values_give_the_same_route_and_nobody_unqualified(
    layers: list[list[Any]], end: dict[str, Any], answers: dict[str, Any]
) -> None:
    router, known, editions = written(layers, end), market(), {"second": (7, parse_router(SECOND))}
    found = route(router, 1, Facts(answers), known, editions)
    assert (
        route(router, 1, Facts.from_json(json.loads(json.dumps(Facts(answers).to_json()))), known, editions)
        == found
    )
    assert Route.from_json(json.loads(json.dumps(found.to_json()))) == found
    assert explain(found, None).path
    assert found.destinations
    for destination in found.destinations:
        for rep in destination.candidates:
            assert is_qualified(rep, destination, known, Facts(answers))
    for step in found.steps:
        field = next(
            (
                rules[int(step.rule.split(".")[1])][0]
                for at, rules in enumerate(layers)
                if step.layer == f"layer {at}"
            ),
            None,
        )
        if step.router is None and field not in (None, "territory"):
            assert step.matched is bool(Facts(answers).readings[field].texts)


def is_qualified(rep: str, destination: Destination, known: Roster, facts: Facts) -> bool:
    """Whether a rep meets all that a destination asks, looked at without the engine's own filters."""
    person, about = known.reps[rep], destination.about
    if not person.is_present:
        return False
    if destination.kind.value == "pool":
        members = {member.rep.id for member in known.pools[destination.name].members}
        skilled = all(
            person.skills.get(name, 0) >= level for name, level in destination.require_skills.items()
        )
        lies_in = (
            {about["territory"]}
            if "territory" in about
            else {n for n, t in known.territories.items() if t.test.passes(facts)}
        )
        covers = "territory" not in destination.match or bool(person.territories & lies_in)
        spoken = {each.lower() for each in person.languages}
        wanted = (
            str(facts.readings["language"].texts[0]).replace("_", "-")
            if facts.readings["language"].texts
            else ""
        )
        speaks = "language" not in destination.match or bool({wanted, wanted.partition("-")[0]} & spoken)
        return rep in members and skilled and covers and speaks
    return True
