"""Who would have met whom: past meetings given anew, on a ledger that other rules would have made.

Where a request stays in its pool, the assignment is made again from everything that was stored with it. Where it
moves, the time that was chosen is taken for given, and the reps of the other pool for free: nobody kept who was.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any

from app.db import Session
from app.store.past_decisions import PastAssignment
from app.usecases.replay_ledgers import ReplayedLedgers
from app.usecases.verify_decision import assign_again
from calendars.zones import local_day
from routing.assignment import Assignment, Load, assign
from routing.by_hand import HAD_IT
from routing.refusal import Refusal
from routing.replay import decided_again
from routing.roster import Distribution, Pool, Roster
from routing.route import FINAL, DestinationKind, Route
from routing.turn_tally import Basis, Turn

BY_LEDGER = frozenset(
    {
        Distribution.ROUND_ROBIN,
        Distribution.LONGEST_IDLE,
        Distribution.MOST_SKILLED,
        Distribution.EQUAL_CHANCES,
    }
)
"""Distributions that look at nothing but turns and skills; the others look at loads, which nobody kept."""

_GROUND = ("kind", "name", "candidates")
_FINAL = frozenset(kind.value for kind in FINAL)


class TurnReplay:
    """Gives meetings anew, one after the other in the order in which they were given."""

    def __init__(self, pool_ids: Mapping[str, int]) -> None:
        self._pool_ids = pool_ids
        self._ledgers = ReplayedLedgers()
        self._meetings: Counter[tuple[str, str, str]] = Counter()

    def give(self, session: Session, past: PastAssignment, again: Route, roster: Roster) -> Turn:
        """Who gets a past meeting under the route that was made again. Reads the pools' histories as needed."""
        before = past.trace["winner"]
        if "by_hand" in past.inputs:
            return Turn(before, before, Basis.BY_HAND)
        index, stays = _find_ground(past, decided_again(again).destinations)
        destination = again.destinations[index] if index is not None else None
        if destination is None or destination.kind in FINAL:
            return self._keep(past, None, (), Turn(before, None, Basis.NO_MEETING))
        if stays:
            return self._give_again(session, past, again, index or 0, roster)
        if destination.kind is not DestinationKind.POOL:
            return self._keep(past, None, (), Turn(before, destination.candidates[0], Basis.NAMED))
        pool, pool_id = roster.pools[destination.name], self._pool_ids.get(destination.name)
        if pool_id is None or pool.distribution not in BY_LEDGER:
            return self._keep(past, None, (), Turn(before, None, Basis.NOT_KNOWN))
        start, end = past.trace["slot"]
        made = assign(
            pool,
            slot=(start, end),
            candidates=destination.candidates,
            refused=_had_it(past),
            loads=self._loads(pool, start),
            ledger=self._ledgers.at(session, pool_id, pool.name, past.made_at),
            skill=destination.skill,
            prefer_skills=destination.prefer_skills,
        )
        basis = Basis.BY_TURN if made.winner else Basis.NOT_KNOWN
        return self._keep(
            past, pool_id, made.entries, Turn(before, made.winner, basis), _day(pool, made, start)
        )

    def _give_again(
        self, session: Session, past: PastAssignment, again: Route, index: int, roster: Roster
    ) -> Turn:
        ledger = None
        if past.pool_id is not None:
            sequence = past.inputs["ledger_sequence"]
            ledger = self._ledgers.at_sequence(session, past.pool_id, past.inputs["pool"], sequence)
        made = assign_again(past.inputs, past.trace, again.destinations[index], roster, ledger)
        basis = Basis.IDENTICAL if made.to_json() == past.trace else Basis.AGAIN
        turn = Turn(past.trace["winner"], made.winner, basis if made.winner else Basis.NOT_KNOWN)
        pool = roster.pools.get(made.pool or "")
        # who joins a session that stands adds no meeting
        day = _day(pool, made, past.trace["slot"][0]) if pool and past.pool_id is not None else None
        return self._keep(past, past.pool_id, made.entries, turn, day)

    def _keep(
        self,
        past: PastAssignment,
        pool_id: int | None,
        entries: Sequence[Any],
        turn: Turn,
        day: tuple[str, str, str] | None = None,
    ) -> Turn:
        self._ledgers.post(past, pool_id, entries)
        if day is not None:
            self._meetings[day] += 1
        return turn

    def _loads(self, pool: Pool, start: int) -> dict[str, Load]:
        """How many meetings of this replay capped members have on the day and in the week of a time."""
        loads = {}
        for member in pool.members:
            if member.per_day is None and member.per_week is None:
                continue
            day = local_day(member.rep.timezone, start)
            monday = day - timedelta(days=day.weekday())
            week = [
                self._meetings[pool.name, member.rep.id, str(monday + timedelta(days=n))] for n in range(7)
            ]
            loads[member.rep.id] = replace(Load(), on_day=week[day.weekday()], in_week=sum(week))
        return loads


def _day(pool: Pool, made: Assignment, start: int) -> tuple[str, str, str] | None:
    if made.winner is None:
        return None
    return pool.name, made.winner, str(local_day(pool.by_rep[made.winner].rep.timezone, start))


def _had_it(past: PastAssignment) -> dict[str, Refusal]:
    """Those who gave the meeting on before."""
    refused = map(Refusal.from_json, past.inputs["refused"])
    return {refusal.rep: refusal for refusal in refused if refusal.code == HAD_IT}


def _find_ground(past: PastAssignment, destinations: Sequence[Mapping[str, Any]]) -> tuple[int | None, bool]:
    """The destination that takes the meeting now, and whether it is the one that took it then. What had no time to
    offer then, and is asked for the same reps, has none now."""
    old = past.route.trace["destinations"]
    used = past.inputs["destination"]
    empty = [_ground(each) for each in old[:used]]
    for index, destination in enumerate(destinations):
        if not destination["candidates"] and destination["kind"] not in _FINAL:
            continue
        if _ground(destination) not in empty:
            return index, _asked(destination) == _asked(old[used])
    return None, False


def _ground(destination: Mapping[str, Any]) -> list[Any]:
    return [destination[name] for name in _GROUND]


def _asked(destination: Mapping[str, Any]) -> dict[str, Any]:
    """All that an assignment sees of a destination."""
    return {key: value for key, value in destination.items() if key not in {"via", "refused"}}
