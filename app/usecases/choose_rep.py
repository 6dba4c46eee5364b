"""Run the assignment for one time and take that time on the rep it names, or on the next one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from app.db import Session
from app.models import Reservation, ReservationState
from app.store.availability import load_times
from app.store.company import CompanyView
from app.store.ledger import load_ledger
from app.store.reservations import database_now, drop_expired_holds, lock_pool, lock_rep, release, reserve
from app.usecases.find_offer import offer_of, pool_of
from app.usecases.offer import Offer
from app.usecases.pool_rules import loads_for, refusals_at
from app.usecases.rations import over_ration
from calendars.availability import why_not
from calendars.span import Span
from calendars.zones import to_instant
from routing.assignment import Assignment, Load, assign, assign_owner
from routing.ledger import Ledger
from routing.refusal import Refusal
from routing.roster import Offering, Pool


@dataclass(frozen=True, slots=True)
class Choice:
    """The rep's time, taken; with the assignment, the ledger it was computed on, and its other inputs."""

    reservation: Reservation
    assignment: Assignment
    ledger: Ledger | None
    inputs: Mapping[str, Any]


@dataclass(slots=True)
class _Race:
    """What is known while candidates are tried one after the other."""

    refused: dict[str, Refusal]
    lost: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class TimeWanted:
    """One start (UTC minutes) for one request; `own` is the reservation that gives way to it."""

    request_id: int
    start: int
    state: ReservationState
    expires_at: datetime | None = None
    own: Reservation | None = None
    live_busy: frozenset[str] = frozenset()


def choose_rep(
    session: Session,
    company: CompanyView,
    offer: Offer,
    wanted: TimeWanted,
    now: datetime,
    owners: Pool | None = None,
) -> Choice | None:
    """Take the time for the best candidate who really is free; None when nobody is.

    Locks the pool, then one rep at a time; each try is in a savepoint of its own. A rep who was taken in the
    meantime is recorded as `lost_race`, and the assignment runs again without them. `owners` is the pool whose
    history a meeting with an owner belongs to.
    """
    pool = pool_of(company, offer.destination)
    history = pool or owners
    if history is not None:
        lock_pool(session, company.pools[history.name])
    if pool is not None:
        offer = _refreshed(session, company, offer, wanted, now)
    race = _Race(_refused(session, company, pool, offer, wanted, now))
    ledger = load_ledger(session, company.pools[history.name], history.name) if history else None
    loads = loads_for(session, company, pool, offer, now, wanted.start) if pool else {}
    while True:
        assignment = _assign(pool, owners, ledger, offer, wanted, race, loads)
        if assignment.winner is None:
            return None
        reservation = _take(session, company, offer, wanted, assignment.winner)
        if isinstance(reservation, Reservation):
            return Choice(reservation, assignment, ledger, _inputs(company, offer, race, loads, ledger))
        if reservation is None:
            race.lost.add(assignment.winner)
        else:
            race.refused[assignment.winner] = reservation
        if pool is not None and pool.offering is Offering.STRICT:
            return None


def keep_rep(
    session: Session, company: CompanyView, offer: Offer, wanted: TimeWanted, rep: str
) -> Reservation | None:
    """Take the time on one given rep, without an assignment; None when they are not free."""
    taken = _take(session, company, offer, wanted, rep)
    return taken if isinstance(taken, Reservation) else None


def _refreshed(
    session: Session, company: CompanyView, offer: Offer, wanted: TimeWanted, now: datetime
) -> Offer:
    """The same offer, read again now that nobody else books in this pool."""
    again = offer_of(session, company, offer.index, offer.destination, offer.meeting_type, now)
    if wanted.own is None:
        return again
    own_rep = company.rep_by_key(wanted.own.rep_id).public_id
    return again.with_starts({own_rep: offer.starts[own_rep]} if own_rep in offer.starts else {})


