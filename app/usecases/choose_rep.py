"""Run the assignment for one time and take that time on the people it names, or on the next ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.db import Session
from app.models import Reservation
from app.store.company import CompanyView
from app.store.reservations import lock_pools
from app.usecases.fill_seats import (
    Chair,
    Gone,
    Ledgers,
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
from app.usecases.take_people import Missed, Participant, TimeWanted, take_people
from routing.assignment import Assignment, Load, assign, assign_owner
from routing.ledger import Ledger
from routing.party import PRIMARY
from routing.refusal import Refusal
from routing.roster import Offering, Pool

__all__ = ["Choice", "TimeWanted", "choose_rep", "keep_people", "pools_of"]


@dataclass(frozen=True, slots=True)
class Choice:
    """Everybody's time, taken: the rep's whose meeting it is first, then that of each of `others`; with the rep's
    assignment, the ledger it was computed on, and its other inputs."""

    reservations: Sequence[Reservation]
    assignment: Assignment
    ledger: Ledger | None
    inputs: Mapping[str, Any]
    others: Sequence[Seated] = ()

    @property
    def reservation(self) -> Reservation:
        """The time of the rep whose meeting it is."""
        return self.reservations[0]


@dataclass(frozen=True, slots=True)
class _Contest:
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
class _Plan:
    """Whom to ask: the rep whose meeting it would be, and the others."""

    assignment: Assignment
    ledger: Ledger | None
    inputs: Mapping[str, Any]
    others: Sequence[Seated]

    def people(self) -> list[Participant]:
        assert self.assignment.winner is not None
        rest = [Participant(one.role, one.rep) for one in self.others]
        return [Participant(PRIMARY, self.assignment.winner), *rest]


def choose_rep(
    session: Session,
    company: CompanyView,
    offer: Offer,
    wanted: TimeWanted,
    now: datetime,
    owners: Pool | None = None,
) -> Choice | None:
    """Take the time for the best candidates who really are free; None when nobody is, or a role stays empty.

    Locks the pools, then for each try the people, in a savepoint of its own. Somebody who was taken in the meantime
    is recorded as `lost_race`, and the assignment runs again without them. `owners` is the pool whose history a
    meeting with an owner belongs to.
    """
    pools = pools_of(company, offer, owners)
    if pools:
        lock_pools(session, {company.pools[pool] for pool in pools})
    contest = _contest(session, company, offer, wanted, now, owners, pools)
    while True:
        plan = _plan(company, contest)
        if plan is None:
            return None
        taken = take_people(session, company, contest.offer, wanted, plan.people())
        if not isinstance(taken, Missed):
            return Choice(taken, plan.assignment, plan.ledger, plan.inputs, plan.others)
        if taken.refusal is None:
            contest.gone.lost.add(taken.rep)
        else:
            contest.gone.refused[taken.rep] = taken.refusal
        if contest.pool is not None and contest.pool.offering is Offering.STRICT:
            return None


def keep_people(
    session: Session, company: CompanyView, offer: Offer, wanted: TimeWanted
) -> list[Reservation] | None:
    """Take the time on the very people who have the old one, without an assignment; None when one is not free."""
    people = [Participant(own.role, company.rep_by_key(own.rep_id).public_id) for own in wanted.own]
    taken = take_people(session, company, offer, wanted, people)
    return None if isinstance(taken, Missed) else taken


def pools_of(company: CompanyView, offer: Offer, owners: Pool | None = None) -> list[str]:
    """The pools that take part in the choice: the one that chooses the rep (or keeps the owner's history), and those
    of the further roles."""
    parties = [seat.offer.destination for seat in offer.seats]
    found = [pool_of(company, offer.destination) or owners, *(pool_of(company, who) for who in parties)]
    return sorted({pool.name for pool in found if pool is not None})


def _contest(
    session: Session,
    company: CompanyView,
    offer: Offer,
    wanted: TimeWanted,
    now: datetime,
    owners: Pool | None,
    pools: Sequence[str],
) -> _Contest:
    pool = pool_of(company, offer.destination)
    if pool is not None or offer.seats:
        # read again now that nobody else books in these pools
        offer = offer_of(
            session, company, offer.index, offer.destination, offer.meeting_type, now, own=offer.own
        )
    refused = refusals_at(session, company, pool, offer.without_seats(), wanted.start, now)
    contest = _Contest(
        offer=offer,
        start=wanted.start,
        pool=pool,
        owners=owners,
        refused=refused,
        loads=loads_for(session, company, pool, offer.without_seats(), now, wanted.start) if pool else {},
        chairs=read_chairs(session, company, offer, wanted.start, now),
        ledgers=Ledgers.read(session, company, pools),
    )
    for rep in wanted.live_busy:
        contest.gone.refused[rep] = Refusal(rep, "busy", {"source": "live_check"})
    return contest


def _plan(company: CompanyView, contest: _Contest) -> _Plan | None:
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
    return _Plan(assignment, ledger, inputs, others)


def _refuse_lonely(
    room: Room, candidates: Sequence[str], refused: dict[str, Refusal], lost: frozenset[str]
) -> None:
    """Add those who are free, but with whom another role would stay empty."""
    for rep in candidates:
        if rep not in refused and rep not in lost and (refusal := room.why_not(rep)):
            refused[rep] = refusal


def _assign(
    contest: _Contest, refused: Mapping[str, Refusal], lost: frozenset[str], ledger: Ledger | None
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
