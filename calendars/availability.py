"""When reps can meet: bit arithmetic over a `Frame`.

Three steps, each worth caching by what it depends on: `compile_rep` (the rep's rows and the frame), `start_bits` (that
and the meeting's shape), then for every request only an OR over a pool and `list_starts`. The bits are advice for
showing times; `why_not` decides at the booking, to the minute, and the two never differ.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import compress

from calendars.bits import all_of, any_of, erode, k_of
from calendars.frame import Frame
from calendars.hours import WorkingHours, work_spans
from calendars.limits import Utilization, full_starts, minute_rooms, utilization
from calendars.reasons import Closed, why_not
from calendars.reptime import NO_LIMITS, Limits, OwnBooking, RepTime
from calendars.rows import crowded_starts
from calendars.shape import MeetingShape
from calendars.span import Span
from calendars.stretches import ALWAYS
from calendars.zones import MINUTES_A_DAY, offset_stretches

__all__ = [
    "ALWAYS",
    "NO_LIMITS",
    "Closed",
    "Limits",
    "OwnBooking",
    "RepBits",
    "RepTime",
    "Utilization",
    "all_of",
    "any_of",
    "compile_rep",
    "free_reps",
    "has_start",
    "k_of",
    "list_starts",
    "start_bits",
    "utilization",
    "why_not",
]

_ZERO_ONE = bytes.maketrans(b"01", b"\0\1")


@dataclass(frozen=True, slots=True)
class RepBits:
    """A rep's time in one frame, for any meeting shape that the frame suits.

    `work` and `free` are cells (`free`: vouched for and not busy; a zero means closed), `full` the starts that limits
    forbid, `rooms` what `minute_rooms` says, `bookings` ours (their buffers depend on the neighbor's, and rows of them
    on the meeting's length).
    """

    frame: Frame
    work: int
    free: int
    full: int
    rooms: tuple[tuple[int, int], ...]
    bookings: tuple[OwnBooking, ...]
    limits: Limits = NO_LIMITS


def compile_rep(rep: RepTime, frame: Frame) -> RepBits:
    """Turn a rep's rows into bits. Keep the result for as long as neither the rows nor the frame change."""
    work = all_of(_work_cells(hours, frame) for hours in rep.open_hours)
    if rep.time_off:
        work &= ~frame.touched(rep.time_off)
    free = 0
    for span in rep.known:
        free |= frame.inside(span)
    free &= ~frame.touched(rep.busy)
    reach = Span(frame.start - MINUTES_A_DAY, frame.end + MINUTES_A_DAY)
    near = rep.bookings
    if rep.limits.in_a_row is None:
        near = tuple(booking for booking in near if booking.span.overlaps(reach))
    return RepBits(frame, work, free, full_starts(rep, frame), minute_rooms(rep, frame), near, rep.limits)


def start_bits(bits: RepBits, shape: MeetingShape, frame: Frame) -> int:
    """The cells in which a meeting of this shape may start, the booking window left open.

    Raises `ValueError` when the frame is another one than the bits were made for, or does not suit the shape.
    """
    if bits.frame is not frame and bits.frame != frame:
        raise ValueError("these bits were compiled for another frame")
    starts = _grid_cells(shape, frame) & ~bits.full
    free = bits.free
    if bits.bookings:
        free &= ~frame.touched([booking.widened(shape.before, shape.after) for booking in bits.bookings])
    for room, inside in bits.rooms:
        if room < shape.minutes:
            starts &= ~inside
    if bits.limits.in_a_row is not None:
        most, pause = bits.limits.in_a_row, bits.limits.pause
        for span in crowded_starts(bits.bookings, shape.minutes, most, pause):
            starts &= ~frame.starting_in(span)
    length, before, after = (size // frame.cell for size in (shape.minutes, shape.before, shape.after))
    return starts & erode(bits.work, length) & erode(free, before + length + after) << before


def list_starts(starts: int, frame: Frame, shape: MeetingShape, lo: int, hi: int) -> list[int]:
    """The UTC minutes at which a meeting can start inside the booking window `[lo, hi)`, in order.

    `starts` are bits of `start_bits`, of one rep or combined. Raises `ValueError` when the frame does not reach as
    far as the window: outside it nothing is known.
    """
    if lo + shape.minutes > hi:
        return []
    if not frame.covers(lo, hi, shape):
        raise ValueError("the booking window reaches beyond the frame")
    found: list[int] = []
    for begin, end, offset in offset_stretches(shape.timezone, frame.start, frame.end):
        first = max(begin, lo)
        first += (shape.offset - first - offset) % shape.step
        until = min(end, hi - shape.minutes + 1)
        if first < until:
            found.extend(
                compress(range(first, until, shape.step), _flags(starts, frame, first, until, shape))
            )
    return found


def has_start(starts: int, frame: Frame, shape: MeetingShape, lo: int, hi: int) -> bool:
    """Whether `list_starts` would find anything inside the booking window."""
    first = -((frame.start - max(lo, frame.start)) // frame.cell)
    cells = (hi - shape.minutes - frame.start) // frame.cell + 1 - first
    return cells > 0 and bool(starts >> first & ((1 << cells) - 1))


def free_reps(starts: Mapping[str, int], start: int, frame: Frame) -> list[str]:
    """The reps, in the mapping's order, whose bits allow a meeting at UTC minute `start`."""
    at = frame.position(start)
    return [] if at is None else [rep for rep, bits in starts.items() if bits >> at & 1]


def _flags(starts: int, frame: Frame, first: int, until: int, shape: MeetingShape) -> bytes:
    # One slice of the written number both turns it around and keeps one digit for each slot.
    at = (first - frame.start) // frame.cell
    cells = -((first - until) // frame.cell)
    digits = bin(starts >> at & ((1 << cells) - 1))[: 1 : -(shape.step // frame.cell)]
    return digits.encode().translate(_ZERO_ONE)


@lru_cache(maxsize=4096)
def _work_cells(hours: WorkingHours, frame: Frame) -> int:
    """Shared by all reps with one schedule."""
    work = 0
    for span in work_spans(hours, Span(frame.start, frame.end)):
        work |= frame.inside(span)
    return work


@lru_cache(maxsize=1024)
def _grid_cells(shape: MeetingShape, frame: Frame) -> int:
    """The cells that lie on the shape's grid, by the wall clock of its zone."""
    if not frame.suits(shape):
        raise ValueError("the cells of this frame are too coarse for this shape")
    every = shape.step // frame.cell
    grid = 0
    for begin, end, offset in offset_stretches(shape.timezone, frame.start, frame.end):
        first = begin + (shape.offset - begin - offset) % shape.step
        count = -((first - end) // shape.step)
        if count > 0:
            grid |= ((1 << every * count) - 1) // ((1 << every) - 1) << (first - frame.start) // frame.cell
    return grid
