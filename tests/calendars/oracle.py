"""Availability by counting minutes: slow, obvious, and sharing nothing with the code it judges.

It asks `zoneinfo` what the wall clock reads at every single minute and applies the definitions to that list.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

from calendars.availability import RepTime
from calendars.shape import MeetingShape
from calendars.span import Span

EPOCH = date(1970, 1, 1)
Room = Callable[[int], float]


def reading(wall: datetime) -> int:
    """Hands and date of a clock as minutes since it showed 1970-01-01 00:00."""
    return (wall.toordinal() - EPOCH.toordinal()) * 1440 + wall.hour * 60 + wall.minute


def readings_of_hour(zone: ZoneInfo, hour: int) -> Iterable[int]:
    """Sixty readings; minutes are asked one by one unless the hour is seen to be an ordinary one."""
    first, last = (reading(datetime.fromtimestamp(m * 60, zone)) for m in (hour, hour + 60))
    if last - first == 60:
        return range(first, last)
    return [reading(datetime.fromtimestamp(m * 60, zone)) for m in range(hour, hour + 60)]


class WallClock:
    """The readings of one zone's wall clock, minute by minute, over a stretch of time."""

    def __init__(self, timezone: str, start: int, end: int) -> None:
        zone = ZoneInfo(timezone)
        self.start, self.end = start, end
        self.readings = [r for hour in range(start, end, 60) for r in readings_of_hour(zone, hour)]
        self.days = {shown // 1440 for shown in self.readings}
        # The first reading of `wanted` or later is the first place where the highest so far is.
        self._highest = list(accumulate(self.readings, max))

    def first(self, wanted: int) -> int:
        """Position of the first minute that reads `wanted` or later."""
        return bisect_left(self._highest, wanted)


@lru_cache(maxsize=256)
def wall_clock(timezone: str, start: int, end: int) -> WallClock:
    return WallClock(timezone, start, end)


def oracle_starts(rep: RepTime, shape: MeetingShape, lo: int, hi: int, region: Span) -> list[int]:
    """All bookable starts in `[lo, hi)`. `region` holds that window and ten days on either side."""
    mine = wall_clock(rep.hours.timezone, *region)
    grid = wall_clock(shape.timezone, *region)
    work, busy, known = working_minutes(rep, mine), painted(rep.busy, region), painted(rep.known, region)
    room = room_by_week(rep, mine, work, busy)
    found = []
    minutes = range(lo, hi - shape.minutes + 1)
    shown = grid.readings[lo - region.start : hi - region.start]
    for start in [
        minute for minute, r in zip(minutes, shown, strict=False) if r % shape.step == shape.offset
    ]:
        at = start - region.start
        wide = slice(at - shape.before, at + shape.minutes + shape.after)
        if 0 in work[at : at + shape.minutes] or 1 in busy[wide] or 0 in known[wide]:
            continue
        if is_beside_bookings(rep, shape, start) and is_within_limits(rep, shape, mine, at, room):
            found.append(start)
    return found


def working_minutes(rep: RepTime, clock: WallClock) -> bytearray:
    """One byte a minute: working hours of every date that exists, less time off."""
    hours, work = rep.hours, bytearray(clock.end - clock.start)
    for number in range(min(clock.days), max(clock.days) + 1):
        day = EPOCH + timedelta(days=number)
        if day in hours.overrides:
            intervals = hours.overrides[day]
        else:
            intervals = () if day in hours.holidays else hours.weekly[day.weekday()]
        for start, end in intervals if number in clock.days else ():
            a, b = clock.first(number * 1440 + start), clock.first(number * 1440 + end)
            work[a:b] = b"\1" * (b - a)
    for span in rep.time_off:
        a, b = max(span.start, clock.start), min(span.end, clock.end)
        work[a - clock.start : b - clock.start] = bytes(max(b - a, 0))
    return work


def painted(spans: Iterable[Span], region: Span) -> bytearray:
    bytes_ = bytearray(region.end - region.start)
    for span in spans:
        a, b = max(span.start, region.start), min(span.end, region.end)
        if a < b:
            bytes_[a - region.start : b - region.start] = b"\1" * (b - a)
    return bytes_


def is_beside_bookings(rep: RepTime, shape: MeetingShape, start: int) -> bool:
    """Between two meetings of ours lies at least the larger of the buffers that face each other."""
    end = start + shape.minutes
    return all(
        start - booking.span.end >= max(shape.before, booking.after)
        or booking.span.start - end >= max(shape.after, booking.before)
        for booking in rep.bookings
    )


def is_within_limits(rep: RepTime, shape: MeetingShape, clock: WallClock, at: int, room: Room) -> bool:
    limits, day = rep.limits, clock.readings[at] // 1440
    monday = monday_of(day)
    dates = [clock.readings[b.span.start - clock.start] // 1440 for b in rep.bookings]
    if limits.per_day is not None and dates.count(day) >= limits.per_day:
        return False
    if limits.per_week is not None and sum(monday <= d < monday + 7 for d in dates) >= limits.per_week:
        return False
    return limits.max_utilization is None or shape.minutes <= room(monday)


def room_by_week(rep: RepTime, clock: WallClock, work: bytearray, busy: bytearray) -> Room:
    """How many minutes of each week may still be taken, counted once a week."""
    booked = painted((b.span for b in rep.bookings), Span(clock.start, clock.end))

    @cache
    def room(monday: int) -> float:
        week = slice(clock.first(monday * 1440), clock.first((monday + 7) * 1440))
        taken = ones(work[week]) & (ones(busy[week]) | ones(booked[week]))
        ceiling = rep.limits.max_utilization or 0
        return ceiling * ones(work[week]).bit_count() / 100 - taken.bit_count()

    return room


def ones(minutes: bytearray) -> int:
    return int.from_bytes(minutes, "little")


def monday_of(day: int) -> int:
    return day - (EPOCH + timedelta(days=day)).weekday()
