"""Move a meeting to another time: with the same rep if they are free, all or nothing."""

from datetime import datetime
from typing import Any

from app import clock
from app.db import Session, db, transaction
from app.errors import Conflict, NotFound, SlotTaken
from app.models import Booking, BookingState, Request, Reservation, ReservationState
from app.store.availability import touch_reps
from app.store.bookings import find_booking
from app.store.company import CompanyView, load_company
from app.store.destinations import destinations_of, newest_route_id
from app.store.records import add_activity, add_audit
from app.store.requests import lock_request
from app.store.reservations import database_now, live_reservation, wait_briefly
from app.usecases.announce import announce
from app.usecases.book_meeting import nearest, whole_minute, with_second_try
from app.usecases.choose_rep import Choice, TimeWanted, choose_rep, keep_rep
from app.usecases.describe_times import SlotList, SlotQuery
from app.usecases.find_offer import find_offer
from app.usecases.give_turn_back import MOVED, give_turn_back
from app.usecases.live_check import MIRROR
from app.usecases.offer import Offer
from app.usecases.own_time import own_starts
from app.usecases.record_decision import record_decision


def reschedule_slots(booking_id: str, query: SlotQuery) -> dict[str, Any]:
    """The times a meeting can move to, as the public API shows them. Raises NotFound."""
    session = db.session()
    booking = find_booking(session, booking_id)
    if booking is None:
        raise NotFound
    now = clock.now()
    company = load_company(session, now.date())
    offer = _offer(session, company, booking, now)
    times = offer.times() if offer else []
    meeting_type = company.meeting_types[booking.meeting_type_id]
    return SlotList.of(times, meeting_type.shape.minutes, query, now, company.revision).to_json()


def reschedule_meeting(booking_id: str, start: datetime, *, by: str) -> None:
    """Move a standing meeting to `start`. The old time is free exactly if the new one was taken.

    Raises SlotTaken with alternatives, Conflict for a cancelled meeting, NotFound, Invalid, Unavailable.
    """
    minute = whole_minute(start)
    with_second_try(lambda: _move(booking_id, minute, by))


def _move(booking_id: str, start: int, by: str) -> None:
    with transaction() as session:
        wait_briefly(session)
        found = find_booking(session, booking_id)
        if found is None:
            raise NotFound
        request = lock_request(session, found.request_id)
        booking = find_booking(session, booking_id, lock=True)
        assert booking is not None
        if booking.state is BookingState.CANCELLED:
            raise Conflict("This meeting was cancelled; ask for a new one")
        now = database_now(session)
        company = load_company(session, now.date())
        offer = _offer(session, company, booking, now)
        own = live_reservation(session, request.id, now)
        if offer is None or own is None:
            raise NotFound
        choice = _choose(session, company, offer, own, request, start, now)
        if choice is None:
            raise SlotTaken(alternatives=nearest(offer, start))
        _apply(session, company, booking, request, choice)
        add_activity(
            session,
            "meeting.rescheduled",
            at=clock.now(),
            actor=by,
            lead_id=booking.lead_id,
            request_id=request.id,
            booking_id=booking.id,
            rep_id=booking.rep_id,
        )
        add_audit(session, by, "booking.rescheduled", "booking", booking.public_id)
        announce(session, booking)


def _offer(session: Session, company: CompanyView, booking: Booking, now: datetime) -> Offer | None:
    """The same rep's times if there are any, else those of everybody whom the route allows."""
    route_id = newest_route_id(session, booking.request_id)
    meeting_type = company.meeting_types[booking.meeting_type_id]
    if route_id is None:
        return None
    own = own_starts(session, company, booking.request_id, meeting_type, now)
    offer = find_offer(session, company, destinations_of(session, route_id), meeting_type, now, own=own)
    if offer is None or not own:
        return offer
    same = offer.moving(own)
    return same if same.times() else offer


def _choose(
    session: Session,
    company: CompanyView,
    offer: Offer,
    own: Reservation,
    request: Request,
    start: int,
    now: datetime,
) -> Choice | Reservation | None:
    if not offer.free_at(start):
        return None
    wanted = TimeWanted(request.id, start, ReservationState.CONFIRMED, None, own)
    rep = company.rep_by_key(own.rep_id).public_id
    if list(offer.starts) == [rep]:
        return keep_rep(session, company, offer, wanted, rep)
    return choose_rep(session, company, offer, wanted, now)


def _apply(
    session: Session,
    company: CompanyView,
    booking: Booking,
    request: Request,
    choice: Choice | Reservation,
) -> None:
    """The new time on the booking; with another rep also a new decision, ledger rows and a new event."""
    reservation = choice if isinstance(choice, Reservation) else choice.reservation
    assert reservation.during.lower is not None and reservation.during.upper is not None
    reservation.booking_id = booking.id
    touch_reps(session, {booking.rep_id, reservation.rep_id})
    booking.starts_at, booking.ends_at = reservation.during.lower, reservation.during.upper
    booking.sequence += 1
    booking.accepted_at = None  # that was another time
    if isinstance(choice, Reservation) or reservation.rep_id == booking.rep_id:
        return
    booking.assignment_id, before = (
        record_decision(session, company, request, choice, MIRROR),
        booking.assignment_id,
    )
    give_turn_back(session, before, MOVED)
    booking.rep_id = reservation.rep_id
    booking.generation += 1
