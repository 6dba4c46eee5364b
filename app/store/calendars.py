"""Connections, their calendars, and the mirror of busy time."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, joinedload

from app.ids import new_id
from app.models import (
    BusyBlock,
    Calendar,
    CalendarState,
    Connection,
    ConnectionState,
    OAuthState,
    Provider,
    Rep,
)
from app.store.availability import POLL_MINUTES
from calendars.providers.base import BusyItem, RemoteCalendar
from calendars.span import Span
from calendars.zones import day_span, to_instant


def find_calendar(session: Session, public_id: str, *, lock: bool = False) -> Calendar | None:
    """A calendar with its connection."""
    query = (
        select(Calendar)
        .where(Calendar.public_id == public_id)
        .options(joinedload(Calendar.connection, innerjoin=True))
        .execution_options(populate_existing=True)
    )
    return session.scalar(query.with_for_update(of=Calendar) if lock else query)


def find_calendar_by_key(session: Session, calendar_id: int) -> Calendar:
    """A calendar that is known to exist."""
    return session.get_one(Calendar, calendar_id)


def conflict_calendars_of(session: Session, rep_id: int) -> list[Calendar]:
    """The calendars that close a rep's time."""
    rows = session.scalars(
        select(Calendar)
        .join(Connection)
        .where(
            Calendar.rep_id == rep_id,
            Calendar.checks_conflicts,
            Connection.state != ConnectionState.DISCONNECTED,
        )
        .options(joinedload(Calendar.connection, innerjoin=True))
    )
    return list(rows)


def destination_calendar_of(session: Session, rep_id: int) -> Calendar | None:
    """The calendar a rep's meetings are written to."""
    return session.scalar(
        select(Calendar)
        .join(Connection)
        .where(
            Calendar.rep_id == rep_id,
            Calendar.is_destination,
            Connection.state != ConnectionState.DISCONNECTED,
        )
        .options(joinedload(Calendar.connection, innerjoin=True))
    )


def list_due_calendars(session: Session, now: datetime, limit: int = 500) -> list[str]:
    """Public ids of calendars whose next reading is due, the most overdue first."""
    rows = session.scalars(
        select(Calendar.public_id)
        .join(Connection)
        .where(
            Calendar.checks_conflicts,
            Connection.state == ConnectionState.ACTIVE,
            (Calendar.next_sync_at.is_(None)) | (Calendar.next_sync_at <= now),
        )
        .order_by(Calendar.next_sync_at.asc().nulls_first())
        .limit(limit)
    )
    return list(rows)


def find_connection(session: Session, connection_id: int, *, lock: bool = False) -> Connection | None:
    """A connection; locked while its secret is renewed."""
    query = select(Connection).where(Connection.id == connection_id).execution_options(populate_existing=True)
    return session.scalar(query.with_for_update() if lock else query)


def list_idle_connections(session: Session, providers: Sequence[Provider], before: datetime) -> list[int]:
    """Keys of living connections of these providers whose grant, a rep's own, was last renewed before an instant."""
    rows = session.scalars(
        select(Connection.id).where(
            Connection.provider.in_(providers),
            Connection.state == ConnectionState.ACTIVE,
            Connection.company_grant_id.is_(None),
            Connection.updated_at < before,
        )
    )
    return list(rows)


def find_account(session: Session, provider: Provider, account: str) -> Connection | None:
    """The live connection to this account, whoever's it is."""
    return session.scalar(
        select(Connection).where(
            Connection.provider == provider,
            Connection.account == account,
            Connection.state != ConnectionState.DISCONNECTED,
        )
    )


def list_connections(session: Session, rep_id: int) -> list[Connection]:
    """A rep's connections that were not given up, with their calendars."""
    rows = session.scalars(
        select(Connection)
        .where(Connection.rep_id == rep_id, Connection.state != ConnectionState.DISCONNECTED)
        .options(joinedload(Connection.calendars))
        .order_by(Connection.id)
    )
    return list(rows.unique())


