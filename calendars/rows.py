"""Meetings in a row: how many of ours follow one another without a real break.

Two meetings belong to one row when less than a pause lies between the end of one and the start of the next. The bits
look at the gaps between meetings, the check at the booking counts; both take it that the new meeting overlaps none.
"""

from collections.abc import Sequence
from itertools import pairwise

from calendars.reptime import OwnBooking
from calendars.span import Span
from calendars.stretches import ALWAYS


def row_length(bookings: Sequence[OwnBooking], meeting: Span, pause: int) -> int:
    """How many meetings would stand in one row with this one, itself included."""
    spans = sorted((*(booking.span for booking in bookings), meeting))
    row, reach = [spans[0]], spans[0].end
    for span in spans[1:]:
        if span.start - reach >= pause:
            if meeting in row:
                break
            row = []
        row.append(span)
        reach = max(reach, span.end)
    return len(row)


def crowded_starts(bookings: Sequence[OwnBooking], length: int, most: int, pause: int) -> list[Span]:
    """The starts at which a meeting of so many minutes would make a row of more than `most`."""
    if most < 1:
        return [ALWAYS]
    spans = sorted(booking.span for booking in bookings)
    reaches = _reaches(spans)
    behind, ahead = _rows(spans, reaches, pause)
    found = []
    for left in range(-1, len(spans)):
        first = reaches[left] if left >= 0 else ALWAYS.start
        last = spans[left + 1].start - length if left + 1 < len(spans) else ALWAYS.end
        after = behind[left] if left >= 0 else 0
        before = ahead[left + 1] if left + 1 < len(spans) else 0
        near_left, near_right = min(first + pause, last + 1), max(last - pause + 1, first)
        if after + 1 > most:
            found.append(Span(first, near_left))
        if before + 1 > most:
            found.append(Span(near_right, last + 1))
        if after + 1 + before > most:
            found.append(Span(near_right, near_left))
    return [span for span in found if span.start < span.end]


def _reaches(spans: Sequence[Span]) -> list[int]:
    """Up to where each meeting and those before it last."""
    reaches: list[int] = []
    for span in spans:
        reaches.append(max(span.end, reaches[-1] if reaches else span.end))
    return reaches


def _rows(spans: Sequence[Span], reaches: Sequence[int], pause: int) -> tuple[list[int], list[int]]:
    """How many stand in a row up to and with each meeting, and from each meeting on."""
    joined = [
        later.start - reach < pause for (_, later), reach in zip(pairwise(spans), reaches, strict=False)
    ]
    behind, ahead = [1] * len(spans), [1] * len(spans)
    for index, is_joined in enumerate(joined):
        if is_joined:
            behind[index + 1] = behind[index] + 1
    for index in range(len(joined) - 1, -1, -1):
        if joined[index]:
            ahead[index] = ahead[index + 1] + 1
    return behind, ahead
