"""The history of readings of calendars, and having many read soon."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from app.models import Calendar, CalendarReading, CalendarState, Connection, Provider, ReadingCause

KEEP = timedelta(days=14)
SHOWN = 50


def add_reading(
    session: Session,
    calendar_id: int,
    cause: ReadingCause,
    began: datetime,
    ended: datetime,
    *,
    was_full: bool = False,
    changed: int = 0,
    error: str | None = None,
) -> None:
    """Note a reading that brought `changed` events, or that failed."""
    session.add(
        CalendarReading(
            calendar_id=calendar_id,
            at=began,
            cause=cause,
            was_full=was_full,
            changed=changed,
            took_ms=int((ended - began).total_seconds() * 1000),
            error=error,
        )
    )


def list_readings(session: Session, calendar_id: int) -> Sequence[CalendarReading]:
    """The latest readings of a calendar, the newest first."""
    return session.scalars(
        select(CalendarReading)
        .where(CalendarReading.calendar_id == calendar_id)
        .order_by(CalendarReading.at.desc(), CalendarReading.id.desc())
        .limit(SHOWN)
    ).all()


def drop_old_readings(session: Session, now: datetime) -> None:
    """Forget what is older than two weeks."""
    session.execute(delete(CalendarReading).where(CalendarReading.at < now - KEEP))


def read_soon(session: Session, provider: Provider, now: datetime) -> None:
    """Let every calendar of a service that could not be read be due: the service answers again."""
    of_service = select(Connection.id).where(Connection.provider == provider)
    session.execute(
        update(Calendar)
        .where(Calendar.connection_id.in_(of_service), Calendar.state == CalendarState.FAILING)
        .values(next_sync_at=now)
    )
