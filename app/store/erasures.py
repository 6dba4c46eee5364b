"""Who is to be erased, or was, by the hash of their address; and where a person stands in the tables."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.models import Booking, BookingState, Erasure, Request


def find_erasure(session: Session, key_hash: bytes) -> Erasure | None:
    """What is known of this address."""
    return session.scalar(select(Erasure).where(Erasure.key_hash == key_hash))


def was_erased(session: Session, key_hash: bytes) -> bool:
    """Whether the person of this address was erased, or is about to be."""
    return session.scalar(select(Erasure.id).where(Erasure.key_hash == key_hash)) is not None


def ask_for_erasure(session: Session, key_hash: bytes, lead_id: int | None, by: str, at: datetime) -> Erasure:
    """Note that somebody is to be erased (again: whoever came back may go again). The row is locked."""
    fresh = {"lead_id": lead_id, "asked_at": at, "asked_by": by, "done_at": None}
    made = insert(Erasure).values(key_hash=key_hash, **fresh)
    session.execute(made.on_conflict_do_update(index_elements=[Erasure.key_hash], set_=fresh))
    return session.scalars(
        select(Erasure)
        .where(Erasure.key_hash == key_hash)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def lock_erasure(session: Session, erasure_id: int) -> Erasure | None:
    """It, locked."""
    return session.get(Erasure, erasure_id, with_for_update=True, populate_existing=True)


def requests_of(session: Session, lead_id: int) -> Sequence[Request]:
    """A lead's requests, the oldest first."""
    return session.scalars(select(Request).where(Request.lead_id == lead_id).order_by(Request.id)).all()


def bookings_of(session: Session, lead_id: int) -> Sequence[Booking]:
    """A lead's meetings, the oldest first."""
    return session.scalars(select(Booking).where(Booking.lead_id == lead_id).order_by(Booking.id)).all()


def bookings_with_guest(session: Session, email: str) -> Sequence[Booking]:
    """Meetings of others to which this address was brought along."""
    lowered = func.lower(func.array_to_string(Booking.guests, " ")).contains(email, autoescape=True)
    rows = session.scalars(select(Booking).where(lowered).order_by(Booking.id))
    return [booking for booking in rows if email in {guest.lower() for guest in booking.guests}]


def is_to_come(booking: Booking, now: datetime) -> bool:
    """Whether a meeting stands and has not ended."""
    return booking.state is BookingState.CONFIRMED and booking.ends_at > now


_JOBS = text(
    "SELECT count(*) FROM procrastinate_jobs"
    " WHERE status IN ('todo', 'doing') AND args->>'booking' = ANY(:bookings)"
)


def count_waiting_jobs(session: Session, bookings: Sequence[str]) -> int:
    """Jobs about these meetings (public ids) that are still to be done."""
    return session.scalar(_JOBS, {"bookings": list(bookings)}) or 0
