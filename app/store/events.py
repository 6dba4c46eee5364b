"""The entries in providers' calendars that belong to our bookings."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.models import EventState, ProviderEvent


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
