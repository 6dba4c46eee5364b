"""What every calendar service can do for us.

A provider is bound to one connected account. It is synchronous, keeps no state between calls, and never
turns "I could not find out" into "free": it raises `CalendarError`, or names the calendar as unknown.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from calendars.busy_table import usually_closes_time
from calendars.remote import (
    AllDay,
    BusyItem,
    BusyKind,
    CalendarError,
    Changes,
    EventDraft,
    Guest,
    LiveCheck,
    RemoteCalendar,
    Reply,
    WrittenEvent,
)
from calendars.span import Span

__all__ = [
    "AllDay",
    "BusyItem",
    "BusyKind",
    "CalendarError",
    "CalendarProvider",
    "Changes",
    "ClosesTime",
    "EventDraft",
    "Guest",
    "LiveCheck",
    "RemoteCalendar",
    "Reply",
    "WrittenEvent",
    "usually_closes_time",
]


ClosesTime = Callable[[str, BusyKind], bool]
"""Whether entries of a kind close time in the calendar with an id."""


class CalendarProvider(Protocol):
    """One connected account at a calendar service. Every method may raise `CalendarError`."""

    kind: str
    can_write: bool

    def list_calendars(self) -> tuple[RemoteCalendar, ...]:
        """All calendars the account can see."""

    def read_changes(self, calendar_id: str, token: str | None, window: Span) -> Changes:
        """Busy items in `window`, or the changes since `token`. An expired token falls back to a full read."""

    def check_busy(
        self, calendar_ids: Sequence[str], window: Span, closes: ClosesTime = usually_closes_time
    ) -> LiveCheck:
        """Ask the service itself, now. `closes` decides what counts, as it does for what was offered."""

    def put_event(self, calendar_id: str, draft: EventDraft) -> WrittenEvent:
        """Create the event, or bring the existing one with this key to the draft. Idempotent."""

    def get_event(self, calendar_id: str, key: str) -> WrittenEvent | None:
        """The live event with this key, or None when it is gone or cancelled."""

    def cancel_event(self, calendar_id: str, key: str) -> None:
        """Remove the event and tell its guests. Already gone is success."""
