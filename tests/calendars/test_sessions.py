"""Where a session of several prospects can be joined, it is offered although its rep is busy with it: bits, the check
at the booking and a plain count are one answer."""

import random
from dataclasses import replace

import pytest

from calendars.availability import OwnBooking, compile_rep, list_starts, start_bits, why_not
from calendars.frame import Frame
from calendars.sessions import joinable_starts
from calendars.span import Span
from calendars.sweep import grid_starts
from tests.calendars.cases import Case, random_case
from tests.calendars.oracle import oracle_starts

CASES, BATCH = 600, 100


def with_sessions(number: int) -> Case:
    """A random rep, some of whose meetings are sessions of the kind asked about, with seats left or full."""
    case, dice = random_case(number), random.Random(number)
    length = case.shape.minutes
    free = oracle_starts(case.rep, case.shape, case.lo, case.hi, case.region)
    grid = free if dice.random() < 0.7 else grid_starts(case.shape, case.lo, case.hi)
    bookings, end = [], -1
    for start in sorted(dice.sample(grid, min(len(grid), 6))):
        if start >= end:
            seats = dice.choice((0, 1, 5))
            bookings.append(OwnBooking(Span(start, start + length), 0, dice.choice((0, 10)), 0, seats))
            end = start + length
    others = [each for each in case.rep.bookings if not any(each.span.overlaps(b.span) for b in bookings)]
    return replace(case, rep=replace(case.rep, bookings=(*bookings, *others)))


def by_counting(case: Case) -> list[int]:
    """Every start of a new meeting, and every session with a seat that could begin if it were not there yet."""
    found = set(oracle_starts(case.rep, case.shape, case.lo, case.hi, case.region))
    for session in case.rep.bookings:
        if session.open_seats > 0:
            rest = tuple(each for each in case.rep.bookings if each is not session)
            without = oracle_starts(
                replace(case.rep, bookings=rest), case.shape, case.lo, case.hi, case.region
            )
            found |= {session.span.start} & set(without)
    return sorted(found)


@pytest.mark.parametrize("first", range(0, CASES, BATCH))
def test_a_start_is_offered_exactly_if_a_session_can_begin_or_be_joined(first: int) -> None:
    joined = 0
    for number in range(first, first + BATCH, 5):
        case = with_sessions(number)
        frame = Frame.for_shape(case.now, case.hi, case.shape)
        new = start_bits(compile_rep(case.rep, frame), case.shape, frame)
        join = joinable_starts(case.rep, case.shape, frame)
        offered = list_starts(new | join, frame, case.shape, case.lo, case.hi)
        assert offered == by_counting(case), f"case {number}"
        for start in grid_starts(case.shape, case.lo, case.hi)[:60]:
            reason = why_not(case.rep, start, case.shape, case.lo, case.hi)
            assert (reason is None) == (start in set(offered)), f"case {number}, start {start}: {reason}"
        joined += bool(join & ~new)
    assert joined > 0, "no case had anything to join"


def test_a_full_session_and_one_of_another_length_are_joined_by_nobody() -> None:
    case = random_case(7)
    frame = Frame.for_shape(case.now, case.hi, case.shape)
    start, length = case.lo, case.shape.minutes
    full = OwnBooking(Span(start, start + length))
    longer = OwnBooking(Span(start + 2 * length, start + 4 * length), open_seats=3)
    rep = replace(case.rep, bookings=(full, longer))
    assert joinable_starts(rep, case.shape, frame) == 0
