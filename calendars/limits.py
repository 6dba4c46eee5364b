"""Caps and the utilization ceiling: which days and weeks of a rep are full.

Days and weeks are those of the rep's zone. A meeting belongs to the local date on which it starts.
"""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache

from calendars.frame import Frame
from calendars.hours import work_spans
from calendars.reptime import RepTime
from calendars.span import Span
from calendars.stretches import intersect, minutes, subtract
from calendars.zones import EPOCH_DAY, MINUTES_A_DAY, day_span, local_minute, offset_stretches

_DAYS_TO_FIRST_MONDAY = 4  # 1970-01-05


@dataclass(frozen=True, slots=True)
class Utilization:
    """Minutes of working time in a window: all of it, what the calendars take, what our meetings take.

    The three speak of working hours less time off only; `busy` leaves out what `booked` has, so that
    `busy + booked <= working`.
    """

    working: int
    busy: int
    booked: int

    @property
    def percent(self) -> float:
        """The share of the working time that is taken, 0 to 100; 100 where there is no working time."""
        return 100 * (self.busy + self.booked) / self.working if self.working else 100.0


def utilization(rep: RepTime, window: Span) -> Utilization:
    """How full a rep's working time is inside `window`."""
    working = subtract(work_spans(rep.hours, window), rep.time_off)
    booked = intersect(working, (booking.span for booking in rep.bookings))
    busy = subtract(intersect(working, rep.busy), booked)
    return Utilization(minutes(working), minutes(busy), minutes(booked))


@dataclass(frozen=True, slots=True)
class Tally:
    """A rep's meetings counted by local day and local week (numbers since 1970, weeks from Monday)."""

    rep: RepTime
    per_day: Counter[int]
    per_week: Counter[int]

    @classmethod
    def of(cls, rep: RepTime) -> "Tally":
        """Count a rep's bookings."""
        zone = rep.hours.timezone
        days = [local_minute(zone, booking.span.start) // MINUTES_A_DAY for booking in rep.bookings]
        return cls(rep, Counter(days), Counter(week_of(day) for day in days))

    def day_is_full(self, day: int) -> bool:
        """Whether the cap of that day is reached."""
        cap = self.rep.limits.per_day
        return cap is not None and self.per_day[day] >= cap

    def week_is_full(self, week: int) -> bool:
        """Whether the cap of that week is reached."""
        cap = self.rep.limits.per_week
        return cap is not None and self.per_week[week] >= cap

    def room(self, week: int) -> int | None:
        """How many more minutes the ceiling allows in that week; None without a ceiling."""
        ceiling = self.rep.limits.max_utilization
        if ceiling is None:
            return None
        taken = utilization(self.rep, week_span(self.rep.hours.timezone, week))
        return taken.working * ceiling // 100 - taken.busy - taken.booked


def week_of(day: int) -> int:
    """The number of the week that a day (since 1970-01-01) lies in."""
    return (day - _DAYS_TO_FIRST_MONDAY) // 7


def week_span(timezone: str, week: int) -> Span:
    """A local week, Monday to Monday, in UTC minutes."""
    monday = EPOCH_DAY + timedelta(days=week * 7 + _DAYS_TO_FIRST_MONDAY)
    return day_span(timezone, monday, monday + timedelta(days=7))


def full_starts(rep: RepTime, frame: Frame) -> int:
    """Bits of the starts that the caps forbid."""
    if rep.limits.per_day is None and rep.limits.per_week is None:
        return 0
    tally, full = Tally.of(rep), 0
    for day, starts in day_starts(rep.hours.timezone, frame):
        if tally.day_is_full(day) or tally.week_is_full(week_of(day)):
            full |= starts
    return full


def week_rooms(rep: RepTime, frame: Frame) -> tuple[tuple[int, int], ...]:
    """Under a ceiling: pairs of the minutes that a week has room for, and the bits of the starts in that week."""
    if rep.limits.max_utilization is None:
        return ()
    tally, weeks = Tally.of(rep), defaultdict[int, int](int)
    for day, starts in day_starts(rep.hours.timezone, frame):
        weeks[week_of(day)] |= starts
    return tuple((tally.room(week) or 0, starts) for week, starts in weeks.items())


@lru_cache(maxsize=4096)
def day_starts(timezone: str, frame: Frame) -> tuple[tuple[int, int], ...]:
    """Each local day (as a number since 1970) with the bits of the starts that fall on it.

    By the wall clock's date at each minute: where clocks go back over midnight, a date is two stretches.
    """
    days: dict[int, int] = {}
    for begin, end, offset in offset_stretches(timezone, frame.start, frame.end):
        for day in range((begin + offset) // MINUTES_A_DAY, (end - 1 + offset) // MINUTES_A_DAY + 1):
            midnight = day * MINUTES_A_DAY - offset
            part = Span(max(begin, midnight), min(end, midnight + MINUTES_A_DAY))
            days[day] = days.get(day, 0) | frame.starting_in(part)
    return tuple(days.items())
