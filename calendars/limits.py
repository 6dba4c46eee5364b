"""Limits by number and by minutes, and the utilization ceiling: which days, weeks and months of a rep are full.

They are those of the rep's zone. A meeting belongs, whole, to the local date on which it starts.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from functools import lru_cache

from calendars.frame import Frame
from calendars.hours import work_spans
from calendars.reptime import Limits, OwnBooking, RepTime
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


class Period(StrEnum):
    """Stretches of local dates that limits count in."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    def number(self, day: int) -> int:
        """The number of the period that a day (since 1970-01-01) lies in."""
        if self is Period.DAY:
            return day
        return week_of(day) if self is Period.WEEK else month_of(day)


@dataclass(frozen=True, slots=True)
class Cap:
    """A limit on a period: how many meetings, or minutes of them, and what is taken already, by period number."""

    period: Period
    most: int
    in_minutes: bool
    taken: Counter[int]

    def room(self, number: int) -> int:
        """How many more meetings, or minutes, a period may take."""
        return self.most - self.taken[number]

    def forbids(self, day: int, length: int) -> bool:
        """Whether a meeting of so many minutes that starts on a local day (since 1970-01-01) is too much."""
        return (length if self.in_minutes else 1) > self.room(self.period.number(day))


def caps_of(rep: RepTime) -> tuple[Cap, ...]:
    """A rep's limits on days, weeks and months: on all their meetings, and on those of the kind asked about."""
    alike = [booking for booking in rep.bookings if booking.kind == rep.kind]
    return (*_caps(rep.limits, rep.bookings, rep.clock), *_caps(rep.kind_limits, alike, rep.clock))


def _caps(limits: Limits, bookings: Iterable[OwnBooking], clock: str) -> Iterator[Cap]:
    wanted = (
        (Period.DAY, limits.per_day, limits.minutes_per_day),
        (Period.WEEK, limits.per_week, limits.minutes_per_week),
        (Period.MONTH, limits.per_month, limits.minutes_per_month),
    )
    if all(most is None for _, *both in wanted for most in both):
        return
    days = [(local_minute(clock, b.span.start) // MINUTES_A_DAY, b.span.end - b.span.start) for b in bookings]
    for period, *both in wanted:
        for in_minutes, most in zip((False, True), both, strict=True):
            if most is None:
                continue
            taken: Counter[int] = Counter()
            for day, length in days:
                taken[period.number(day)] += length if in_minutes else 1
            yield Cap(period, most, in_minutes, taken)


def week_room(rep: RepTime, week: int) -> int | None:
    """How many more minutes the ceiling allows in a week; None without a ceiling."""
    ceiling = rep.limits.max_utilization
    if ceiling is None:
        return None
    taken = utilization(rep, week_span(rep.clock, week))
    return taken.working * ceiling // 100 - taken.busy - taken.booked


def month_of(day: int) -> int:
    """The number of the month that a day (since 1970-01-01) lies in."""
    on = EPOCH_DAY + timedelta(days=day)
    return on.year * 12 + on.month


def week_of(day: int) -> int:
    """The number of the week that a day (since 1970-01-01) lies in."""
    return (day - _DAYS_TO_FIRST_MONDAY) // 7


def week_span(timezone: str, week: int) -> Span:
    """A local week, Monday to Monday, in UTC minutes."""
    monday = EPOCH_DAY + timedelta(days=week * 7 + _DAYS_TO_FIRST_MONDAY)
    return day_span(timezone, monday, monday + timedelta(days=7))


def full_starts(rep: RepTime, frame: Frame) -> int:
    """Bits of the starts that limits by number forbid, however short the meeting."""
    full = 0
    for cap in caps_of(rep):
        if not cap.in_minutes:
            for number, starts in _by_period(rep.clock, cap.period, frame).items():
                if cap.room(number) < 1:
                    full |= starts
    return full


def minute_rooms(rep: RepTime, frame: Frame) -> tuple[tuple[int, int], ...]:
    """Under limits by minutes, the ceiling among them: pairs of the minutes that a period has room for, and the bits
    of the starts in it."""
    rooms: list[tuple[int, int]] = []
    for cap in caps_of(rep):
        if cap.in_minutes:
            periods = _by_period(rep.clock, cap.period, frame)
            rooms.extend((cap.room(number), starts) for number, starts in periods.items())
    if rep.limits.max_utilization is not None:
        weeks = _by_period(rep.clock, Period.WEEK, frame)
        rooms.extend((week_room(rep, week) or 0, starts) for week, starts in weeks.items())
    return tuple(rooms)


@lru_cache(maxsize=4096)
def _by_period(timezone: str, period: Period, frame: Frame) -> dict[int, int]:
    """Each local period by its number, with the bits of the starts that fall into it; not to be changed."""
    found: dict[int, int] = {}
    for day, starts in day_starts(timezone, frame):
        number = period.number(day)
        found[number] = found.get(number, 0) | starts
    return found


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
