"""Have every calendar read that is due."""

from app import clock
from app.db import Session, transaction
from app.errors import NotFound
from app.models import ReadingCause
from app.queue import BACKGROUND, NORMAL, URGENT, defer
from app.store.calendars import find_calendar, list_due_calendars


def defer_due_calendars() -> int:
    """Defer one reading for each calendar that is due; returns how many were added. One waits at a time."""
    with transaction() as session:
        due = list_due_calendars(session, clock.now())
        return sum(defer_sync(session, calendar, ReadingCause.DUE, BACKGROUND) for calendar in due)


def read_now(calendar_id: str, rep_id: int | None = None) -> None:
    """Have a calendar read as soon as a worker is free; `rep_id` allows only that rep's own. Raises NotFound."""
    with transaction() as session:
        calendar = find_calendar(session, calendar_id)
        if calendar is None or (rep_id is not None and calendar.rep_id != rep_id):
            raise NotFound("There is no such calendar.")
        defer_sync(session, calendar_id, ReadingCause.ASKED, URGENT)


def defer_sync(session: Session, calendar: str, cause: ReadingCause, priority: int = NORMAL) -> bool:
    """Have one calendar read after this transaction; one reading runs and one more may wait."""
    key = f"sync:{calendar}"
    return defer(
        session,
        "sync_calendar",
        once=key,
        lock=key,
        priority=priority,
        calendar=calendar,
        cause=cause.value,
    )
