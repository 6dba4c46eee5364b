"""Work out whom to ask for one time of an offer: the rep whose meeting it would be, and everybody beside them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.db import Session
from app.store.company import CompanyView
from app.usecases.booking_ledgers import Ledgers
from app.usecases.fill_seats import (
    Chair,
    Gone,
    Seated,
    fill_seats,
    inputs_of,
    lost_race,
    read_chairs,
    refused_now,
)
from app.usecases.find_offer import offer_of, pool_of
from app.usecases.offer import Offer
from app.usecases.pool_rules import loads_for, refusals_at
from app.usecases.room import Room
from app.usecases.take_people import Participant
from routing.assignment import Assignment, Load, assign, assign_owner
from routing.ledger import Ledger
from routing.party import PRIMARY
from routing.refusal import Refusal
from routing.roster import Pool


@dataclass(frozen=True, slots=True)
class Contest:
    """One time and all that is known of those who may take it, before anybody is locked."""

    offer: Offer
    start: int
    pool: Pool | None
    owners: Pool | None
    refused: Mapping[str, Refusal]
    loads: Mapping[str, Load]
    chairs: Sequence[Chair]
    ledgers: Ledgers
    gone: Gone = field(default_factory=Gone)

    @property
    def slot(self) -> tuple[int, int]:
        """UTC minutes, half-open."""
        return self.start, self.start + self.offer.meeting_type.shape.minutes


@dataclass(frozen=True, slots=True)
class Plan:
    """Whom to ask: the rep whose meeting it would be, and the others."""

    assignment: Assignment
    ledger: Ledger | None
    inputs: Mapping[str, Any]
    others: Sequence[Seated]

    def people(self) -> list[Participant]:
        """Everybody who is to be there."""
        assert self.assignment.winner is not None
        rest = [Participant(one.role, one.rep) for one in self.others]
        return [Participant(PRIMARY, self.assignment.winner), *rest]


def pools_of(company: CompanyView, offer: Offer, owners: Pool | None = None) -> list[str]:
    """The pools that take part in the choice: the one that chooses the rep (or keeps the owner's history), and those
    of the further roles."""
    parties = [seat.offer.destination for seat in offer.seats]
    found = [pool_of(company, offer.destination) or owners, *(pool_of(company, who) for who in parties)]
    return sorted({pool.name for pool in found if pool is not None})


def read_contest(
    session: Session,
    company: CompanyView,
    offer: Offer,
    start: int,
    now: datetime,
    *,
    owners: Pool | None = None,
    live_busy: Collection[str] = (),
) -> Contest:
    """All that is known of one start (UTC minutes) of an offer; lock the pools first where it is to be taken.

    `owners` is the pool whose history a meeting with an owner belongs to, `live_busy` those whom their own calendar
    service calls busy.
    """
    pool = pool_of(company, offer.destination)
    if pool is not None or offer.seats:
        # read again now that nobody else books in these pools
        offer = offer_of(
            session, company, offer.index, offer.destination, offer.meeting_type, now, own=offer.own
        )
    refused = refusals_at(session, company, pool, offer.without_seats(), start, now)
    contest = Contest(
        offer=offer,
        start=start,
        pool=pool,
        owners=owners,
        refused=refused,
        loads=loads_for(session, company, pool, offer.without_seats(), now, start) if pool else {},
        chairs=read_chairs(session, company, offer, start, now),
        ledgers=Ledgers.read(session, company, pools_of(company, offer, owners)),
    )
    for rep in live_busy:
        contest.gone.refused[rep] = Refusal(rep, "busy", {"source": "live_check"})
    return contest


def next_plan(company: CompanyView, contest: Contest) -> Plan | None:
    """The next best set of people; None when there is none left."""
    offer, gone, ledgers = contest.offer, contest.gone, contest.ledgers.copy()
    room = Room(offer, contest.start, gone.everybody())
    candidates = offer.destination.candidates
    lost = gone.lost_among(candidates)
    refused = refused_now(candidates, contest.refused, gone)
    if contest.chairs:
        _refuse_lonely(room, candidates, refused, lost)
    pool = contest.pool or contest.owners
    ledger = ledgers.of(pool.name) if pool else None
    assignment = _assign(contest, refused, lost, ledger)
    if assignment.winner is None or (
        contest.chairs and assignment.winner not in offer.free_at(contest.start)
    ):
        return None
    room.sit(assignment.winner, PRIMARY)
    if contest.chairs:
        ledgers.charge(assignment, pool.name if pool else None)
    others = fill_seats(contest.chairs, room, contest.slot, ledgers, gone)
    if others is None:
        return None
    inputs = {
        "roster": company.digest,
        "destination": offer.index,
        **inputs_of(candidates, refused, lost, contest.loads, ledger),
    }
    return Plan(assignment, ledger, inputs, others)


def _refuse_lonely(
    room: Room, candidates: Sequence[str], refused: dict[str, Refusal], lost: frozenset[str]
) -> None:
    """Add those who are free, but with whom another role would stay empty."""
    for rep in candidates:
        if rep not in refused and rep not in lost and (refusal := room.why_not(rep)):
            refused[rep] = refusal


def _assign(
    contest: Contest, refused: Mapping[str, Refusal], lost: frozenset[str], ledger: Ledger | None
) -> Assignment:
    who = contest.offer.destination
    if contest.pool is None:
        return assign_owner(
            who.candidates[0],
            slot=contest.slot,
            refused={**refused, **lost_race(lost)},
            pool=contest.owners,
            ledger=ledger,
            covers=who.covered,
        )
    assert ledger is not None
    return assign(
        contest.pool,
        slot=contest.slot,
        candidates=who.candidates,
        refused=refused,
        loads=contest.loads,
        ledger=ledger,
        lost=lost,
        skill=who.skill,
        prefer_skills=who.prefer_skills,
    )
