"""Call a meeting off: the time is free at once, the calendar and the guests follow by jobs."""

from datetime import timedelta

from app import clock
from app.db import Session, transaction
from app.errors import NotFound
from app.models import Booking, BookingState, RequestState
from app.store.availability import touch_reps
from app.store.bookings import find_booking
from app.store.company import load_company
from app.store.decisions import newest_route
from app.store.queues import put_in_queue
from app.store.records import add_activity, add_audit
from app.store.requests import lock_request
from app.store.reservations import database_now, live_reservations, release, wait_briefly
from app.usecases.announce import announce
from app.usecases.give_turn_back import PROSPECT_CANCELLED, give_turn_back
from app.usecases.lock_session import lock_all_at
from app.usecases.route_request import QUEUE_HOURS, queues_of
from app.usecases.sharing import close_if_empty, turn_of
from routing.route import Route

_GIVES_TURN_BACK = {"prospect"}
_ONLY_THEMSELVES = {"prospect", "erasure"}
"""At a session that others share: whoever leaves, or is erased, leaves alone."""


def cancel_meeting(booking_id: str, *, by: str, reason: str = "") -> None:
    """Cancel a standing meeting; a cancelled one stays as it is. `by` is `prospect`, `rep` or a user's public id.

    A prospect gives up their own seat at a session that others share; anybody else calls the session off for all.
    A prospect's cancellation gives back the turns of all who were to be there, the rep's own does not. The lead
    returns to a queue. Raises NotFound.
    """
    with transaction() as session:
        wait_briefly(session)
        found = find_booking(session, booking_id)
        if found is None:
            raise NotFound
        if found.group is not None and by not in _ONLY_THEMSELVES:
            bookings = lock_all_at(session, found)
        else:
            lock_request(session, found.request_id)
            booking = find_booking(session, booking_id, lock=True)
            assert booking is not None
            bookings = [booking]
        for each in bookings:
            if each.state is not BookingState.CANCELLED:
                _cancel(session, each, by, reason)


def _cancel(session: Session, booking: Booking, by: str, reason: str) -> None:
    now = database_now(session)
    if by in _GIVES_TURN_BACK and (turn := turn_of(session, booking)) is not None:
        # pools are locked before reps, as at a booking
        give_turn_back(session, turn, PROSPECT_CANCELLED)
    taken = live_reservations(session, booking.request_id, now)
    for reservation in taken:
        release(session, reservation)
    booking.state = BookingState.CANCELLED
    booking.cancelled_by, booking.cancel_reason, booking.cancelled_at = by, reason or None, now
    booking.sequence += 1
    booking.request.state = RequestState.QUEUED
    close_if_empty(session, booking.group)
    touch_reps(session, {booking.rep_id, *(each.rep_id for each in taken)})
    _return_to_queue(session, booking)
    add_activity(
        session,
        "meeting.cancelled",
        at=clock.now(),
        actor=by,
        lead_id=booking.lead_id,
        request_id=booking.request_id,
        booking_id=booking.id,
        rep_id=booking.rep_id,
    )
    add_audit(session, by, "booking.cancelled", "booking", booking.public_id)
    announce(session, booking)


def _return_to_queue(session: Session, booking: Booking) -> None:
    """A lead whose meeting is gone waits for a person again."""
    now = clock.now()
    company = load_company(session, now.date())
    record = newest_route(session, booking.request_id)
    if record is None:
        return
    for queue in queues_of(Route.from_json(record.trace), company.roster):
        if queue in company.queues:
            hours = int(company.settings.get("queue_due_hours", QUEUE_HOURS))
            due_at = now + timedelta(hours=hours)
            put_in_queue(session, company.queues[queue], booking.request_id, "cancelled", due_at)
            return
