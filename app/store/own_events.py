"""Entries of ours in providers' calendars, as the mirror last saw them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.models import Booking, BookingState, BusyBlock, Deviation, EventState, ProviderEvent


def list_changed_events(session: Session, calendar_id: int, read_at: datetime, now: datetime) -> list[str]:
    """Public ids of meetings to come whose entry in this calendar is not as we last wrote or saw it.

    Entries that were written after the reading began are left out: it may have missed them.
    """
    is_same = and_(
        BusyBlock.starts_at == Booking.starts_at,
        BusyBlock.ends_at == Booking.ends_at,
        or_(BusyBlock.etag.is_(None), BusyBlock.etag == ProviderEvent.etag),
    )
    rows = session.scalars(
        select(Booking.public_id)
        .join(ProviderEvent, ProviderEvent.booking_id == Booking.id)
        .outerjoin(
            BusyBlock,
            and_(BusyBlock.calendar_id == calendar_id, BusyBlock.booking == Booking.public_id),
        )
        .where(
            ProviderEvent.calendar_id == calendar_id,
            ProviderEvent.state == EventState.WRITTEN,
            ProviderEvent.generation == Booking.generation,
            ProviderEvent.updated_at < read_at,
            Booking.state == BookingState.CONFIRMED,
            Booking.starts_at > now,
            or_(BusyBlock.id.is_(None), ~is_same),
        )
        .distinct()
    )
    return list(rows)


def standing_event(session: Session, booking: Booking) -> ProviderEvent | None:
    """The entry of a standing meeting that has not begun, if it was written."""
    return session.scalar(
        select(ProviderEvent).where(
            ProviderEvent.booking_id == booking.id,
            ProviderEvent.generation == booking.generation,
            ProviderEvent.state == EventState.WRITTEN,
        )
    )


def list_deviations(session: Session, now: datetime) -> Sequence[tuple[Booking, Deviation]]:
    """Meetings to come whose entry waits for the rep to say what is meant."""
    rows = session.execute(
        select(Booking, ProviderEvent.deviation)
        .join(ProviderEvent, ProviderEvent.booking_id == Booking.id)
        .where(
            ProviderEvent.generation == Booking.generation,
            ProviderEvent.deviation.is_not(None),
            Booking.state == BookingState.CONFIRMED,
            Booking.starts_at > now,
        )
        .order_by(Booking.starts_at)
    )
    return [(booking, deviation) for booking, deviation in rows if deviation is not None]