def put_calendars(
    session: Session, connection: Connection, found: Sequence[RemoteCalendar]
) -> list[Calendar]:
    """Bring a connection's calendars to what the provider lists; new ones start as the account's primary suggests.

    The primary calendar checks conflicts, and becomes the destination when the rep has none yet.
    """
    known = {calendar.remote_id: calendar for calendar in connection.calendars}
    has_destination = destination_calendar_of(session, connection.rep_id) is not None
    for remote in found:
        calendar = known.get(remote.id)
        if calendar is None:
            takes_meetings = remote.is_primary and remote.can_write and not has_destination
            has_destination = has_destination or takes_meetings
            calendar = Calendar(
                public_id=new_id("cal"),
                rep_id=connection.rep_id,
                remote_id=remote.id,
                checks_conflicts=remote.is_primary,
                is_destination=takes_meetings,
                state=CalendarState.NEW,
            )
            connection.calendars.append(calendar)
        if calendar.state is CalendarState.GONE:
            calendar.state = CalendarState.NEW
        calendar.name = remote.name
        calendar.timezone = remote.timezone
        calendar.color = remote.color
        calendar.can_write = remote.can_write
        calendar.is_primary = remote.is_primary
    listed = {remote.id for remote in found}
    for remote_id, calendar in known.items():
        if remote_id not in listed:
            calendar.state = CalendarState.GONE
    session.flush()
    return list(connection.calendars)


def replace_busy(session: Session, calendar: Calendar, items: Iterable[BusyItem], fallback_zone: str) -> int:
    """Replace everything the mirror holds of a calendar. Returns the number of rows."""
    session.execute(delete(BusyBlock).where(BusyBlock.calendar_id == calendar.id))
    return _insert_busy(session, calendar, items, fallback_zone)


def change_busy(
    session: Session,
    calendar: Calendar,
    items: Sequence[BusyItem],
    removed: Sequence[str],
    fallback_zone: str,
) -> int:
    """Replace the occurrences of the events that changed. Returns the number of rows written."""
    touched = {item.event_id for item in items} | set(removed)
    if touched:
        session.execute(
            delete(BusyBlock).where(BusyBlock.calendar_id == calendar.id, BusyBlock.event_id.in_(touched))
        )
    return _insert_busy(session, calendar, items, fallback_zone)


def _insert_busy(session: Session, calendar: Calendar, items: Iterable[BusyItem], fallback_zone: str) -> int:
    zone = calendar.timezone or fallback_zone
    # the last one wins where a provider names an occurrence twice
    rows = {(item.event_id, item.instance_key): _busy_row(calendar.id, item, zone) for item in items}
    if rows:
        session.execute(insert(BusyBlock), list(rows.values()))
    return len(rows)


def _busy_row(calendar_id: int, item: BusyItem, zone: str) -> dict[str, object]:
    span = item.span if item.span is not None else _all_day(item, zone)
    return {
        "calendar_id": calendar_id,
        "event_id": item.event_id,
        "instance_key": item.instance_key,
        "starts_at": to_instant(span.start),
        "ends_at": to_instant(max(span.end, span.start)),
        "first_date": item.all_day.first if item.all_day else None,
        "until_date": item.all_day.until if item.all_day else None,
        "kind": item.kind.value,
        "etag": item.etag,
        "booking": item.booking,
    }


def _all_day(item: BusyItem, zone: str) -> Span:
    assert item.all_day is not None
    return day_span(zone, item.all_day.first, item.all_day.until)


def rep_zone(session: Session, rep_id: int) -> str:
    """The zone a rep lives in; all-day events of a calendar without a zone are placed there."""
    return session.scalars(select(Rep.timezone).where(Rep.id == rep_id)).one()


def next_reading(provider: Provider, failures: int, now: datetime) -> datetime:
    """When to read a calendar again: its poll interval, longer after each failure, at most an hour."""
    minutes = min(POLL_MINUTES[provider] * 2 ** min(failures, 4), 60) if failures else POLL_MINUTES[provider]
    return now + timedelta(minutes=minutes)


def find_connection_by_id(session: Session, public_id: str) -> Connection | None:
    """A connection by its public id."""
    return session.scalar(select(Connection).where(Connection.public_id == public_id))


def add_state(session: Session, state: OAuthState) -> None:
    """Remember a sign-in that was begun."""
    session.add(state)


def take_state(session: Session, state_hash: bytes, now: datetime) -> OAuthState | None:
    """The sign-in begun with this state, used up by being found; None when unknown, used or too old."""
    return session.scalars(
        update(OAuthState)
        .where(OAuthState.state_hash == state_hash, OAuthState.used_at.is_(None), OAuthState.expires_at > now)
        .values(used_at=now)
        .returning(OAuthState)
    ).one_or_none()
