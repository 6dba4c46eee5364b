"""Entries of ours as calendars show them, beside the meetings they should stand for."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from app.models import (
    Booking,
    BookingState,
    BusyBlock,
    Calendar,
    CalendarState,
    Connection,
    ConnectionState,
    EventState,
    GroupSession,
    ProviderEvent,
)
from app.store.group_entries import session_stands


class Mark(NamedTuple):
    """An entry with our mark in a calendar that was read lately."""

    calendar: int
    event_id: str
    booking: str


class Wanted(NamedTuple):
    """A meeting to come: where its entry should be (None: nowhere yet), and when that was last written."""

    booking: str
    calendar: int | None
    written_at: datetime | None


def fresh_calendars(session: Session, since: datetime) -> dict[int, datetime]:
    """Calendars that were read after `since`, with when; the others say nothing."""
    rows = session.execute(
        select(Calendar.id, Calendar.synced_at)
        .join(Connection)
        .where(
            Calendar.checks_conflicts,
            Calendar.state == CalendarState.OK,
            Calendar.synced_at > since,
            Connection.state == ConnectionState.ACTIVE,
        )
    )
    return {key: synced_at for key, synced_at in rows if synced_at is not None}


def list_marks(session: Session, now: datetime) -> Sequence[Mark]:
    """Every entry to come that carries our mark."""
    rows = session.execute(
        select(BusyBlock.calendar_id, BusyBlock.event_id, BusyBlock.booking)
        .where(BusyBlock.booking.is_not(None), BusyBlock.ends_at > now)
        .order_by(BusyBlock.calendar_id, BusyBlock.event_id)
        .distinct()
    )
    return [Mark(calendar, event_id, booking or "") for calendar, event_id, booking in rows]


def list_wanted(session: Session, now: datetime) -> Sequence[Wanted]:
    """Every standing meeting to come, with the entry of its present generation."""
    written = and_(
        ProviderEvent.booking_id == Booking.id,
        ProviderEvent.generation == Booking.generation,
        ProviderEvent.state == EventState.WRITTEN,
    )
    rows = session.execute(
        select(Booking.public_id, ProviderEvent.calendar_id, ProviderEvent.updated_at)
        .outerjoin(ProviderEvent, written)
        .where(
            Booking.state == BookingState.CONFIRMED,
            Booking.starts_at > now,
            Booking.group_session_id.is_(None),
        )
        .order_by(Booking.public_id)
    )
    return [*(Wanted(*row) for row in rows), *_wanted_sessions(session, now)]


def _wanted_sessions(session: Session, now: datetime) -> Sequence[Wanted]:
    """The same of sessions that prospects share, each by its own mark."""
    written = and_(
        ProviderEvent.group_session_id == GroupSession.id,
        ProviderEvent.generation == GroupSession.generation,
        ProviderEvent.state == EventState.WRITTEN,
    )
    rows = session.execute(
        select(GroupSession.public_id, ProviderEvent.calendar_id, ProviderEvent.updated_at)
        .outerjoin(ProviderEvent, written)
        .where(session_stands(), GroupSession.starts_at > now)
        .order_by(GroupSession.public_id)
    )
    return [Wanted(*row) for row in rows]


def known_bookings(session: Session, public_ids: Sequence[str]) -> set[str]:
    """Those of these meetings that we know of, whatever became of them."""
    found = select(Booking.public_id).where(Booking.public_id.in_(public_ids))
    groups = select(GroupSession.public_id).where(GroupSession.public_id.in_(public_ids))
    return {*session.scalars(found), *session.scalars(groups)}


def list_unwritten(session: Session, before: datetime, now: datetime) -> Sequence[Booking]:
    """Standing meetings to come, made before an instant, that the rep's destination calendar does not have."""
    has_place = (
        select(Calendar.id)
        .join(Connection)
        .where(
            Calendar.rep_id == Booking.rep_id,
            Calendar.is_destination,
            Connection.state == ConnectionState.ACTIVE,
        )
        .exists()
    )
    of_session = and_(
        ProviderEvent.group_session_id == Booking.group_session_id,
        ProviderEvent.generation
        == select(GroupSession.generation)
        .where(GroupSession.id == Booking.group_session_id)
        .scalar_subquery(),
    )
    is_written = (
        select(ProviderEvent.id)
        .where(
            or_(
                and_(ProviderEvent.booking_id == Booking.id, ProviderEvent.generation == Booking.generation),
                of_session,
            ),
            or_(ProviderEvent.state == EventState.WRITTEN, ProviderEvent.updated_at > before),
        )
        .exists()
    )
    return session.scalars(
        select(Booking).where(
            Booking.state == BookingState.CONFIRMED,
            Booking.starts_at > now,
            Booking.created_at < before,
            has_place,
            ~is_written,
        )
    ).all()
