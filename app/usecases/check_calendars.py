"""Have every calendar read that is due."""

from app import clock
from app.db import Session, transaction
from app.queue import BACKGROUND, NORMAL, defer
from app.store.calendars import list_due_calendars


def defer_due_calendars() -> int:
    """Defer one reading for each calendar that is due; returns how many were added. One waits at a time."""
    with transaction() as session:
        due = list_due_calendars(session, clock.now())
        return sum(defer_sync(session, calendar, BACKGROUND) for calendar in due)


def defer_sync(session: Session, calendar: str, priority: int = NORMAL) -> bool:
    """Have one calendar read after this transaction; one reading runs and one more may wait."""
    key = f"sync:{calendar}"
    return defer(session, "sync_calendar", once=key, lock=key, priority=priority, calendar=calendar)
