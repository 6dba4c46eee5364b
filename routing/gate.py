"""The gate in front of the router: leads that are not qualified take the path of their verdict."""

from dataclasses import replace

from routing.action import read_action
from routing.facts import Facts
from routing.problems import Problems
from routing.qualification import Qualification
from routing.roster import Roster
from routing.route import Gate, Route
from routing.router import NO_ROUTERS, Editions, route
from routing.rules import Router


def gate_of(qualification: Qualification) -> Gate:
    """What a route keeps of a qualification: the verdict and what it rests on, no facts."""
    return Gate(
        definition=qualification.definition,
        version=qualification.version,
        verdict=qualification.verdict,
        line=qualification.line,
        because=qualification.because,
        path=qualification.path,
    )


def decide(
    router: Router,
    version: int,
    facts: Facts,
    roster: Roster,
    gate: Gate | None,
    editions: Editions = NO_ROUTERS,
) -> Route:
    """Where the request may go: by the gate's path, with the router's catch-all behind it, or by the router.

    The same values give the same route, always. `gate` is None where leads are not judged.
    """
    if gate is None:
        return route(router, version, facts, roster, editions)
    action = read_action(gate.path, "path", Problems()) if gate.path else None
    if action is None:
        return replace(route(router, version, facts, roster, editions), gate=gate)
    # A router without rules, whose catch-all begins with the path: all that destinations need is done there.
    without = replace(router, rules=(), layers=(), catch_all=(action, *router.catch_all))
    found = route(without, version, facts, roster, editions)
    led = next(index for index, each in enumerate(found.destinations) if each.via != "sticky")
    destinations = list(found.destinations)
    destinations[led] = replace(destinations[led], via="gate")
    return replace(found, verdict=gate.verdict, destinations=tuple(destinations), gate=gate)
