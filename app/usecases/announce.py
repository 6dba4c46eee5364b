"""Have the outside world follow a booking, in order and after the transaction that changed it."""

from datetime import datetime, timedelta

from app import clock
from app.db import Session
from app.models import Booking, GroupSession
from app.queue import NORMAL, URGENT, defer, hasten

MAIL_GRACE = timedelta(seconds=20)


def announce(session: Session, booking: Booking, *, is_first: bool = False) -> None:
    """Defer writing the calendar and sending the mails for the booking as it now stands.

    An earlier version's job that waits to be tried again sees that it is overtaken, and makes room at once;
    `is_first`: there is no earlier one.
    """
    lock = session_lock(booking.group.public_id) if booking.group else event_lock(booking.public_id)
    if booking.group or not is_first:
        hasten(session, lock)
    defer(
        session,
        "write_event",
        lock=lock,
        priority=URGENT,
        booking=booking.public_id,
        sequence=booking.sequence,
    )
    # the mails follow the event, so that they carry its video link; a provider that is down delays them little
    announce_mails(session, booking.public_id, booking.sequence, at=clock.now() + MAIL_GRACE)


def announce_session(session: Session, group: GroupSession) -> None:
    """Defer writing the entry of a session that somebody left for another one."""
    lock = session_lock(group.public_id)
    hasten(session, lock)
    defer(session, "write_session", lock=lock, priority=URGENT, group=group.public_id)


def announce_mails(session: Session, booking: str, sequence: int, at: datetime | None = None) -> None:
    """Defer the mails of one version of a booking, now or not before `at`. Those that were sent are not sent again."""
    defer(
        session,
        "notify_booking",
        lock=f"mail:{booking}:{sequence}",
        priority=URGENT if at is None else NORMAL,
        at=at,
        booking=booking,
        sequence=sequence,
    )


def event_lock(booking: str) -> str:
    """What keeps the changes of one booking's calendar entry in order."""
    return f"booking:{booking}"


def session_lock(group: str) -> str:
    """The same for the entry of a session that bookings share."""
    return f"session:{group}"
