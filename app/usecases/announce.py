"""Have the outside world follow a booking, in order and after the transaction that changed it."""

from app.db import Session
from app.models import Booking
from app.queue import URGENT, defer


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
    defer(session, "notify_booking", lock=lock, booking=booking.public_id, sequence=booking.sequence)
