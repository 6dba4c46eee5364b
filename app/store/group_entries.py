"""Entries of sessions that prospects share, as the mirror sees them. They carry the session's mark, not a booking's."""

from sqlalchemy import ColumnElement, Select, or_, select

from app.models import Booking, BookingState, BusyBlock, Calendar, EventState, GroupSession, ProviderEvent


def session_stands() -> ColumnElement[bool]:
    """Whether anybody is at a session."""
    standing = select(Booking.id).where(
        Booking.group_session_id == GroupSession.id, Booking.state == BookingState.CONFIRMED
    )
    return standing.correlate(GroupSession).exists()


def session_as_we_know_it() -> Select[int]:
    """Selects the session whose mark a busy block carries, unless it takes time that our own reservations do not show:
    its calendar was read after we last wrote the entry, and it does not stand where the session does."""
    return (
        select(GroupSession.id)
        .outerjoin(
            ProviderEvent,
            (ProviderEvent.group_session_id == GroupSession.id)
            & (ProviderEvent.generation == GroupSession.generation),
        )
        .where(
            GroupSession.public_id == BusyBlock.booking,
            or_(
                ~session_stands(),
                (GroupSession.starts_at == BusyBlock.starts_at) & (GroupSession.ends_at == BusyBlock.ends_at),
                ProviderEvent.state.is_distinct_from(EventState.WRITTEN),
                ProviderEvent.updated_at >= Calendar.synced_at,
            ),
        )
        .correlate(BusyBlock, Calendar)
    )