def _refused(
    session: Session,
    company: CompanyView,
    pool: Pool | None,
    offer: Offer,
    wanted: TimeWanted,
    now: datetime,
) -> dict[str, Refusal]:
    """Why candidates cannot take this time, as far as that is known before anybody is locked."""
    refused = refusals_at(session, company, pool, offer, wanted.start, now)
    for rep in wanted.live_busy - refused.keys():
        refused[rep] = Refusal(rep, "busy", {"source": "live_check"})
    return refused


def _assign(
    pool: Pool | None,
    owners: Pool | None,
    ledger: Ledger | None,
    offer: Offer,
    wanted: TimeWanted,
    race: _Race,
    loads: Mapping[str, Load],
) -> Assignment:
    slot = (wanted.start, wanted.start + offer.meeting_type.shape.minutes)
    if pool is None:
        rep = offer.destination.candidates[0]
        lost = {rep: Refusal(rep, "lost_race")} if rep in race.lost else {}
        covers = offer.destination.covered
        refused = race.refused | lost
        return assign_owner(rep, slot=slot, refused=refused, pool=owners, ledger=ledger, covers=covers)
    assert ledger is not None
    return assign(
        pool,
        slot=slot,
        candidates=offer.destination.candidates,
        refused=race.refused,
        loads=loads,
        ledger=ledger,
        lost=frozenset(race.lost),
        skill=offer.destination.skill,
        prefer_skills=offer.destination.prefer_skills,
    )


def _take(
    session: Session, company: CompanyView, offer: Offer, wanted: TimeWanted, rep: str
) -> Reservation | Refusal | None:
    """Lock the rep, look once more, and take the time. None when somebody else has it."""
    view, shape, own = company.reps[rep], offer.meeting_type.shape, wanted.own
    attempt = session.begin_nested()
    lock_rep(session, view.id)
    now = database_now(session)
    drop_expired_holds(session, now, rep_id=view.id)
    without = [own.id] if own is not None else []
    window = Span(wanted.start, wanted.start + shape.minutes)
    fresh = load_times(session, [view], window, now, without=without)[rep]
    reason = why_not(fresh.time, wanted.start, shape, offer.lo, offer.hi)
    refusal = Refusal(rep, reason.value) if reason else _has_enough(session, company, rep, now, own)
    if refusal is not None:
        attempt.rollback()
        return refusal
    if own is not None:
        release(session, own)
    taken = reserve(
        session,
        rep_id=view.id,
        request_id=wanted.request_id,
        start=to_instant(window.start),
        end=to_instant(window.end),
        before=shape.before,
        after=shape.after,
        state=wanted.state,
        expires_at=wanted.expires_at,
        # where no calendar closes the rep's time there is nobody to ask
        pending_check=wanted.state is ReservationState.HELD and fresh.oldest_sync is not None,
    )
    if taken is None:
        attempt.rollback()
        return None
    attempt.commit()
    return taken


def _has_enough(
    session: Session, company: CompanyView, rep: str, now: datetime, own: Reservation | None
) -> Refusal | None:
    """Whether another pool has given the rep enough new meetings in the meantime; a move of their own is no new one."""
    if own is not None and own.booking_id is not None and own.rep_id == company.reps[rep].id:
        return None
    return over_ration(session, company, None, {rep}, now).get(rep)


def _inputs(
    company: CompanyView,
    offer: Offer,
    race: _Race,
    loads: Mapping[str, Load],
    ledger: Ledger | None,
) -> dict[str, Any]:
    """Everything the assignment was computed from, by value or by name and version."""
    return {
        "roster": company.digest,
        "destination": offer.index,
        "candidates": list(offer.destination.candidates),
        "refused": [refusal.to_json() for refusal in race.refused.values()],
        "lost": sorted(race.lost),
        "loads": {rep: load.to_json() for rep, load in loads.items()},
        "pool": ledger.pool if ledger else None,
        "ledger_sequence": ledger.sequence if ledger else None,
    }
