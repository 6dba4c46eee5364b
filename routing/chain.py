"""The way of a request through a router: the rules it is asked, and the actions that follow from them, in order."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from itertools import count, islice, repeat
from typing import TypeAlias

from routing.action import Action
from routing.check import Check
from routing.effective import TODAY
from routing.facts import Facts
from routing.json_values import JSON
from routing.roster import Roster, Territory
from routing.route import FINAL, DestinationKind, Step, Verdict, Via
from routing.rules import Layer, Router, Rule
from routing.split import Drawn
from routing.territories import home, tie_break

MOST_ROUTERS_DEEP = 5
"""How many routers may lead into one another, the first one included."""

Editions: TypeAlias = Mapping[str, tuple[int, Router]]
"""The published routers by name, each with its version: where `router` actions lead."""


@dataclass(frozen=True, slots=True)
class Leg:
    """An action on the way, and how it came there: `of` is the router it is written in. `layer`, `router` and `about`
    are as on a destination."""

    action: Action
    via: Via
    of: Router
    layer: str | None = None
    router: str | None = None
    about: Mapping[str, JSON] = field(default_factory=dict)

    @property
    def is_plain(self) -> bool:
        """Whether there is nothing to say but where it leads."""
        labels = self.layer or self.router or self.about or self.action.within
        return not labels and "timezone" not in self.action.match


@dataclass(slots=True)
class Way:
    """What a walk through the routers found. `verdict`: what the first rule that matched says of the request, or the
    first of the router that it leads to; None when neither says anything."""

    facts: Facts
    roster: Roster
    territories: tuple[str, ...]
    editions: Editions
    steps: list[Step] = field(default_factory=list)
    legs: list[Leg] = field(default_factory=list)
    versions: dict[str, int] = field(default_factory=dict)
    first: Rule | None = None
    verdict: Verdict | None = None
    draws: list[Drawn] = field(default_factory=list)

    def go(self, router: Router) -> None:
        """Through a router, and through those it leads to."""
        _Walk(self, router, (router.name,)).go()


@dataclass(frozen=True, slots=True)
class _Walk:
    """One router of the way. `entered`: the routers that led here, and this one."""

    way: Way
    router: Router
    entered: tuple[str, ...]

    @property
    def _name(self) -> str | None:
        return self.router.name if len(self.entered) > 1 else None

    def go(self) -> bool:
        """Ask layer by layer, up to the first action that always takes the request. Whether there was one."""
        answers = self.router.plan.blank()
        for layer in self.router.layers:
            refusals = self.router.plan.refusals(self.way.facts, answers, layer.start, layer.end)
            rule = self._tried(layer, refusals)
            if rule is not None and self._add(_actions_of(rule), layer.name):
                return True
        return self._add(((action, "catch_all") for action in self.router.catch_all), None)

    def _tried(self, layer: Layer, refusals: list[Check]) -> Rule | None:
        """The rule of the layer that matched."""
        # Up to a thousand steps: made inside the interpreter, without a call of ours for each.
        names = islice(self.router.names, layer.start, layer.end)
        labels = repeat(layer.name), repeat(self._name)
        rows = zip(names, count(layer.start), repeat(False), refusals, *labels)
        self.way.steps += map(tuple.__new__, repeat(Step), rows)
        index = layer.start + len(refusals)
        if index == layer.end:
            return None
        rule = self.router.rules[index]
        check = rule.test.evaluate(self.way.facts)
        self.way.steps.append(Step(rule.name, index, True, check, layer.name, self._name))
        self._note(rule)
        return rule

    def _note(self, rule: Rule) -> None:
        """The first rule that matched names the route; its verdict, or that of where it leads at once, counts."""
        way = self.way
        leads_here = way.first is None or (way.first.action.kind is DestinationKind.ROUTER and not way.legs)
        if way.verdict is None and leads_here:
            way.verdict = rule.verdict
        way.first = way.first or rule

    def _add(self, actions: Iterable[tuple[Action, Via]], layer: str | None) -> bool:
        """Whether one of the actions always takes the request; nothing after it is reached."""
        for written, via in actions:
            action, draws = written.drawn(self.way.facts)
            self.way.draws += draws
            if action.kind is DestinationKind.ROUTER and self._can_enter(action):
                if self._enter(action.name):
                    return True
                continue
            leg = Leg(action, via, self.router, layer, self._name)
            self.way.legs += self._resolved(leg)
            if action.kind in FINAL:
                return True
        return False

    def _can_enter(self, action: Action) -> bool:
        is_new = action.name in self.way.editions and action.name not in self.entered
        return is_new and len(self.entered) < MOST_ROUTERS_DEEP

    def _enter(self, name: str) -> bool:
        version, router = self.way.editions[name]
        self.way.versions[name] = version
        return _Walk(self.way, router, (*self.entered, name)).go()

    def _resolved(self, leg: Leg) -> Iterator[Leg]:
        """The same leg, with the pools instead of what stands for them."""
        if leg.action.kind is DestinationKind.TERRITORY:
            yield from self._home(leg)
        elif leg.action.kind is DestinationKind.ADJACENT:
            yield from self._neighbors(leg)
        elif leg.action.kind is DestinationKind.ROUTER:
            yield _about(leg, {"missing": self._why_closed(leg.action.name)})
        else:
            yield leg

    def _why_closed(self, name: str) -> str:
        # What was not entered is not among the editions when the decision is made again: that comes last.
        if name in self.entered:
            return "cycle"
        return "too_deep" if len(self.entered) >= MOST_ROUTERS_DEEP else "unknown"

    def _home(self, leg: Leg) -> Iterator[Leg]:
        territories, matched = self.way.roster.territories, self.way.territories
        found = home(territories, matched)
        if found is None:
            yield _about(leg, {"missing": "no_pool" if matched else "no_territory"})
        else:
            yield _to_pool(leg, found, tie_break(territories, matched))

    def _neighbors(self, leg: Leg) -> Iterator[Leg]:
        """The pools of territories beside the one that has the lead, in the order in which it names them."""
        territories, matched = self.way.roster.territories, self.way.territories
        here = home(territories, matched) or next((territories[name] for name in matched), None)
        near = (territories.get(name) for name in here.adjacent) if here else ()
        helping = [
            each for each in near if each and each.pool and each.is_in_effect(self.way.facts.get(TODAY))
        ]
        if here is None or not helping:
            yield _about(leg, {"missing": "no_adjacent" if here else "no_territory"})
            return
        for each in helping:
            yield _to_pool(leg, each, {"backfill_from": here.name})


def _actions_of(rule: Rule) -> Iterator[tuple[Action, Via]]:
    yield rule.action, "action"
    for action in rule.fallback:
        yield action, "fallback"


def _to_pool(leg: Leg, territory: Territory, about: Mapping[str, JSON]) -> Leg:
    action = replace(leg.action, kind=DestinationKind.POOL, name=territory.pool or "")
    return replace(leg, action=action, about={"territory": territory.name, **about})


def _about(leg: Leg, about: Mapping[str, JSON]) -> Leg:
    return replace(leg, about=about)


def unique(legs: Iterable[Leg]) -> Iterator[Leg]:
    """Each action once: what could not take the request the first time cannot the second time."""
    seen: list[tuple[object, ...]] = []
    for leg in legs:
        if (key := _key(leg)) not in seen:
            seen.append(key)
            yield leg


def _key(leg: Leg) -> tuple[object, ...]:
    """The same for legs that the same people can take at the same times."""
    territory = leg.about.get("territory") if "territory" in leg.action.match else None
    return leg.action, territory, leg.of.local_day if "timezone" in leg.action.match else None
