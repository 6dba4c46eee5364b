"""Have the outside world follow a booking, in order and after the transaction that changed it."""

from datetime import timedelta

from app import clock
from app.db import Session
from app.models import Booking
from app.queue import URGENT, defer

MAIL_GRACE = timedelta(seconds=20)


def announce(session: Session, booking: Booking) -> None:
    """Defer writing the calendar and sending the mails for the booking as it now stands."""
    lock = f"booking:{booking.public_id}"
    defer(
        session,
        "write_event",
        lock=lock,
        priority=URGENT,
        booking=booking.public_id,
        sequence=booking.sequence,
    )
    # the mails follow the event, so that they carry its video link; a provider that is down delays them little
    defer(
        session,
        "notify_booking",
        lock=f"mail:{booking.public_id}",
        at=clock.now() + MAIL_GRACE,
        booking=booking.public_id,
        sequence=booking.sequence,
    )
