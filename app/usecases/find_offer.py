"""Which times a route leads to, and with whom. Offering and accepting both come through here."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from app.db import Session
from app.store.company import CompanyView, MeetingTypeView
from app.store.free_times import FreeOf, FreeTimes, free_times, open_sessions
from app.store.kept_times import Total
from app.usecases.booking_window import bounds_of, wait_end
from app.usecases.local_day import inside_local_day
from app.usecases.offer import Offer, Seat
from app.usecases.pool_rules import apply_pool_rules, by_turn
from routing.roster import Offering, Pool
from routing.route import FINAL, Destination, DestinationKind


def find_offer(
    session: Session,
    company: CompanyView,
    destinations: Iterable[Destination],
    meeting_type: MeetingTypeView,
    now: datetime,
    *,
    own: Mapping[str, int] | None = None,
    read: Total | None = None,
) -> Offer | None:
    """The first of a route's destinations that has any time to offer; None when it ends in a queue or a message.

    Where none has a time, the last that could have is returned with no times. `own`: starts of a rep as they are
    without the request's own hold or booking, in place of what is kept. `read`: what is already known of a crowd.
    """
    offer = None
    for index, destination in enumerate(destinations):
        if destination.kind in FINAL:
            break
        offer = offer_of(session, company, index, destination, meeting_type, now, own=own, read=read)
        if offer.has_times():
            return offer
    return offer and offer.in_time()


def offer_of(
    session: Session,
    company: CompanyView,
    index: int,
    destination: Destination,
    meeting_type: MeetingTypeView,
    now: datetime,
    *,
    own: Mapping[str, int] | None = None,
    read: Total | None = None,
    free_of: FreeOf = free_times,
) -> Offer:
    """The times of one destination; where it asks for several people, those at which all of them can meet.

    `free_of` says when reps are free; another one than what is kept asks what would be offered if that were so.
    """
    if destination.parties:
        meeting_type = meeting_type.alone()
    one = destination.candidates if len(destination.candidates) == 1 else ()
    within = bounds_of(company, meeting_type, now, one)
    hi = within.hi
    if destination.kind is DestinationKind.OWNER:
        hi = min(hi, wait_end(company, meeting_type, now, destination.owner_wait, (destination.name,)))
    crowd = company.crowd(destination.candidates)
    free = free_of(session, company, crowd, meeting_type, within.frame, now, read)
    sessions = open_sessions(session, company, crowd, meeting_type, within.frame, now, read)
    offer = Offer(index, destination, meeting_type, crowd, free, within.frame, within.lo, hi)
    if destination.local_day is not None:
        inside = inside_local_day(destination.local_day, within.frame, meeting_type.shape.minutes)
        offer, own = offer.inside(inside), {rep: bits & inside for rep, bits in (own or {}).items()}
        sessions = FreeTimes.of({rep: bits & inside for rep, bits in sessions.by_rep.items()})
    if destination.within is not None:
        offer = replace(offer, by=wait_end(company, meeting_type, now, destination.within, one))
    if destination.parties:
        return _with_seats(session, company, offer, now, own or {}, free_of)
    offer = apply_pool_rules(session, company, pool_of(company, destination), offer, now, sessions)
    return offer.with_own(own) if own else offer


def _with_seats(
    session: Session,
    company: CompanyView,
    offer: Offer,
    now: datetime,
    own: Mapping[str, int],
    free_of: FreeOf,
) -> Offer:
    """The times at which the further roles can be filled as well. Whose turn it is in a strict or balanced pool is
    asked among those who have any such time."""
    pool = pool_of(company, offer.destination)
    offer = apply_pool_rules(session, company, flexible(pool), offer, now)
    seats = [
        Seat(party, _times_of_party(session, company, party.who, offer, now, own, free_of))
        for party in offer.destination.parties
    ]
    offer = offer.with_own(own).seated(seats)
    return by_turn(session, company, pool, offer, now) if pool is not None else offer


def _times_of_party(
    session: Session,
    company: CompanyView,
    who: Destination,
    beside: Offer,
    now: datetime,
    own: Mapping[str, int],
    free_of: FreeOf,
) -> Offer:
    """When those can meet who may fill a further role, under their own pool's caps and ceiling."""
    crowd = company.crowd(who.candidates)
    free = free_of(session, company, crowd, beside.meeting_type, beside.frame, now, None)
    offer = Offer(beside.index, who, beside.meeting_type, crowd, free, beside.frame, beside.lo, beside.hi)
    return apply_pool_rules(session, company, flexible(pool_of(company, who)), offer, now).with_own(own)


def pool_of(company: CompanyView, destination: Destination) -> Pool | None:
    """The pool a destination stands for."""
    if destination.kind is not DestinationKind.POOL:
        return None
    return company.roster.pools.get(destination.name)


def flexible(pool: Pool | None) -> Pool | None:
    """The pool as it is asked for times in a role beside others: nobody is fixed before the others are known."""
    if pool is None or pool.offering is Offering.FLEXIBLE:
        return pool
    return replace(pool, offering=Offering.FLEXIBLE)


def owners_pool(
    company: CompanyView, destinations: Sequence[Destination], destination: Destination
) -> Pool | None:
    """The pool whose history a meeting with an owner belongs to, whoever covers for them: the next one on the route
    that the owner is in."""
    if destination.kind is not DestinationKind.OWNER:
        return None
    pools = (pool_of(company, later) for later in destinations)
    return next((pool for pool in pools if pool and destination.name in pool.by_rep), None)
