"""Decides where a request may go."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import count, islice, repeat

from routing.action import Action
from routing.candidates import find_destination
from routing.check import Check
from routing.facts import Facts
from routing.problems import Problem
from routing.roster import Roster
from routing.route import FINAL, Destination, Route, Step, Verdict, Via
from routing.router_document import InvalidRouter, parse_router
from routing.rules import DEFAULT_VERDICTS, Layer, Router, Rule
from routing.territories import TERRITORY, matching_territories

__all__ = ["InvalidRouter", "Problem", "Router", "Rule", "parse_router", "route"]


def route(router: Router, version: int, facts: Facts, roster: Roster) -> Route:
    """Where the request may go, with the whole trace. The same values give the same route, always.

    The territories are worked out first; `territory` in the facts is overwritten by them.
    """
    territories = matching_territories(roster.territories, facts)
    known = facts.having(**{TERRITORY: territories})
    walk = _Walk(router, known)
    walk.go()
    legs = _unique(walk.legs)
    found = (find_destination(leg.action, leg.via, known, roster, leg.layer) for leg in legs)
    destinations = tuple(_reachable(found))
    return Route(
        router=router.name,
        version=version,
        verdict=_verdict(walk.first, destinations),
        rule=walk.first.name if walk.first else None,
        destinations=destinations,
        steps=tuple(walk.steps),
        territories=territories,
    )


@dataclass(frozen=True, slots=True)
class _Leg:
    """An action on the way of a request, and how it came there."""

    action: Action
    via: Via
    layer: str | None = None


@dataclass(slots=True)
class _Walk:
    """Goes through the layers: the rules tried, the first that matched, and where the request may go, in order."""

    router: Router
    facts: Facts
    steps: list[Step] = field(default_factory=list)
    legs: list[_Leg] = field(default_factory=list)
    first: Rule | None = None

    def go(self) -> None:
        """Ask layer by layer, up to the first action that always takes the request."""
        answers = self.router.plan.blank()
        for layer in self.router.layers:
            refusals = self.router.plan.refusals(self.facts, answers, layer.start, layer.end)
            rule = self._tried(layer, refusals)
            if rule is not None and self._add(_actions_of(rule), layer.name):
                return
        self._add(((action, "catch_all") for action in self.router.catch_all), None)

    def _tried(self, layer: Layer, refusals: list[Check]) -> Rule | None:
        """The rule of the layer that matched."""
        # Up to a thousand steps: made inside the interpreter, without a call of ours for each.
        names = islice(self.router.names, layer.start, layer.end)
        rows = zip(names, count(layer.start), repeat(False), refusals, repeat(layer.name))
        self.steps += map(tuple.__new__, repeat(Step), rows)
        index = layer.start + len(refusals)
        if index == layer.end:
            return None
        rule = self.router.rules[index]
        self.steps.append(Step(rule.name, index, True, rule.test.evaluate(self.facts), layer.name))
        self.first = self.first or rule
        return rule

    def _add(self, actions: Iterable[tuple[Action, Via]], layer: str | None) -> bool:
        """Whether one of the actions always takes the request; nothing after it is reached."""
        for action, via in actions:
            self.legs.append(_Leg(action, via, layer))
            if action.kind in FINAL:
                return True
        return False


def _actions_of(rule: Rule) -> Iterator[tuple[Action, Via]]:
    yield rule.action, "action"
    for action in rule.fallback:
        yield action, "fallback"


def _unique(legs: Iterable[_Leg]) -> Iterator[_Leg]:
    """Each action once: what could not take the request the first time cannot the second time."""
    seen: list[Action] = []
    for leg in legs:
        if leg.action not in seen:
            seen.append(leg.action)
            yield leg


def _reachable(destinations: Iterable[Destination]) -> Iterator[Destination]:
    """Up to the first that always takes the request: a pool of which everybody is out can turn out to be one."""
    for destination in destinations:
        yield destination
        if destination.kind in FINAL:
            return


def _verdict(rule: Rule | None, destinations: tuple[Destination, ...]) -> Verdict:
    if rule is not None and rule.verdict is not None:
        return rule.verdict
    return DEFAULT_VERDICTS[destinations[0].kind]
