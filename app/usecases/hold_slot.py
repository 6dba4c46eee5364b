"""Keep a time for a prospect while they confirm."""

from datetime import datetime, timedelta
from typing import Any

from app import clock
from app.db import transaction
from app.errors import AlreadyBooked, NotFound
from app.models import Reservation, ReservationState
from app.queue import URGENT, defer
from app.store.availability import touch_reps
from app.store.bookings import live_booking
from app.store.company import load_company
from app.store.records import add_activity
from app.store.requests import find_and_lock_request
from app.store.reservations import database_now, find_hold, release_holds, wait_briefly
from app.usecases.book_meeting import with_second_try
from app.usecases.live_check import MIRROR
from app.usecases.offer_slots import meeting_type_of
from app.usecases.take_time import route_of, take_time, whole_minute

HOLD = timedelta(minutes=10)


def hold_slot(request_id: str, start: datetime, minutes: int | None = None) -> dict[str, Any]:
    """Hold a time for ten minutes, giving back what the request held before; for as many `minutes` as were chosen, or
    the meeting type's own. Returns the hold as the API shows it.

    The best candidates' time is taken, so the slot stays on offer to others while somebody else is free. Raises
    SlotTaken, AlreadyBooked, NotFound, Invalid, Unavailable.
    """
    minute = whole_minute(start)
    return with_second_try(lambda: _hold(request_id, minute, minutes))


def _hold(request_id: str, start: int, minutes: int | None) -> dict[str, Any]:
    with transaction() as session:
        wait_briefly(session)
        request = find_and_lock_request(session, request_id)
        if request is None:
            raise NotFound
        if live_booking(session, request.id) is not None:
            raise AlreadyBooked
        now = database_now(session)
        company = load_company(session, now.date())
        meeting_type = meeting_type_of(company, request.form_id, minutes)
        choice = take_time(
            session,
            company,
            request,
            route_of(session, request),
            meeting_type,
            start,
            now,
            MIRROR,
            state=ReservationState.HELD,
            expires_at=now + HOLD,
        )
        add_activity(
            session,
            "time.held",
            at=clock.now(),
            actor="prospect",
            lead_id=request.lead_id,
            request_id=request.id,
        )
        for reservation in choice.reservations:
            if reservation.live_check is not None:
                defer(session, "check_live", priority=URGENT, reservation=reservation.id)
        return describe_hold(choice.reservation)


def release_hold(request_id: str, hold_id: str) -> None:
    """Give a held time back. Raises NotFound; giving back an expired hold is fine."""
    with transaction() as session:
        request = find_and_lock_request(session, request_id)
        if request is None:
            raise NotFound
        hold = find_hold(session, hold_id, request.id)
        if hold is None:
            raise NotFound
        touch_reps(session, release_holds(session, request.id))


def describe_hold(hold: Reservation) -> dict[str, Any]:
    """A hold as the public API shows it."""
    assert hold.during.lower is not None and hold.during.upper is not None and hold.expires_at is not None
    return {
        "id": hold.public_id,
        "start": hold.during.lower.isoformat(),
        "end": hold.during.upper.isoformat(),
        "expires_at": hold.expires_at.isoformat(),
    }
