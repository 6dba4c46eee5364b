"""The booking: one transaction that decides who, takes their time, and leaves the rest to jobs."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from app import clock
from app.db import Session, transaction
from app.errors import AlreadyBooked, FieldError, Invalid, NotFound, Unavailable
from app.ids import new_id
from app.models import Booking, BookingState, Request, RequestState, Reservation
from app.store.bookings import is_lock_trouble, live_booking
from app.store.company import CompanyView, MeetingTypeView, load_company
from app.store.destinations import StoredRoute
from app.store.queues import leave_queue
from app.store.records import add_activity, add_audit, find_answer, keep_answer
from app.store.requests import find_and_lock_request
from app.store.reservations import database_now, wait_briefly
from app.usecases.announce import announce
from app.usecases.choose_rep import Choice
from app.usecases.live_check import LiveVerdict, live_verdict
from app.usecases.offer_slots import meeting_type_of
from app.usecases.record_decision import record_decision
from app.usecases.sharing import note_turn
from app.usecases.take_time import route_of, take_time, whole_minute
from calendars.zones import to_minutes

T = TypeVar("T")
ONE_SEAT = "Everybody at this meeting books a seat of their own. Leave the guests out and send them the form."


@dataclass(frozen=True, slots=True)
class BookingOrder:
    """What a prospect confirms. `start` is an aware instant; `key` the caller's Idempotency-Key; `by` who confirms
    it for them, if somebody does; `minutes` the length that was chosen, None the meeting type's own."""

    start: datetime
    guests: Sequence[str] = ()
    notes: str = ""
    key: str | None = None
    by: str = "prospect"
    minutes: int | None = None

    def body(self) -> dict[str, Any]:
        """What an idempotency key stands for."""
        body = {"start": to_minutes(self.start), "guests": list(self.guests), "notes": self.notes}
        return body if self.minutes is None else {**body, "minutes": self.minutes}


def book_meeting(request_id: str, order: BookingOrder) -> str:
    """Book a time for a request; returns the booking's public id.

    Raises SlotTaken with alternatives when nobody can take the time any more, AlreadyBooked, IdempotencyMismatch,
    NotFound, Invalid, and Unavailable when locks could not be had twice in a row.
    """
    start = whole_minute(order.start)
    verdict = live_verdict(request_id, start)
    return with_second_try(lambda: _book(request_id, start, order, verdict))


def with_second_try(work: Callable[[], T]) -> T:
    """Run a transaction again if locks were not to be had; after the second failure the service is busy."""
    try:
        return work()
    except Exception as error:
        if not is_lock_trouble(error):
            raise
    try:
        return work()
    except Exception as error:
        if not is_lock_trouble(error):
            raise
        raise Unavailable from error


def _book(request_id: str, start: int, order: BookingOrder, verdict: LiveVerdict) -> str:
    scope = f"booking:{request_id}"
    with transaction() as session:
        wait_briefly(session)
        request = find_and_lock_request(session, request_id)
        if request is None:
            raise NotFound
        if order.key and (answered := find_answer(session, scope, order.key, order.body())):
            return answered
        if live_booking(session, request.id) is not None:
            raise AlreadyBooked
        now = database_now(session)
        company = load_company(session, now.date())
        meeting_type = meeting_type_of(company, request.form_id, order.minutes)
        if meeting_type.is_shared and order.guests:
            raise Invalid([FieldError("guests", "one-seat", ONE_SEAT)])
        route = route_of(session, request)
        choice = take_time(session, company, request, route, meeting_type, start, now, verdict)
        booking = _record(session, company, request, route, meeting_type, choice, order, verdict)
        if order.key:
            keep_answer(session, scope, order.key, order.body(), booking.public_id)
        return booking.public_id


def _record(
    session: Session,
    company: CompanyView,
    request: Request,
    route: StoredRoute,
    meeting_type: MeetingTypeView,
    choice: Choice,
    order: BookingOrder,
    verdict: LiveVerdict,
) -> Booking:
    """Booking, decision, ledger, activity, audit and jobs, all in the caller's transaction."""
    booking = _add_booking(session, company, request, route, meeting_type, choice, order, verdict)
    for reservation in choice.reservations:
        reservation.booking_id = booking.id
    request.state = RequestState.BOOKED
    leave_queue(session, request.id)
    at = clock.now()
    add_activity(
        session,
        "meeting.booked",
        at=at,
        actor=order.by,
        lead_id=request.lead_id,
        request_id=request.id,
        booking_id=booking.id,
        rep_id=booking.rep_id,
        reason=choice.assignment.reason,
    )
    add_audit(session, order.by, "booking.created", "booking", booking.public_id)
    announce(session, booking, is_first=True)
    return booking


def _add_booking(
    session: Session,
    company: CompanyView,
    request: Request,
    route: StoredRoute,
    meeting_type: MeetingTypeView,
    choice: Choice,
    order: BookingOrder,
    verdict: LiveVerdict,
) -> Booking:
    assignment_id = record_decision(session, company, request, route, choice, verdict)
    reservation: Reservation = choice.reservation
    starts_at, ends_at = reservation.during.lower, reservation.during.upper
    assert starts_at is not None and ends_at is not None
    booking = Booking(
        public_id=new_id("bkg"),
        request_id=request.id,
        lead_id=request.lead_id,
        rep_id=reservation.rep_id,
        assignment_id=assignment_id,
        meeting_type_id=meeting_type.id,
        group_session_id=reservation.group_session_id,
        starts_at=starts_at,
        ends_at=ends_at,
        timezone=request.timezone,
        state=BookingState.CONFIRMED,
        guests=list(order.guests),
        notes=order.notes,
    )
    session.add(booking)
    session.flush()
    note_turn(session, booking, choice.assignment)
    return booking
