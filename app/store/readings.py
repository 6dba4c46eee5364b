"""The history of readings of calendars."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.models import CalendarReading, ReadingCause

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
