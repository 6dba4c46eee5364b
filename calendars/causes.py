"""What closes a rep's time, cause by cause: a partition of all possible starts, so that counts add up exactly."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, NamedTuple

from calendars.availability import compile_rep, start_bits
from calendars.frame import Frame
from calendars.hours import WorkingHours
from calendars.reptime import NO_LIMITS, Limits, OwnBooking, RepTime
from calendars.shape import MeetingShape
from calendars.span import Span
from calendars.stretches import ALWAYS


class InCalendar(NamedTuple):
    """The entries of one kind (a `BusyKind`) in the calendar of a name."""

    calendar: str
    kind: str


Cause = tuple[str, InCalendar | None]
BUSY = "busy"
OUR_MEETING = "our_meeting"
BUFFER = "buffer"
_LIMITS: Mapping[str, tuple[str, ...]] = {
    "at_daily_cap": ("per_day", "minutes_per_day"),
    "at_weekly_cap": ("per_week", "minutes_per_week"),
    "at_monthly_cap": ("per_month", "minutes_per_month"),
    "too_many_in_a_row": ("in_a_row",),
    "over_utilization": ("max_utilization",),
}


def all_starts(shape: MeetingShape, frame: Frame, within: Span) -> int:
    """The starts that the grid allows inside a window, as bits of the frame, whoever's time it is."""
    everything = (1 << frame.cells) - 1
    empty = compile_rep(_always(shape), frame)
    return start_bits(replace(empty, work=everything, free=everything), shape, frame) & frame.starting_in(
        within
    )


def partition(
    rep: RepTime,
    shape: MeetingShape,
    frame: Frame,
    window: tuple[int, int],
    starts: int,
    calendars: Mapping[InCalendar, Sequence[Span]],
) -> dict[Cause, int]:
    """Every one of `starts` under the first cause that closes it, or under `("open", None)`.

    Keys are a code of `Closed`, or `our_meeting` or `buffer` (only a buffer is in the way), with the calendar and kind
    for `busy`. `window` is `[lo, hi)`; `calendars` are the busy spans by both, whose union is `rep.busy`. The rep's own
    time comes first, then notice and booking window, so that nights are never said to be too soon.
    """
    found: dict[Cause, int] = {}
    left = starts
    for cause, passing in _sieves(rep, shape, frame, window, calendars):
        closed = left & ~passing
        if closed:
            found[cause] = found.get(cause, 0) | closed
        left &= passing
    found["open", None] = left
    return found


def _sieves(
    rep: RepTime,
    shape: MeetingShape,
    frame: Frame,
    window: tuple[int, int],
    calendars: Mapping[InCalendar, Sequence[Span]],
) -> Iterator[tuple[Cause, int]]:
    """Causes in order, each with the starts that it lets through."""
    bare = replace(shape, before=0, after=0)
    usual = replace(rep, limits=NO_LIMITS, kind_limits=NO_LIMITS)
    free = replace(usual, time_off=(), known=(ALWAYS,), busy=(), bookings=())
    workdays = tuple(replace(hours, holidays=frozenset()) for hours in rep.open_hours)

    def passing(time: RepTime, of: MeetingShape = bare) -> int:
        return start_bits(compile_rep(time, frame), of, frame)

    yield ("outside_hours", None), passing(replace(free, within=workdays))
    yield ("holiday", None), passing(free)
    yield ("time_off", None), passing(replace(free, time_off=rep.time_off))
    yield ("too_soon", None), frame.starting_in(Span(window[0], frame.end))
    yield ("too_late", None), frame.starting_in(Span(frame.start, window[1] - shape.minutes + 1))
    yield ("unknown_availability", None), passing(replace(free, known=rep.known), shape)
    for place, spans in calendars.items():
        yield (BUSY, place), passing(replace(free, busy=tuple(spans)))
    yield (BUSY, None), passing(replace(free, busy=rep.busy))
    yield (
        (OUR_MEETING, None),
        passing(replace(free, bookings=tuple(OwnBooking(booking.span) for booking in rep.bookings))),
    )
    yield (BUFFER, None), passing(usual, shape)
    for code, limits in _limits_in_turn(rep.limits):
        kind_limits = replace(rep.kind_limits, **_without_later(code))
        yield (code, None), passing(replace(rep, limits=limits, kind_limits=kind_limits), shape)


def _limits_in_turn(limits: Limits) -> Iterator[tuple[str, Limits]]:
    """One more of the limits each time, in the order in which they are named."""
    for code in _LIMITS:
        yield code, replace(limits, **_without_later(code))


def _without_later(code: str) -> dict[str, Any]:
    """What lifts the limits that are named after one."""
    codes = list(_LIMITS)
    return {name: None for later in codes[codes.index(code) + 1 :] for name in _LIMITS[later]}


def _always(shape: MeetingShape) -> RepTime:
    return RepTime(WorkingHours(shape.timezone, ((),) * 7), known=(ALWAYS,))
