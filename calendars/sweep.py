"""The same answer by plain intervals: a second, independent implementation that tests hold against the bits.

As fast as bits for one rep and a short window, and simple enough to be read as the definition.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, time, timedelta
from functools import cache

from calendars.hours import work_spans
from calendars.limits import caps_of, week_of, week_room
from calendars.reptime import RepTime
from calendars.rows import row_length
from calendars.shape import MeetingShape
from calendars.span import Span
from calendars.stretches import intersect, subtract
from calendars.zones import MINUTES_A_DAY, find_zone, local_day, local_minute, to_minutes


def sweep_starts(rep: RepTime, shape: MeetingShape, lo: int, hi: int) -> list[int]:
    """The UTC minutes in `[lo, hi)` at which `rep` can start a meeting of this shape, in order."""
    grid, is_full = grid_starts(shape, lo, hi), _fullness(rep, shape)
    return [
        start
        for span in _allowed(rep, shape, lo, hi)
        for start in grid[bisect_left(grid, span.start) : bisect_left(grid, span.end)]
        if not (is_full(local_minute(rep.clock, start) // MINUTES_A_DAY) or _is_crowded(rep, shape, start))
    ]


def grid_starts(shape: MeetingShape, lo: int, hi: int) -> list[int]:
    """Every minute in `[lo, hi)` that lies on the grid, found by walking wall clocks rather than the time line."""
    return sorted({minute for minute in _wall_starts(shape, lo, hi) if lo <= minute < hi})


def _allowed(rep: RepTime, shape: MeetingShape, lo: int, hi: int) -> tuple[Span, ...]:
    """Stretches of starts: each open stretch, shortened by what must fit behind and before the start."""
    before, behind = shape.before, shape.minutes + shape.after
    reach = Span(lo - before, hi + shape.after)
    work: tuple[Span, ...] = (Span(lo, hi),)
    for hours in rep.open_hours:
        work = intersect(work, work_spans(hours, Span(lo, hi)))
    work = subtract(work, rep.time_off)
    booked = (booking.widened(shape.before, shape.after) for booking in rep.bookings)
    free = subtract(intersect(rep.known, (reach,)), (*rep.busy, *booked))
    return intersect(
        (Span(span.start, span.end - shape.minutes + 1) for span in work),
        (Span(span.start + before, span.end - behind + 1) for span in free),
    )


def _wall_starts(shape: MeetingShape, lo: int, hi: int) -> Iterator[int]:
    zone, one_day = find_zone(shape.timezone), timedelta(days=1)
    day = local_day(shape.timezone, lo) - one_day
    last = local_day(shape.timezone, hi) + one_day
    while day <= last:
        midnight = datetime.combine(day, time(), zone)
        if _is_ordinary(midnight, midnight + one_day):
            first = _minute_at(midnight)
            yield from range(first + shape.offset, first + MINUTES_A_DAY, shape.step)
        else:
            yield from _starts_of_changing_day(shape, midnight)
        day += one_day


def _is_ordinary(midnight: datetime, next_midnight: datetime) -> bool:
    ends = (at.replace(fold=fold) for at in (midnight, next_midnight) for fold in (0, 1))
    return len({end.utcoffset() for end in ends}) == 1


def _starts_of_changing_day(shape: MeetingShape, midnight: datetime) -> Iterator[int]:
    for minute in range(shape.offset, MINUTES_A_DAY, shape.step):
        reading = midnight.replace(hour=minute // 60, minute=minute % 60)
        again = reading.replace(fold=1)
        for coming in (reading,) if reading.utcoffset() == again.utcoffset() else (reading, again):
            instant = _minute_at(coming)
            # A reading that the clocks skip comes back as another one.
            if local_minute(shape.timezone, instant) % MINUTES_A_DAY == minute:
                yield instant


def _minute_at(reading: datetime) -> int:
    """The minute that begins at the reading or within it: zones were once off by odd seconds."""
    return to_minutes(reading.astimezone(UTC) + timedelta(seconds=59))


def _is_crowded(rep: RepTime, shape: MeetingShape, start: int) -> bool:
    limits, meeting = rep.limits, Span(start, start + shape.minutes)
    return limits.in_a_row is not None and row_length(rep.bookings, meeting, limits.pause) > limits.in_a_row


def _fullness(rep: RepTime, shape: MeetingShape) -> Callable[[int], bool]:
    caps = caps_of(rep)

    @cache
    def is_full(day: int) -> bool:
        room = week_room(rep, week_of(day))
        over = room is not None and room < shape.minutes
        return over or any(cap.forbids(day, shape.minutes) for cap in caps)

    return is_full
