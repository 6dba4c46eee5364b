"""Decides where a request may go."""

from collections.abc import Iterable, Iterator
from itertools import count, repeat

from routing.action import Action
from routing.candidates import find_destination
from routing.facts import Facts
from routing.problems import Problem
from routing.roster import Roster
from routing.route import FINAL, Destination, Route, Step, Verdict, Via
from routing.router_document import InvalidRouter, parse_router
from routing.rules import DEFAULT_VERDICTS, Router, Rule
from routing.territories import TERRITORY, matching_territories

__all__ = ["InvalidRouter", "Problem", "Router", "Rule", "parse_router", "route"]


def route(router: Router, version: int, facts: Facts, roster: Roster) -> Route:
    """Where the request may go, with the whole trace. The same values give the same route, always.

    The territories are worked out first; `territory` in the facts is overwritten by them.
    """
    territories = matching_territories(roster.territories, facts)
    known = facts.having(**{TERRITORY: territories})
    steps, rule = _try_rules(router, known)
    chain = _unique(_chain(router, rule))
    destinations = tuple(find_destination(action, via, known, roster) for action, via in _reachable(chain))
    return Route(
        router=router.name,
        version=version,
        verdict=_verdict(rule, destinations),
        rule=rule.name if rule else None,
        destinations=destinations,
        steps=steps,
        territories=territories,
    )


def _try_rules(router: Router, facts: Facts) -> tuple[tuple[Step, ...], Rule | None]:
    """The rules tried, in order, and the one that matched."""
    refusals = router.plan.refusals(facts)
    # Up to a thousand steps: made inside the interpreter, without a call of ours for each.
    rows = zip(router.names, count(), repeat(False), refusals)
    steps = tuple(map(tuple.__new__, repeat(Step), rows))
    if len(refusals) == len(router.rules):
        return steps, None
    rule = router.rules[len(refusals)]
    return (*steps, Step(rule.name, len(refusals), True, rule.test.evaluate(facts))), rule


def _chain(router: Router, rule: Rule | None) -> Iterator[tuple[Action, Via]]:
    if rule is not None:
        yield rule.action, "action"
        for action in rule.fallback:
            yield action, "fallback"
    for action in router.catch_all:
        yield action, "catch_all"


def _unique(chain: Iterable[tuple[Action, Via]]) -> Iterator[tuple[Action, Via]]:
    """Each action once: what could not take the request the first time cannot the second time."""
    seen: list[Action] = []
    for action, via in chain:
        if action not in seen:
            seen.append(action)
            yield action, via


def _reachable(chain: Iterable[tuple[Action, Via]]) -> Iterator[tuple[Action, Via]]:
    """Up to the first action that always takes the request."""
    for action, via in chain:
        yield action, via
        if action.kind in FINAL:
            return


def _verdict(rule: Rule | None, destinations: tuple[Destination, ...]) -> Verdict:
    if rule is not None and rule.verdict is not None:
        return rule.verdict
    return DEFAULT_VERDICTS[destinations[0].kind]
