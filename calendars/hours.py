"""When a rep works: weekly hours, exceptions by date, holidays, all on one zone's wall clock.

A day's hours are intervals `(start, end)` in minutes of that day, half-open. `end` may pass 1440: the interval
crosses midnight and belongs to the day on which it starts, so that neither an exception nor a holiday on the next
day cuts it. A date that a zone skipped (Pacific/Apia, 2011-12-30) has no hours at all.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from calendars.span import Span
from calendars.stretches import merge
from calendars.zones import MINUTES_A_DAY, find_zone, first_instant, local_day

DayHours = tuple[tuple[int, int], ...]
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WRITTEN = re.compile(r"([0-9]{1,2}):([0-5][0-9])\s*[-–]\s*([0-9]{1,2}):([0-5][0-9])", re.ASCII)
_ONE_DAY = timedelta(days=1)


class InvalidHoursError(ValueError):
    """Hours that cannot be, with words for the person who wrote them."""


@dataclass(frozen=True, slots=True)
class Trip:
    """Dates, both included, on which a day and its hours are meant on another zone's wall clock."""

    first: date
    last: date
    timezone: str

    def __post_init__(self) -> None:
        find_zone(self.timezone)
        if self.last < self.first:
            raise InvalidHoursError("a trip ends before it starts")


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """A schedule. `weekly` has seven entries, Monday first; an override replaces that date's hours (an empty one
    is a day off) and wins over a holiday, which otherwise empties its date. `travel`: dates whose hours are meant
    on another clock than that of `timezone`; where trips overlap, the first one counts."""

    timezone: str
    weekly: tuple[DayHours, ...]
    overrides: Mapping[date, DayHours] = field(default_factory=dict)
    holidays: frozenset[date] = frozenset()
    travel: tuple[Trip, ...] = ()

    def __post_init__(self) -> None:
        find_zone(self.timezone)
        if len(self.weekly) != len(WEEKDAYS):
            raise InvalidHoursError("a week has seven days")
        for day_hours in (*self.weekly, *self.overrides.values()):
            _check(day_hours)

    def __hash__(self) -> int:
        return hash(
            (self.timezone, self.weekly, self.holidays, self.travel, frozenset(self.overrides.items()))
        )

    def on(self, day: date, *, with_holidays: bool = True) -> DayHours:
        """The hours that start on a date. `with_holidays=False` pretends that no holiday was declared."""
        if day in self.overrides:
            return self.overrides[day]
        if with_holidays and day in self.holidays:
            return ()
        return self.weekly[day.weekday()]


def zone_on(day: date, home: str, travel: Iterable[Trip]) -> str:
    """The zone on whose clock a date is meant: a trip's, or the one at home."""
    return next((trip.timezone for trip in travel if trip.first <= day <= trip.last), home)


def parse_hours(text: str) -> tuple[int, int]:
    """`"09:00-17:00"` as minutes of the day.

    An end that is not after its start is on the next day (`"22:00-06:00"` is (1320, 1800)); ends up to `48:00` may
    also be written out. Raises `InvalidHoursError`.
    """
    match = _WRITTEN.fullmatch(text.strip())
    if match is None:
        raise InvalidHoursError(f'write hours as "09:00-17:00", not {text[:40]!r}')
    from_hour, from_minute, to_hour, to_minute = (int(part) for part in match.groups())
    start, end = from_hour * 60 + from_minute, to_hour * 60 + to_minute
    if start == end:
        raise InvalidHoursError(f'{text.strip()!r} is empty; write a whole day as "00:00-24:00"')
    hours = (start, end if end > start else end + MINUTES_A_DAY)
    _check((hours,))
    return hours


def write_hours(hours: tuple[int, int]) -> str:
    """The opposite of `parse_hours`."""
    start, end = hours
    if end > MINUTES_A_DAY and end - MINUTES_A_DAY < start:
        end -= MINUTES_A_DAY
    return f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"


def parse_week(days: Mapping[str, Iterable[str]]) -> tuple[DayHours, ...]:
    """`{"mon": ["09:00-12:00", "13:00-17:00"], ...}` as `WorkingHours.weekly`; days left out are days off."""
    if unknown := set(days) - set(WEEKDAYS):
        raise InvalidHoursError(f"unknown weekday {min(unknown)!r}; use {', '.join(WEEKDAYS)}")
    return tuple(tuple(parse_hours(text) for text in days.get(day, ())) for day in WEEKDAYS)


def work_spans(hours: WorkingHours, window: Span, *, with_holidays: bool = True) -> tuple[Span, ...]:
    """The working time inside `window`, in UTC minutes, merged."""
    # Two days back: an interval may start there and reach in across two midnights.
    day = local_day(hours.timezone, window.start) - 2 * _ONE_DAY
    # And one ahead: clocks that go back over midnight show yesterday's date while today's hours run.
    last = local_day(hours.timezone, window.end) + _ONE_DAY
    if hours.travel:
        # Elsewhere on earth it is up to 26 hours earlier or later.
        day, last = day - 2 * _ONE_DAY, last + 2 * _ONE_DAY
    found: list[Span] = []
    while day <= last:
        found.extend(_spans_of(hours, day, with_holidays=with_holidays))
        day += _ONE_DAY
    return merge(Span(max(a, window.start), min(b, window.end)) for a, b in found)


def _spans_of(hours: WorkingHours, day: date, *, with_holidays: bool) -> Iterable[Span]:
    zone, day_hours = zone_on(day, hours.timezone, hours.travel), hours.on(day, with_holidays=with_holidays)
    if not day_hours or first_instant(zone, day, 0) == first_instant(zone, day, MINUTES_A_DAY):
        return
    for start, end in day_hours:
        yield Span(first_instant(zone, day, start), first_instant(zone, day, end))


def _check(day_hours: DayHours) -> None:
    for start, end in day_hours:
        if not (0 <= start < MINUTES_A_DAY and start < end <= 2 * MINUTES_A_DAY):
            raise InvalidHoursError(f"hours from minute {start} to minute {end} of a day cannot be")
