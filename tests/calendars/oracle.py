"""Availability by counting minutes: slow, obvious, and sharing nothing with the code it judges.

It asks `zoneinfo` what the wall clock reads at every single minute and applies the definitions to that list.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from itertools import accumulate
from zoneinfo import ZoneInfo

from calendars.availability import Limits, OwnBooking, RepTime
from calendars.hours import WorkingHours
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
    mine = wall_clock(rep.clock, *region)
    grid = wall_clock(shape.timezone, *region)
    usual, busy, known = (
        working_minutes(rep.hours, rep, region),
        painted(rep.busy, region),
        painted(rep.known, region),
    )
    work = usual
    for place, hours in enumerate(rep.within):
        other = working_minutes(hours, rep, region)
        work = other if place == 0 else bytearray(a & b for a, b in zip(work, other, strict=True))
    room = room_by_week(rep, mine, usual, busy)
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


def working_minutes(hours: WorkingHours, rep: RepTime, region: Span) -> bytearray:
    """One byte a minute: working hours of every date that exists where the rep is, less time off."""
    home = wall_clock(hours.timezone, *region)
    work = bytearray(region.end - region.start)
    for number in range(min(home.days) - 1, max(home.days) + 2):
        day = EPOCH + timedelta(days=number)
        trips = [trip for trip in hours.travel if trip.first <= day <= trip.last]
        clock = wall_clock(trips[0].timezone, *region) if trips else home
        if day in hours.overrides:
            intervals = hours.overrides[day]
        else:
            intervals = () if day in hours.holidays else hours.weekly[day.weekday()]
        for start, end in intervals if number in clock.days else ():
            a, b = clock.first(number * 1440 + start), clock.first(number * 1440 + end)
            work[a:b] = b"\1" * (b - a)
    for span in rep.time_off:
        a, b = max(span.start, region.start), min(span.end, region.end)
        work[a - region.start : b - region.start] = bytes(max(b - a, 0))
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
    day = clock.readings[at] // 1440
    alike = tuple(b for b in rep.bookings if b.kind == rep.kind)
    for limits, bookings in ((rep.limits, rep.bookings), (rep.kind_limits, alike)):
        if not is_within(limits, [(day_shown(clock, b), b.span) for b in bookings], day, shape.minutes):
            return False
    if rep.limits.in_a_row is not None:
        start = clock.start + at
        if row_around(rep, Span(start, start + shape.minutes)) > rep.limits.in_a_row:
            return False
    return rep.limits.max_utilization is None or shape.minutes <= room(monday_of(day))


def day_shown(clock: WallClock, booking: OwnBooking) -> int:
    return clock.readings[booking.span.start - clock.start] // 1440


def is_within(limits: Limits, taken: list[tuple[int, Span]], day: int, length: int) -> bool:
    """Every count and every sum of minutes, with the new meeting, is at most what is allowed."""
    monday, month = monday_of(day), month_of(day)
    alike = (
        (limits.per_day, limits.minutes_per_day, lambda d: d == day),
        (limits.per_week, limits.minutes_per_week, lambda d: monday <= d < monday + 7),
        (limits.per_month, limits.minutes_per_month, lambda d: month_of(d) == month),
    )
    for most, most_minutes, is_in in alike:
        lengths = [span.end - span.start for on, span in taken if is_in(on)]
        if most is not None and len(lengths) + 1 > most:
            return False
        if most_minutes is not None and sum(lengths) + length > most_minutes:
            return False
    return True


def row_around(rep: RepTime, meeting: Span) -> int:
    """Grows a row from the meeting: whatever begins or ends within a pause of what the row covers joins it."""
    rest = [booking.span for booking in rep.bookings]
    start, end, row = meeting.start, meeting.end, 1
    while True:
        near = [s for s in rest if s.start - end < rep.limits.pause and start - s.end < rep.limits.pause]
        if not near:
            return row
        row += len(near)
        start, end = min(start, *(s.start for s in near)), max(end, *(s.end for s in near))
        rest = [s for s in rest if s not in near]


def month_of(day: int) -> tuple[int, int]:
    on = EPOCH + timedelta(days=day)
    return on.year, on.month


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
