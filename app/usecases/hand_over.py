"""A meeting gets another rep at the same time: turns, calendars and mails follow, all or nothing."""

from app import clock
from app.db import Session
from app.errors import Conflict, NotFound
from app.models import Booking, BookingState
from app.store.availability import touch_reps
from app.store.bookings import find_booking
from app.store.charges import charges_of
from app.store.company import CompanyView, load_company
from app.store.decisions import add_assignment, keep_roster, move_parties
from app.store.destinations import destinations_of, newest_route_id
from app.store.handovers import has_open_skip, settle_handovers
from app.store.ledger import append_entries
from app.store.queues import leave_queue
from app.store.records import add_activity, add_audit
from app.store.requests import lock_request
from app.store.reservations import database_now, live_reservation, lock_pool, wait_briefly
from app.usecases.announce import announce
from app.usecases.find_offer import pool_of
from app.usecases.give_turn_back import REASSIGNED, SKIPPED, give_turn_back
from app.usecases.live_check import MIRROR
from app.usecases.moving import Moving, Taker
from routing.by_hand import BY_HAND


def begin_moving(session: Session, booking_id: str) -> Moving:
    """Lock a standing meeting that has not begun, and the pools whose turns may change.

    Raises NotFound, and Conflict for a meeting that is over or was cancelled.
    """
    wait_briefly(session)
    found = find_booking(session, booking_id)
    if found is None:
        raise NotFound("There is no such meeting.")
    lock_request(session, found.request_id)
    booking = find_booking(session, booking_id, lock=True)
    assert booking is not None
    now = database_now(session)
    if booking.group is not None:
        raise Conflict(
            "Several prospects share this session: it cannot be given to somebody else. Cancel it instead."
        )
    if booking.state is not BookingState.CONFIRMED:
        raise Conflict("This meeting was cancelled.")
    if booking.starts_at <= now:
        raise Conflict("This meeting has begun; it stays with its rep.")
    company = load_company(session, now.date())
    own = live_reservation(session, booking.request_id, now)
    if own is None:
        raise Conflict("This meeting keeps no time; cancel it and book again.")
    _lock_pools(session, company, booking)
    return Moving(session, company, booking, own, now)


def _lock_pools(session: Session, company: CompanyView, booking: Booking) -> None:
    """Every pool that may choose or was charged, in one order, before any rep."""
    route_id = newest_route_id(session, booking.request_id)
    keys = {charge.pool_id for charge in charges_of(session, booking.assignment_id)}
    for destination in destinations_of(session, route_id) if route_id else ():
        asked = (destination, *(party.who for party in destination.parties))
        keys |= {company.pools[pool.name] for each in asked if (pool := pool_of(company, each))}
    for key in sorted(keys):
        lock_pool(session, key)


def hand_over(moving: Moving, taker: Taker, *, by: str, how: str) -> None:
    """Give the meeting to whoever takes it. `how`: `skipped`, `engine` or `by_hand`.

    The former rep's turn is given back: by the pool's rule for skips when they skipped it, else always.
    """
    session, booking = moving.session, moving.booking
    former = booking.rep_id
    was_skipped = has_open_skip(session, booking.request_id, former)
    before, booking.assignment_id = booking.assignment_id, _record(moving, taker, by)
    move_parties(session, before, booking.assignment_id)
    if was_skipped:
        give_turn_back(session, before, SKIPPED)
    else:
        give_turn_back(session, before, REASSIGNED, actor=by)
    booking.rep_id = taker.rep.id
    booking.accepted_at = None
    booking.generation += 1
    booking.sequence += 1
    if booking.lead.owner_rep_id == former:
        booking.lead.owner_rep_id = taker.rep.id
    touch_reps(session, {former, taker.rep.id})
    settle_handovers(session, booking.request_id, taker.rep.id)
    leave_queue(session, booking.request_id)
    add_activity(
        session,
        "meeting.reassigned",
        at=clock.now(),
        actor=by,
        lead_id=booking.lead_id,
        request_id=booking.request_id,
        booking_id=booking.id,
        rep_id=taker.rep.id,
        former=moving.company.rep_by_key(former).public_id,
        how=how,
    )
    add_audit(session, by, "booking.reassigned", "booking", booking.public_id, rep=taker.rep.public_id)
    announce(session, booking)


def _record(moving: Moving, taker: Taker, by: str) -> int:
    """The decision with its inputs, and its turn. Returns the assignment's key."""
    session, company = moving.session, moving.company
    route_id = newest_route_id(session, moving.booking.request_id)
    assert route_id is not None
    keep_roster(session, company.roster, company.digest)
    pool_id = company.pools[taker.ledger.pool] if taker.ledger else None
    record = add_assignment(
        session,
        route_id,
        moving.booking.request_id,
        taker.assignment,
        taker.inputs,
        pool_id=pool_id,
        rep_id=taker.rep.id,
        live_check=MIRROR.to_json(),
    )
    if pool_id is not None and taker.ledger is not None:
        entries, actor = taker.assignment.entries, by if taker.assignment.reason == BY_HAND else None
        append_entries(session, pool_id, taker.ledger, entries, assignment_id=record.id, actor=actor)
    return record.id
