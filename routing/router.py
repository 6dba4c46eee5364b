"""Decides where a request may go."""

from routing.candidates import find_destinations
from routing.chain import Editions, Way
from routing.facts import Facts
from routing.problems import Problem
from routing.roster import Roster
from routing.route import Route
from routing.router_document import InvalidRouter, parse_router
from routing.rules import DEFAULT_VERDICTS, Router, Rule
from routing.territories import TERRITORY, matching_territories

__all__ = ["Editions", "InvalidRouter", "Problem", "Router", "Rule", "parse_router", "route"]

NO_ROUTERS: Editions = {}


def route(
    router: Router, version: int, facts: Facts, roster: Roster, editions: Editions = NO_ROUTERS
) -> Route:
    """Where the request may go, with the whole trace. The same values give the same route, always.

    The territories are worked out first; `territory` in the facts is overwritten by them. `editions`: the other
    published routers by name, with their versions, as far as actions lead to them.
    """
    territories = matching_territories(roster.territories, facts)
    known = facts.having(**{TERRITORY: territories})
    way = Way(known, roster, territories, editions)
    way.go(router)
    destinations = find_destinations(way)
    return Route(
        router=router.name,
        version=version,
        verdict=way.verdict or DEFAULT_VERDICTS[destinations[0].kind],
        rule=way.first.name if way.first else None,
        destinations=destinations,
        steps=tuple(way.steps),
        territories=territories,
        routers=way.versions,
        splits=tuple(way.draws),
    )
