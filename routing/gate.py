"""The gate in front of the router: leads that are not qualified take the path of their verdict."""

from dataclasses import replace

from routing.action import read_action
from routing.facts import Facts
from routing.problems import Problems
from routing.qualification import Qualification
from routing.roster import Roster
from routing.route import Gate, Route
from routing.router import route
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


def decide(router: Router, version: int, facts: Facts, roster: Roster, gate: Gate | None) -> Route:
    """Where the request may go: by the gate's path, with the router's catch-all behind it, or by the router.

    The same values give the same route, always. `gate` is None where leads are not judged.
    """
    if gate is None:
        return route(router, version, facts, roster)
    action = read_action(gate.path, "path", Problems()) if gate.path else None
    if action is None:
        return replace(route(router, version, facts, roster), gate=gate)
    # A router without rules, whose catch-all begins with the path: all that destinations need is done there.
    found = route(Router(router.name, (), (action, *router.catch_all)), version, facts, roster)
    first, *rest = found.destinations
    destinations = (replace(first, via="gate"), *rest)
    return replace(found, verdict=gate.verdict, destinations=destinations, gate=gate)
