"""Connections and calendars with their state."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, selectinload

from app import clock
from app.models import (
    BusyBlock,
    Calendar,
    CalendarMode,
    CalendarReading,
    CalendarState,
    ChannelState,
    Connection,
    ConnectionState,
    PushChannel,
    Rep,
)
from app.store.availability import trust_ends
from app.store.busy_kinds import closes_time
from app.store.calendars import find_calendar
from app.store.readings import list_readings


@dataclass(frozen=True, slots=True)
class RepCalendars:
    """A rep with their live connections (each with its calendars)."""

    rep: Rep
    connections: Sequence[Connection]

    @property
    def calendars(self) -> list[Calendar]:
        """All calendars of all connections."""
        return [calendar for connection in self.connections for calendar in connection.calendars]

    @property
    def checked(self) -> list[Calendar]:
        """Calendars that close the rep's time."""
        return [calendar for calendar in self.calendars if calendar.checks_conflicts]

    @property
    def destination(self) -> Calendar | None:
        """Where meetings are written."""
        return next((calendar for calendar in self.calendars if calendar.is_destination), None)

    @property
    def synced_at(self) -> datetime | None:
        """The oldest last success among the calendars that are checked."""
        times = [calendar.synced_at for calendar in self.checked]
        return min((at for at in times if at), default=None) if all(times) else None

    @property
    def trouble(self) -> str | None:
        """Why the rep may not be offered, as a code; None when all is well."""
        if self.rep.calendar_mode is CalendarMode.NONE:
            return None
        states = {calendar.state for calendar in self.checked}
        found = (
            ("needs_reconnect", any(c.state is ConnectionState.NEEDS_RECONNECT for c in self.connections)),
            ("not_connected", not self.connections),
            ("nothing_checked", not self.checked),
            ("gone", CalendarState.GONE in states),
            ("first_read", CalendarState.NEW in states),
            ("stale", any(map(_is_too_old, self.checked))),
            ("failing", CalendarState.FAILING in states),
        )
        return next((code for code, is_so in found if is_so), None)


def _is_too_old(calendar: Calendar) -> bool:
    connection = calendar.connection
    trusted = trust_ends(connection.provider, connection.state, calendar.state, calendar.synced_at)
    return trusted is None or trusted <= clock.now()


def list_rep_calendars(session: Session) -> list[RepCalendars]:
    """Every rep in use with their calendars, by name."""
    reps = session.scalars(select(Rep).where(Rep.archived_at.is_(None)).order_by(Rep.name)).all()
    rows = session.scalars(_live()).all()
    return [RepCalendars(rep, [row for row in rows if row.rep_id == rep.id]) for rep in reps]


def get_rep_calendars(session: Session, rep_id: int) -> RepCalendars:
    """One rep's calendars. Raises NoResultFound."""
    rep = session.get_one(Rep, rep_id)
    return RepCalendars(rep, session.scalars(_live().where(Connection.rep_id == rep_id)).all())


@dataclass(frozen=True, slots=True)
class CalendarPage:
    """One calendar with what happened to it. `channel` is the open one that lasts longest, or the last attempt."""

    calendar: Calendar
    rep: Rep
    readings: Sequence[CalendarReading]
    channel: PushChannel | None

    @property
    def trusted_until(self) -> datetime | None:
        """Until when times are offered from the last good reading; None when they are not."""
        calendar, connection = self.calendar, self.calendar.connection
        return trust_ends(connection.provider, connection.state, calendar.state, calendar.synced_at)


def find_calendar_page(session: Session, public_id: str) -> CalendarPage | None:
    """A calendar with its latest readings."""
    calendar = find_calendar(session, public_id)
    if calendar is None:
        return None
    channel = session.scalar(
        select(PushChannel)
        .where(PushChannel.calendar_id == calendar.id)
        .order_by((PushChannel.state == ChannelState.OPEN).desc(), PushChannel.expires_at.desc())
        .limit(1)
    )
    rep = session.get_one(Rep, calendar.rep_id)
    return CalendarPage(calendar, rep, list_readings(session, calendar.id), channel)


def list_busy(
    session: Session, rep_id: int, start: datetime, end: datetime
) -> list[tuple[datetime, datetime, str]]:
    """What closes a rep's time in their checked calendars and touches `[start, end)`: times, and the `BusyKind`."""
    rows = session.execute(
        select(BusyBlock.starts_at, BusyBlock.ends_at, BusyBlock.kind)
        .join(Calendar, Calendar.id == BusyBlock.calendar_id)
        .where(
            Calendar.rep_id == rep_id,
            Calendar.checks_conflicts,
            closes_time(),
            BusyBlock.starts_at < end,
            BusyBlock.ends_at > start,
            BusyBlock.booking.is_(None),
        )
        .order_by(BusyBlock.starts_at)
    )
    return [(starts, ends, kind) for starts, ends, kind in rows]


def _live() -> Select[Connection]:
    return (
        select(Connection)
        .where(Connection.state != ConnectionState.DISCONNECTED)
        .options(selectinload(Connection.calendars))
        .order_by(Connection.id)
    )
