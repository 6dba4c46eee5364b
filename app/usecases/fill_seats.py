"""Choose who fills the further roles of a meeting, each by its own pool's rules and turns."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.db import Session
from app.store.company import CompanyView
from app.usecases.booking_ledgers import Ledgers
from app.usecases.find_offer import flexible, pool_of
from app.usecases.offer import Offer, Seat
from app.usecases.pool_rules import loads_for, refusals_at
from app.usecases.room import Room
from routing.assignment import Assignment, Load, assign, assign_owner
from routing.ledger import Ledger
from routing.panel import require
from routing.refusal import Refusal
from routing.roster import Pool


@dataclass(frozen=True, slots=True)
class Chair:
    """A further role as far as it is known before anybody is locked. `origin` says where it is written: the roster,
    the destination on the route, and the party of that."""

    origin: Mapping[str, Any]
    seat: Seat
    pool: Pool | None
    refused: Mapping[str, Refusal]
    loads: Mapping[str, Load]

    @property
    def role(self) -> str:
        """What it is called."""
        return self.seat.party.role


@dataclass(frozen=True, slots=True)
class Seated:
    """A further person: how they were chosen, on which ledger and from which other inputs. `pool` is the pool that
    chose, or whose panel it is."""

    role: str
    rep: str
    pool: str | None
    assignment: Assignment
    ledger: Ledger | None
    inputs: Mapping[str, Any]


@dataclass(slots=True)
class Gone:
    """Who turned out not to be had while candidates were tried: found busy under the lock or by the provider's own
    answer, or lost to somebody quicker."""

    refused: dict[str, Refusal] = field(default_factory=dict)
    lost: set[str] = field(default_factory=set)

    def lost_among(self, candidates: Sequence[str]) -> frozenset[str]:
        """Those of the candidates whom somebody else was quicker to book."""
        return frozenset(rep for rep in candidates if rep in self.lost)

    def everybody(self) -> frozenset[str]:
        """All of them."""
        return frozenset(self.refused) | self.lost


def read_chairs(
    session: Session, company: CompanyView, offer: Offer, start: int, now: datetime
) -> list[Chair]:
    """The further roles of an offer at a start, with why people of each cannot take it."""
    origin = {"roster": company.digest, "destination": offer.index}
    return [
        _chair(session, company, {**origin, "party": index}, seat, start, now)
        for index, seat in enumerate(offer.seats)
    ]


def _chair(
    session: Session, company: CompanyView, origin: Mapping[str, Any], seat: Seat, start: int, now: datetime
) -> Chair:
    pool = pool_of(company, seat.offer.destination)
    if seat.party.is_all:
        return Chair(origin, seat, pool, {}, {})
    asked = flexible(pool) if pool else None
    refused = refusals_at(session, company, asked, seat.offer, start, now)
    loads = loads_for(session, company, pool, seat.offer, now, start) if pool else {}
    return Chair(origin, seat, pool, refused, loads)


def fill_seats(
    chairs: Sequence[Chair], room: Room, slot: tuple[int, int], ledgers: Ledgers, gone: Gone
) -> list[Seated] | None:
    """Everybody beside the rep whose meeting it is, who sits already; None when a role stays empty."""
    seated: list[Seated] = []
    for chair in chairs:
        if chair.seat.party.is_all:
            seated += _panel(chair, room, slot)
            continue
        for _ in range(chair.seat.party.pick):
            one = _choose(chair, room, slot, ledgers, gone)
            if one is None:
                return None
            seated.append(one)
    return seated


def _panel(chair: Chair, room: Room, slot: tuple[int, int]) -> list[Seated]:
    pool = chair.pool.name if chair.pool else None
    inputs = {**chair.origin, "required": True}
    found = []
    for rep in room.panel_of(chair.role):
        room.sit(rep, chair.role)
        found.append(Seated(chair.role, rep, pool, require(rep, slot=slot), None, inputs))
    return found


def _choose(chair: Chair, room: Room, slot: tuple[int, int], ledgers: Ledgers, gone: Gone) -> Seated | None:
    candidates = chair.seat.offer.destination.candidates
    refused = refused_now(candidates, chair.refused, gone)
    lost = gone.lost_among(candidates)
    for rep in candidates:
        if rep not in refused and rep not in lost and (refusal := room.why_not(rep, chair.role)):
            refused[rep] = refusal
    pool = chair.pool.name if chair.pool else None
    ledger = ledgers.of(pool)
    assignment = _assign(chair, slot, refused, lost, ledger)
    if assignment.winner is None:
        return None
    room.sit(assignment.winner, chair.role)
    ledgers.charge(assignment, pool)
    inputs = {**chair.origin, **inputs_of(candidates, refused, lost, chair.loads, ledger)}
    return Seated(chair.role, assignment.winner, pool, assignment, ledger, inputs)


def _assign(
    chair: Chair,
    slot: tuple[int, int],
    refused: Mapping[str, Refusal],
    lost: frozenset[str],
    ledger: Ledger | None,
) -> Assignment:
    who = chair.seat.offer.destination
    if chair.pool is None or ledger is None:
        rep = who.candidates[0]
        return assign_owner(rep, slot=slot, refused={**refused, **lost_race(lost)})
    return assign(
        chair.pool,
        slot=slot,
        candidates=who.candidates,
        refused=refused,
        loads=chair.loads,
        ledger=ledger,
        lost=lost,
        skill=who.skill,
        prefer_skills=who.prefer_skills,
    )


def lost_race(lost: frozenset[str]) -> dict[str, Refusal]:
    """The refusals of those whom somebody else was quicker to book."""
    return {rep: Refusal(rep, "lost_race") for rep in lost}


def refused_now(candidates: Sequence[str], before: Mapping[str, Refusal], gone: Gone) -> dict[str, Refusal]:
    """What was known before, and what was found out since about these candidates."""
    return {**{rep: gone.refused[rep] for rep in candidates if rep in gone.refused}, **before}


def inputs_of(
    candidates: Sequence[str],
    refused: Mapping[str, Refusal],
    lost: frozenset[str],
    loads: Mapping[str, Load],
    ledger: Ledger | None,
) -> dict[str, Any]:
    """What an assignment was computed from, by value or by name and sequence."""
    return {
        "candidates": list(candidates),
        "refused": [refusal.to_json() for refusal in refused.values()],
        "lost": sorted(lost),
        "loads": {rep: load.to_json() for rep, load in loads.items()},
        "pool": ledger.pool if ledger else None,
        "ledger_sequence": ledger.sequence if ledger else None,
    }
