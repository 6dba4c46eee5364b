"""Why a meeting cannot be, to the minute. The booking is decided here; the bits must agree."""

from collections.abc import Iterable
from enum import StrEnum

from calendars.hours import WorkingHours, work_spans
from calendars.limits import Period, caps_of, week_of, week_room
from calendars.reptime import RepTime
from calendars.rows import row_length
from calendars.shape import MeetingShape
from calendars.span import Span
from calendars.stretches import covers, merge, subtract
from calendars.zones import MINUTES_A_DAY, local_minute


class Closed(StrEnum):
    """Why a rep cannot start a meeting at some minute. The first that holds is named, in this order."""

    TOO_SOON = "too_soon"
    TOO_LATE = "too_late"
    OFF_GRID = "off_grid"
    OUTSIDE_HOURS = "outside_hours"
    HOLIDAY = "holiday"
    TIME_OFF = "time_off"
    UNKNOWN_AVAILABILITY = "unknown_availability"
    BUSY = "busy"
    AT_DAILY_CAP = "at_daily_cap"
    AT_WEEKLY_CAP = "at_weekly_cap"
    AT_MONTHLY_CAP = "at_monthly_cap"
    TOO_MANY_IN_A_ROW = "too_many_in_a_row"
    OVER_UTILIZATION = "over_utilization"


_PERIODS = tuple(Period)
_FULL = {
    Period.DAY: Closed.AT_DAILY_CAP,
    Period.WEEK: Closed.AT_WEEKLY_CAP,
    Period.MONTH: Closed.AT_MONTHLY_CAP,
}


def why_not(rep: RepTime, start: int, shape: MeetingShape, lo: int, hi: int) -> Closed | None:
    """None if `rep` can take a meeting of this shape at UTC minute `start`, or one more into a session that begins
    then, else the reason.

    `[lo, hi)` is the booking window: now plus the minimum notice (inclusive), to the horizon's end. A `Closed` is
    also its string, one of the stable refusal codes.
    """
    if start < lo:
        return Closed.TOO_SOON
    if start + shape.minutes > hi:
        return Closed.TOO_LATE
    if not shape.is_on_grid(start):
        return Closed.OFF_GRID
    meeting = Span(start, start + shape.minutes)
    rep = rep.joining(meeting)
    return _not_at_work(rep, meeting) or _not_free(rep, meeting, shape) or _full(rep, meeting)


def _not_at_work(rep: RepTime, meeting: Span) -> Closed | None:
    for hours in rep.open_hours:
        if not covers(work_spans(hours, meeting), meeting):
            return _hours_reason(rep.open_hours, meeting)
    return Closed.TIME_OFF if subtract((meeting,), rep.time_off) != (meeting,) else None


def _hours_reason(all_hours: Iterable[WorkingHours], meeting: Span) -> Closed:
    usually = all(covers(work_spans(each, meeting, with_holidays=False), meeting) for each in all_hours)
    return Closed.HOLIDAY if usually else Closed.OUTSIDE_HOURS


def _not_free(rep: RepTime, meeting: Span, shape: MeetingShape) -> Closed | None:
    wanted = Span(meeting.start - shape.before, meeting.end + shape.after)
    if not covers(merge(rep.known), wanted):
        return Closed.UNKNOWN_AVAILABILITY
    booked = (booking.widened(shape.before, shape.after) for booking in rep.bookings)
    return Closed.BUSY if subtract((wanted,), (*rep.busy, *booked)) != (wanted,) else None


def _full(rep: RepTime, meeting: Span) -> Closed | None:
    day = local_minute(rep.clock, meeting.start) // MINUTES_A_DAY
    length = meeting.end - meeting.start
    for cap in sorted(caps_of(rep), key=lambda cap: _PERIODS.index(cap.period)):
        if cap.forbids(day, length):
            return _FULL[cap.period]
    limits = rep.limits
    if limits.in_a_row is not None and row_length(rep.bookings, meeting, limits.pause) > limits.in_a_row:
        return Closed.TOO_MANY_IN_A_ROW
    room = week_room(rep, week_of(day))
    return Closed.OVER_UTILIZATION if room is not None and room < length else None
