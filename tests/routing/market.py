"""A market of territories with pools, and one rule to try actions with."""

import json
from dataclasses import replace
from typing import Any

from routing.explanation import explain
from routing.facts import Facts
from routing.roster import Roster, Territory
from routing.route import Route
from routing.router import Editions, parse_router, route
from tests.routing.cast import BAY_AREA, DACH, RAVI, REMY, RENEE, ROSA, pool, priya, roster

EMAIL = {"field": "email", "op": "exists"}
DESK = [{"queue": "managers"}]
IBERIA = {"field": "country", "op": "in", "value": ["ES", "PT"]}
EUROPE = {"field": "country", "op": "in", "value": ["DE", "AT", "CH", "ES", "PT", "FR"]}


def market(**changes: dict[str, Any]) -> Roster:
    """DACH and Iberia beside each other with a pool each, Europe around both, and the Bay Area without a pool."""
    named = {
        "dach": {"when": DACH, "pool": "dach-ae", "adjacent": ["iberia", "gone"]},
        "iberia": {"when": IBERIA, "pool": "iberia-ae", "adjacent": ["dach"]},
        "europe": {"when": EUROPE, "pool": "general", "priority": 2},
        "bay-area": {"when": BAY_AREA},
    }
    territories = {
        name: Territory.from_json({"name": name, **item, **changes.get(name, {})})
        for name, item in named.items()
    }
    known = roster(
        pool(REMY, ROSA), pool(ROSA, name="iberia-ae"), pool(REMY, ROSA, RAVI, RENEE, name="general")
    )
    return replace(known, territories=territories)


def routed(
    action: Any, facts: Facts | None = None, known: Roster | None = None, *, others: Any = (), **more: Any
) -> Route:
    """The route of a rule with this action, after checking that its stored inputs give the same one again."""
    rule = {"name": "all", "when": EMAIL, "action": action, "fallback": more.pop("fallback", [])}
    document = {"name": "inbound", "rules": [rule], "catch_all": DESK, **more}
    lead, known = facts or priya(today="2026-06-01"), known or market()
    editions: Editions = {each["name"]: (7, parse_router(each)) for each in others}
    found = route(parse_router(document), 3, lead, known, editions)
    stored = json.loads(json.dumps([parse_router(document).to_json(), known.to_json(), lead.to_json()]))
    again = route(
        parse_router(stored[0]),
        3,
        Facts.from_json(stored[2]),
        Roster.from_json(stored[1]),
        {name: editions[name] for name in found.routers},
    )
    assert again == found == Route.from_json(json.loads(json.dumps(found.to_json())))
    return found


def places(found: Route) -> list[tuple[str, str, str]]:
    return [(each.kind.value, each.name, each.via) for each in found.destinations]


def said(found: Route) -> str:
    return " ".join(line.sentence() for line in explain(found, None).path)


SECOND = {
    "name": "second",
    "rules": [
        {"name": "never", "when": {"field": "shoe_size", "op": "exists"}, "action": {"pool": "general"}},
        {"name": "here", "when": EMAIL, "action": {"pool": "dach-ae"}, "verdict": "needs_review"},
    ],
    "catch_all": [{"pool": "general"}],
}
"""Another router, for actions that lead to it."""
