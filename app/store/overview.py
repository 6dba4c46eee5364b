"""What the command line lists: pools with a history, calendars with their health."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Calendar, Connection, Pool, Rep


class CalendarHealth(NamedTuple):
    """One calendar: whose it is, where, and how fresh its mirror is."""

    rep: str
    provider: str
    name: str
    connection_state: str
    state: str
    checks_conflicts: bool
    synced_at: datetime | None
    error: str | None


def list_pool_keys(session: Session) -> list[tuple[int, str]]:
    """Every pool's key and name, archived ones too: their history still counts."""
    return [(key, name) for key, name in session.execute(select(Pool.id, Pool.name).order_by(Pool.name))]


def list_calendar_health(session: Session) -> list[CalendarHealth]:
    """Every calendar of every rep, by rep."""
    rows = session.execute(
        select(Calendar, Connection, Rep.email)
        .join(Connection, Connection.id == Calendar.connection_id)
        .join(Rep, Rep.id == Calendar.rep_id)
        .order_by(Rep.email, Connection.provider, Calendar.name)
    )
    return [
        CalendarHealth(
            email,
            connection.provider.value,
            calendar.name,
            connection.state.value,
            calendar.state.value,
            calendar.checks_conflicts,
            calendar.synced_at,
            calendar.error or connection.error,
        )
        for calendar, connection, email in rows
    ]
