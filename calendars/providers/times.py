"""From what calendar services say about time to our minutes, never losing a minute that is busy."""

from datetime import date, datetime

from calendars.providers.base import AllDay
from calendars.span import Span
from calendars.zones import EPOCH_DAY, MINUTES_A_DAY, UnknownZoneError, day_span, to_instant, to_minutes

# Local midnights lie between those of UTC+14 and UTC-12.
_EARLIEST, _LATEST = -14 * 60, 12 * 60


def parse_instant(text: str) -> datetime:
    """An RFC 3339 timestamp as an aware datetime. Raises ValueError when it has no offset."""
    instant = datetime.fromisoformat(text)
    if instant.tzinfo is None:
        raise ValueError(f"no offset in {text!r}")
    return instant


def outward(start: datetime, end: datetime) -> Span:
    """The whole minutes that `[start, end)` touches; both are aware. A stretch of no length stays one."""
    last = to_minutes(end)
    return Span(to_minutes(start), last if to_instant(last) == end else last + 1)


def rfc3339(minute: int) -> str:
    """A UTC minute as services want it, offset included."""
    return to_instant(minute).isoformat()


def whole_days(days: AllDay, timezone: str | None) -> Span:
    """All-day dates as minutes, from local midnight to local midnight: a day may last 23 or 25 hours.

    Where the zone is not known: every minute that is part of those dates anywhere on Earth.
    """
    try:
        return day_span(timezone or "", days.first, days.until)
    except UnknownZoneError:
        return Span(_utc_midnight(days.first) + _EARLIEST, _utc_midnight(days.until) + _LATEST)


def _utc_midnight(on: date) -> int:
    return (on - EPOCH_DAY).days * MINUTES_A_DAY
