"""When an occurrence begins and ends, on the time line.

The expanding library moves starts and ends as wall-clock readings, which on a day of change makes an hour two, or
less than nothing. Here the start is taken from it and the end is the start plus the event's own length.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Event

from calendars.ics_text import NOMINAL_DAYS, find_moment, get_moment
from calendars.remote import AllDay
from calendars.span import Span
from calendars.zones import to_minutes

_NOTHING = timedelta(0)
_ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Length:
    """How long an event is: days on the wall clock, then an exact time. `reading` is what its own two readings
    differ by, `is_swapped` that it ends before it starts."""

    days: int
    exact: timedelta
    reading: timedelta
    is_swapped: bool = False


def length_of(event: Event, zone: ZoneInfo) -> Length:
    """The length of a timed event (RFC 5545, 3.6.1 and 3.8.5.3): exact from DTEND, nominal days from DURATION."""
    start = get_moment(event, "DTSTART")
    if "DTEND" in event:
        return _between(start, get_moment(event, "DTEND"), zone)
    if "DURATION" not in event:
        return Length(0, _NOTHING, _NOTHING)
    written: Any = event["DURATION"]
    duration: timedelta = written.dt
    days = int(written.params.get(NOMINAL_DAYS, 0))
    return Length(days, duration - days * _ONE_DAY, duration)


def span_between(start: date, end: date, zone: ZoneInfo) -> Span:
    """From one instant to another, in minutes, rounded outward; `zone` is for readings without one."""
    return Span(to_minutes(_instant(start, zone)), to_minutes(_instant(end, zone) + timedelta(seconds=59)))


def occurrence_span(start: date, end: date, length: Length, zone: ZoneInfo) -> Span:
    """The minutes of a timed occurrence, rounded outward. `start` and `end` are as expanded, `zone` is for readings
    without one."""
    begins = _instant(start, zone)
    reading = _reading(end, zone) - _reading(start, zone)
    if reading in (length.reading, -length.reading):
        local = _aware(start, zone) + length.days * _ONE_DAY
        finishes = local.astimezone(UTC) + length.exact if length.days else begins + length.exact
    else:
        # A period among its RDATEs, or an override that moves later instances: it has a length of its own.
        finishes = max(_instant(end, zone), begins + reading)
    return span_between(begins, finishes, zone)


def all_day(event: Event) -> AllDay:
    """Whole days; without an end, or with one that is not after the start, it is one day."""
    start, until = get_moment(event, "DTSTART"), find_moment(event, "DTEND")
    if until is None and "DURATION" in event:
        duration: Any = event["DURATION"]
        until = start + duration.dt
    if isinstance(until, datetime):
        until = until.date()
    return AllDay(start, until if until is not None and until > start else start + _ONE_DAY)


def _between(start: date, end: date, zone: ZoneInfo) -> Length:
    reading = _reading(end, zone) - _reading(start, zone)
    exact = _instant(end, zone) - _instant(start, zone)
    if reading < _NOTHING and exact < _NOTHING:
        return Length(0, -exact, -reading, is_swapped=True)
    if not (_is_plain(start, zone) and _is_plain(end, zone)):
        exact = reading
    return Length(0, exact, reading)


def _is_plain(value: date, zone: ZoneInfo) -> bool:
    """Whether a reading exists, and once."""
    reading = _aware(value, zone)
    return reading.replace(fold=0).utcoffset() == reading.replace(fold=1).utcoffset()


def _aware(value: date, zone: ZoneInfo) -> datetime:
    if not isinstance(value, datetime):
        value = datetime(value.year, value.month, value.day)  # noqa: DTZ001 - gets its zone below
    return value if value.tzinfo is not None else value.replace(tzinfo=zone)


def _instant(value: date, zone: ZoneInfo) -> datetime:
    return _aware(value, zone).astimezone(UTC)


def _reading(value: date, zone: ZoneInfo) -> datetime:
    return _aware(value, zone).replace(tzinfo=None)
