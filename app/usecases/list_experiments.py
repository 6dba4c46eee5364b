"""Experiments as they are written in routers, with their results so far."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from app import clock
from app.db import Session, db
from app.store.company import load_company
from app.store.experiments import DrawnRequest, Written, drawn_requests, versions_with_splits
from calendars.zones import local_day, to_minutes
from routing.experiment import Metric, Result, Unit, result_of
from routing.experiment_words import say


class ExperimentState(StrEnum):
    """`ended`: its last day has passed, or no published router has it any more."""

    RUNNING = "running"
    PLANNED = "planned"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Experiment:
    """One experiment. `variants` are as in the document; `since` is when it was first published, `rule` where."""

    name: str
    router: str
    rule: str
    state: ExperimentState
    starts: str | None
    ends: str | None
    since: datetime
    variants: Sequence[Mapping[str, Any]]
    result: Result

    @property
    def sentences(self) -> list[str]:
        """What is known so far."""
        return say(self.result)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON."""
        return {
            "name": self.name,
            "router": self.router,
            "rule": self.rule,
            "state": self.state.value,
            "from": self.starts,
            "until": self.ends,
            "since": self.since.isoformat(),
            "actions": [dict(variant) for variant in self.variants],
            "result": self.result.to_json(),
            "sentences": self.sentences,
        }


@dataclass(frozen=True, slots=True)
class _Found:
    """A split as written in one version."""

    written: Written
    rule: str
    split: Mapping[str, Any]


def list_experiments() -> list[Experiment]:
    """Every experiment that was ever published: those that run first, then by name."""
    session = db.session()
    found: dict[str, list[_Found]] = {}
    for written in versions_with_splits(session):
        for rule, split in _splits_in(written.document):
            found.setdefault(split["name"], []).append(_Found(written, rule, split))
    units = _units(drawn_requests(session)) if found else {}
    today = _today(session)
    experiments = [_experiment(places, units.get(name, {}), today) for name, places in found.items()]
    order = list(ExperimentState)
    return sorted(experiments, key=lambda each: (order.index(each.state), each.name))


def _today(session: Session) -> date:
    now = clock.now()
    company = load_company(session, now.date())
    return local_day(company.timezone, to_minutes(now))


def _splits_in(node: Any, rule: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every split in a document, with the name of the rule it stands in (blank for the catch-all)."""
    if isinstance(node, Mapping):
        if isinstance(split := node.get("split"), Mapping):
            yield rule, split
        here = str(node["name"]) if "when" in node else rule
        for child in node.values():
            yield from _splits_in(child, here)
    elif isinstance(node, list):
        for child in node:
            yield from _splits_in(child, rule)


def _experiment(places: Sequence[_Found], units: Mapping[str, Unit], today: date) -> Experiment:
    in_force = next((each for each in places if each.written.is_in_force), None)
    newest = in_force or places[0]
    split = newest.split
    variants = split["variants"]
    names, shares = [each["name"] for each in variants], [int(each["share"]) for each in variants]
    return Experiment(
        name=split["name"],
        router=newest.written.router,
        rule=newest.rule,
        state=_state(split, today) if in_force else ExperimentState.ENDED,
        starts=split.get("from"),
        ends=split.get("until"),
        since=min(each.written.published_at for each in places),
        variants=variants,
        result=result_of(names, shares, list(units.values())),
    )


def _state(split: Mapping[str, Any], today: date) -> ExperimentState:
    day = today.isoformat()
    if split.get("until") and day >= split["until"]:
        return ExperimentState.ENDED
    if split.get("from") and day < split["from"]:
        return ExperimentState.PLANNED
    return ExperimentState.RUNNING


def _units(requests: Iterator[DrawnRequest]) -> dict[str, dict[str, Unit]]:
    """Who was drawn, by experiment and unit. Who was erased is nobody any more, and left out."""
    units: dict[str, dict[str, Unit]] = {}
    for request in requests:
        for draw in request.draws:
            if draw["unit"] is None:
                continue
            mine = units.setdefault(draw["name"], {})
            unit = mine.setdefault(draw["unit"], Unit(draw["variant"], draw["shares"]))
            _count(unit, draw["variant"], request)
    return units


def _count(unit: Unit, variant: str, request: DrawnRequest) -> None:
    unit.requests += 1
    unit.has_crossed |= variant != unit.variant
    for metric, is_so in (
        (Metric.BOOKED, request.is_booked),
        (Metric.CANCELLED, request.is_cancelled),
        (Metric.NO_SHOW, request.is_no_show),
    ):
        if is_so:
            unit.done.add(metric)
