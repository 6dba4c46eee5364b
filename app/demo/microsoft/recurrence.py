"""Turns an event or a series into the occurrences that touch a window, exceptions included."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Literal

from dateutil import rrule

from app.demo.microsoft.times import to_utc
from app.demo.microsoft.world import Event

_DAYS = {
    "monday": rrule.MO, "tuesday": rrule.TU, "wednesday": rrule.WE, "thursday": rrule.TH,
    "friday": rrule.FR, "saturday": rrule.SA, "sunday": rrule.SU,
}  # fmt: skip
_INDEXES = {"first": 1, "second": 2, "third": 3, "fourth": 4, "last": -1}
_FREQUENCIES: dict[str, Literal[0, 1, 2, 3]] = {
    "daily": rrule.DAILY,
    "weekly": rrule.WEEKLY,
    "absoluteMonthly": rrule.MONTHLY,
    "relativeMonthly": rrule.MONTHLY,
    "absoluteYearly": rrule.YEARLY,
    "relativeYearly": rrule.YEARLY,
}
_ROOM = timedelta(days=2)  # an occurrence may have been moved, and zones are up to 26 hours apart


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One stretch of an event. `key` is the original local date within a series, empty for a single event;
    `event` has the exception's values already in it."""

    event: Event
    key: str
    start: datetime
    end: datetime
    is_exception: bool = False

    @property
    def id(self) -> str:
        """The occurrence's own id."""
        return f"{self.event.id}.{self.key.replace('-', '')}" if self.key else self.event.id


def occurrence_of(event: Event, home: str, key: str = "") -> Occurrence:
    """The event as one stretch; whole days lie in the mailbox's zone `home`."""
    zone = home if event.is_all_day else event.zone
    first, last = datetime.fromisoformat(event.start), datetime.fromisoformat(event.end)
    start = to_utc(first, zone)
    # exact duration for timed events: in the hour a clock skips, the end must not fall before the start
    end = to_utc(last, zone) if event.is_all_day else max(start, to_utc(last, zone))
    return Occurrence(event, key, start, end)


def expand(event: Event, home: str, window: tuple[datetime, datetime]) -> list[Occurrence]:
    """Every occurrence that overlaps the window, as calendarView lists them."""
    found = _instances(event, home, window) if event.recurrence else [occurrence_of(event, home)]
    return [o for o in found if _touches(o, window)]


def find_occurrence(event: Event, home: str, key: str) -> Occurrence | None:
    """The occurrence whose original date is `key` (YYYYMMDD), unless it was deleted."""
    day = datetime.strptime(key, "%Y%m%d").replace(tzinfo=UTC)
    around = (day - timedelta(days=370), day + timedelta(days=370))
    return next((o for o in _instances(event, home, around) if o.key.replace("-", "") == key), None)


def _touches(occurrence: Occurrence, window: tuple[datetime, datetime]) -> bool:
    if occurrence.start == occurrence.end:
        return window[0] <= occurrence.start < window[1]
    return occurrence.start < window[1] and occurrence.end > window[0]


def _instances(event: Event, home: str, window: tuple[datetime, datetime]) -> Iterator[Occurrence]:
    start = datetime.fromisoformat(event.start)
    lasts = datetime.fromisoformat(event.end) - start
    changed = [key for key, change in event.exceptions.items() if change]
    for day in sorted({*_dates(event, window, lasts), *map(date.fromisoformat, changed)}):
        key = day.isoformat()
        if key in event.exceptions and event.exceptions[key] is None:
            continue
        begin = datetime.combine(day, start.time())
        plain = replace(event, start=begin.isoformat(), end=(begin + lasts).isoformat())
        change = event.exceptions.get(key) or {}
        found = occurrence_of(replace(plain, **change), home, key)
        yield replace(found, is_exception=bool(change))


def _dates(event: Event, window: tuple[datetime, datetime], lasts: timedelta) -> Iterator[date]:
    first = window[0].replace(tzinfo=None) - lasts - _ROOM
    for moment in _rule(event).xafter(first, inc=True):
        if moment > window[1].replace(tzinfo=None) + _ROOM:
            return
        yield moment.date()


def _rule(event: Event) -> rrule.rrule:
    assert event.recurrence is not None
    pattern, span = event.recurrence["pattern"], event.recurrence["range"]
    begins = datetime.fromisoformat(event.start)
    options: dict[str, Any] = {"dtstart": begins, "interval": pattern.get("interval", 1)}
    if span["type"] == "endDate":
        options["until"] = datetime.combine(date.fromisoformat(span["endDate"]), time.max)
    elif span["type"] == "numbered":
        options["count"] = span["numberOfOccurrences"]
    return rrule.rrule(_FREQUENCIES[pattern["type"]], **options, **_selection(pattern))


def _selection(pattern: dict[str, Any]) -> dict[str, Any]:
    kind = pattern["type"]
    weekdays = [_DAYS[name] for name in pattern.get("daysOfWeek", [])]
    chosen: dict[str, Any] = {}
    if kind == "weekly":
        chosen["byweekday"] = weekdays
        chosen["wkst"] = _DAYS[pattern.get("firstDayOfWeek", "sunday")]
    if kind.startswith("relative"):
        chosen["byweekday"] = weekdays
        chosen["bysetpos"] = _INDEXES[pattern.get("index", "first")]
    if kind.startswith("absolute"):
        chosen["bymonthday"] = pattern["dayOfMonth"]
    if kind.endswith("Yearly"):
        chosen["bymonth"] = pattern["month"]
    return chosen
