"""The entries in providers' calendars that belong to our bookings."""

from datetime import datetime

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session, joinedload

from app.models import (
    Booking,
    BookingState,
    Calendar,
    Connection,
    EventState,
    Provider,
    ProviderEvent,
)


def list_events(session: Session, booking_id: int) -> list[ProviderEvent]:
    """Every entry ever made for a booking, by generation."""
    rows = session.scalars(
        select(ProviderEvent)
        .where(ProviderEvent.booking_id == booking_id)
        .options(joinedload(ProviderEvent.calendar))
        .order_by(ProviderEvent.generation)
    )
    return list(rows)


def add_event(session: Session, booking_id: int, generation: int, calendar_id: int) -> ProviderEvent:
    """Note, before the provider is asked, where an entry is going to be."""
    event = ProviderEvent(
        booking_id=booking_id, generation=generation, calendar_id=calendar_id, state=EventState.PENDING
    )
    session.add(event)
    session.flush()
    return event


def list_session_events(session: Session, group_session_id: int) -> list[ProviderEvent]:
    """Every entry ever made for a session that bookings share, by generation."""
    rows = session.scalars(
        select(ProviderEvent)
        .where(ProviderEvent.group_session_id == group_session_id)
        .options(joinedload(ProviderEvent.calendar))
        .order_by(ProviderEvent.generation)
    )
    return list(rows)


def add_session_event(
    session: Session, group_session_id: int, generation: int, calendar_id: int
) -> ProviderEvent:
    """Note, before the provider is asked, where the entry of a session is going to be."""
    event = ProviderEvent(
        group_session_id=group_session_id,
        generation=generation,
        calendar_id=calendar_id,
        state=EventState.PENDING,
    )
    session.add(event)
    session.flush()
    return event


def list_unsettled(session: Session, rep_id: int, now: datetime) -> list[str]:
    """Public ids of bookings to come with an entry in one of this rep's calendars that is not as it should be."""
    rows = session.scalars(
        select(Booking.public_id)
        .join(
            ProviderEvent,
            or_(
                ProviderEvent.booking_id == Booking.id,
                ProviderEvent.group_session_id == Booking.group_session_id,
            ),
        )
        .join(Calendar, Calendar.id == ProviderEvent.calendar_id)
        .where(
            Calendar.rep_id == rep_id,
            Booking.ends_at > now,
            or_(
                ProviderEvent.state.in_([EventState.PENDING, EventState.FAILED]),
                and_(ProviderEvent.state == EventState.WRITTEN, Booking.state == BookingState.CANCELLED),
            ),
        )
        .distinct()
    )
    return list(rows)


def list_failed_at(session: Session, provider: Provider, now: datetime, limit: int = 500) -> list[str]:
    """Public ids of bookings to come whose entry could not be written to a calendar of this service, oldest first."""
    rows = session.scalars(
        select(Booking.public_id)
        .join(ProviderEvent, ProviderEvent.booking_id == Booking.id)
        .join(Calendar, Calendar.id == ProviderEvent.calendar_id)
        .join(Connection, Connection.id == Calendar.connection_id)
        .where(
            Connection.provider == provider, Booking.ends_at > now, ProviderEvent.state == EventState.FAILED
        )
        .order_by(Booking.id)
        .limit(limit)
    )
    return list(rows)
