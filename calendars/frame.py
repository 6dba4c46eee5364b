"""The ruler that turns stretches of time into bits.

Bit `i` stands for the cell `[start + i * cell, start + (i + 1) * cell)`. With cells that divide the meeting, its
buffers, the slot interval and the offsets of its zone, cells answer exactly what minutes would, for any busy row and
any working hours: the meeting is then a union of whole cells, a busy row meets such a union exactly if its outward
rounding does, and working time holds it exactly if its inward rounding does.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from calendars.shape import MeetingShape
from calendars.span import Span
from calendars.zones import MINUTES_A_DAY, offset_stretches

WEEK = 7 * MINUTES_A_DAY
COARSE = 5
_FIRST_MONDAY = 4 * MINUTES_A_DAY  # 1970-01-05


@dataclass(frozen=True, slots=True)
class Frame:
    """`cells` cells of `cell` minutes from UTC minute `start`."""

    start: int
    cells: int
    cell: int

    @classmethod
    def for_shape(cls, now: int, until: int, shape: MeetingShape) -> "Frame":
        """A frame for meetings from `now` to `until` (the horizon's end), with a day to spare on both sides.

        It hangs on weeks, not on `now`: from Monday 00:00 UTC of this week, less a day, to a Monday at least a day
        after `until`. All requests whose two ends fall into the same weeks share one frame, and what is cached in it.
        """
        start = _monday(now) - MINUTES_A_DAY
        end = _monday(until + MINUTES_A_DAY - 1) + WEEK
        cell = _cell(shape, Span(start, end))
        # An offset such as :07 moves the ruler rather than making every cell a minute.
        start -= (start - shape.offset) % cell
        return cls(start, -((start - end) // cell), cell)

    @property
    def end(self) -> int:
        """The first minute after the last cell."""
        return self.start + self.cells * self.cell

    def suits(self, shape: MeetingShape) -> bool:
        """Whether cells answer exactly for this shape."""
        window = Span(self.start, self.end)
        return self.cell == 1 or (
            _cell(shape, window) % self.cell == 0 and (self.start - shape.offset) % self.cell == 0
        )

    def covers(self, lo: int, hi: int, shape: MeetingShape) -> bool:
        """Whether meetings inside `[lo, hi)`, buffers included, lie inside the frame."""
        return self.start <= lo - shape.before and hi + shape.after <= self.end

    def inside(self, span: Span) -> int:
        """Bits of the cells that lie wholly in the span: how working time is rounded."""
        return self._bits(-((self.start - span.start) // self.cell), (span.end - self.start) // self.cell)

    def touched(self, spans: Iterable[tuple[int, int]]) -> int:
        """Bits of the cells that any of the spans touches: how busy time is rounded. Empty spans touch none."""
        origin, cells, cell, bits = self.start, self.cells, self.cell, 0
        for start, end in spans:
            if start < end:
                first, until = (start - origin) // cell, -((origin - end) // cell)
                first, until = max(first, 0), min(until, cells)
                if first < until:
                    bits |= ((1 << until - first) - 1) << first
        return bits

    def starting_in(self, span: Span) -> int:
        """Bits of the cells whose first minute lies in the span: how sets of possible starts are written."""
        return self._bits(-((self.start - span.start) // self.cell), -((self.start - span.end) // self.cell))

    def position(self, minute: int) -> int | None:
        """The bit of the cell that starts at this minute; None between cells and outside the frame."""
        index, rest = divmod(minute - self.start, self.cell)
        return None if rest or not 0 <= index < self.cells else index

    def _bits(self, first: int, until: int) -> int:
        first, until = max(first, 0), min(until, self.cells)
        return ((1 << (until - first)) - 1) << first if until > first else 0


def _monday(minute: int) -> int:
    return minute - (minute - _FIRST_MONDAY) % WEEK


def _cell(shape: MeetingShape, window: Span) -> int:
    sizes = (shape.minutes, shape.before, shape.after, shape.step)
    if any(size % COARSE for size in sizes):
        return 1
    # Every zone of today is off UTC by a multiple of 15 minutes; some of the past were not.
    return 1 if any(s.offset % COARSE for s in offset_stretches(shape.timezone, *window)) else COARSE
