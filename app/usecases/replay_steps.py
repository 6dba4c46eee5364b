"""The two passes of a replay, a portion at a time: every request is routed again, then every meeting given anew."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, TypeAlias

from app.db import Session
from app.store.past_decisions import PastAssignment, PastRoute, Stretch, assignments_after, routes_after
from app.usecases.replay_rosters import Rosters
from app.usecases.replay_turns import TurnReplay
from routing.by_hand import taken_by
from routing.facts import Facts
from routing.gate import decide
from routing.replay import Change, Decided, change_of, decided, decided_again, place_name
from routing.replay_tally import Tally
from routing.route import Gate, Route
from routing.router import Editions, Router
from routing.turn_tally import TurnTally

Rows: TypeAlias = Mapping[int, Mapping[str, Any]]
"""What is found of requests, by their keys."""


@dataclass(slots=True)
class Run:
    """What is known while a replay runs."""

    public_id: str
    stretch: Stretch
    router: Router
    rosters: Rosters
    turns: TurnReplay
    until: datetime
    total: int
    tally: Tally = field(default_factory=Tally)
    meetings: TurnTally = field(default_factory=TurnTally)
    done: int = 0
    kept: int = 0
    cut: dict[str, Any] | None = None
    editions: Editions = field(default_factory=dict)


def next_routes(session: Session, run: Run, key: int) -> tuple[int | None, Rows]:
    """Route the next portion; the last key, and rows for those that are decided differently."""
    portion = routes_after(session, run.stretch, key)
    rows = {}
    for past in portion:
        run.done += 1
        if past.facts is None:
            run.tally.skip("erased")
            continue
        facts = Facts.from_json(past.facts)
        before = decided(past.trace)
        after = decided_again(_route_again(session, run, past, facts))
        change = change_of(before, after)
        run.tally.add(before, after, change, facts)
        if change is not Change.IDENTICAL:
            rows[past.key] = _row(before, after)
    return (portion[-1].key if portion else None), rows


def _route_again(session: Session, run: Run, past: PastRoute, facts: Facts) -> Route:
    gate = Gate.from_json(past.trace["gate"]) if past.trace.get("gate") else None
    roster = run.rosters.of(session, past.roster)
    again = decide(run.router, past.version, facts, roster, gate, run.editions)
    return taken_by(again, past.override["rep"]) if past.override else again


def _row(before: Decided, after: Decided) -> dict[str, Any]:
    return {
        "change": change_of(before, after).value,
        "from": before.place,
        "to": after.place,
        "rule_before": before.rule,
        "rule_after": after.rule,
        "verdict_before": before.verdict,
        "verdict_after": after.verdict,
    }


def next_assignments(session: Session, run: Run, key: int) -> tuple[int | None, Rows]:
    """Give the next portion of meetings anew; rows for those that somebody else would have."""
    portion = assignments_after(session, run.stretch, key)
    rows = {}
    for past in portion:
        run.done += 1
        if past.route.facts is None:
            continue
        again = _route_again(session, run, past.route, Facts.from_json(past.route.facts))
        turn = run.turns.give(session, past, again, run.rosters.of(session, past.route.roster))
        run.meetings.add(turn, _place(past), _wait(past))
        if turn.before != turn.after:
            reps = {"rep_before": turn.before, "rep_after": turn.after, "basis": turn.basis.value}
            rows[past.route.key] = {**_row(decided(past.route.trace), decided_again(again)), **reps}
    return (portion[-1].key if portion else None), rows


def _place(past: PastAssignment) -> str:
    return place_name(past.route.trace["destinations"][past.inputs["destination"]])


def _wait(past: PastAssignment) -> int:
    """Minutes from the request to the meeting."""
    return int(past.trace["slot"][0]) - int(past.route.created_at.timestamp() // 60)
