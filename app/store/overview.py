"""What the command line lists: pools with a history, calendars with their health."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Calendar, ChannelState, Connection, Pool, PushChannel, Rep
from app.store.availability import trust_ends


class CalendarHealth(NamedTuple):
    """One calendar: whose it is, where, how fresh its mirror is, and until when that is trusted (None: not at all)."""

    calendar: str
    rep: str
    provider: str
    name: str
    connection_state: str
    state: str
    checks_conflicts: bool
    is_destination: bool
    synced_at: datetime | None
    trusted_until: datetime | None
    next_reading_at: datetime | None
    failures: int
    push: str | None
    push_until: datetime | None
    error: str | None


def list_pool_keys(session: Session) -> list[tuple[int, str]]:
    """Every pool's key and name, archived ones too: their history still counts."""
    return [(key, name) for key, name in session.execute(select(Pool.id, Pool.name).order_by(Pool.name))]


def list_calendar_health(session: Session) -> list[CalendarHealth]:
    """Every calendar of every rep that is connected, by rep."""
    channels = _latest_channels(session)
    rows = session.execute(
        select(Calendar, Connection, Rep.email)
        .join(Connection, Connection.id == Calendar.connection_id)
        .join(Rep, Rep.id == Calendar.rep_id)
        .order_by(Rep.email, Connection.provider, Calendar.name)
    )
    return [
        _health(calendar, connection, email, channels.get(calendar.id))
        for calendar, connection, email in rows
    ]


def _latest_channels(session: Session) -> dict[int, PushChannel]:
    """The channel of each calendar that lasts longest, or the last attempt."""
    rows = session.scalars(
        select(PushChannel).order_by((PushChannel.state == ChannelState.OPEN), PushChannel.expires_at)
    )
    return {row.calendar_id: row for row in rows}


def _health(
    calendar: Calendar, connection: Connection, rep: str, channel: PushChannel | None
) -> CalendarHealth:
    trusted = trust_ends(connection.provider, connection.state, calendar.state, calendar.synced_at)
    return CalendarHealth(
        calendar=calendar.public_id,
        rep=rep,
        provider=connection.provider.value,
        name=calendar.name,
        connection_state=connection.state.value,
        state=calendar.state.value,
        checks_conflicts=calendar.checks_conflicts,
        is_destination=calendar.is_destination,
        synced_at=calendar.synced_at,
        trusted_until=trusted if calendar.checks_conflicts else None,
        next_reading_at=calendar.next_sync_at if calendar.checks_conflicts else None,
        failures=calendar.failures,
        push=channel.state.value if channel else None,
        push_until=channel.expires_at if channel and channel.state is ChannelState.OPEN else None,
        error=calendar.error or connection.error,
    )
