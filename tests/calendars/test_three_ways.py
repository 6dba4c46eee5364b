"""Bits, intervals and counted minutes are one answer."""

import random

import pytest

from calendars.availability import compile_rep, list_starts, start_bits, why_not
from calendars.frame import Frame
from calendars.sweep import grid_starts, sweep_starts
from tests.calendars.cases import Case, random_case
from tests.calendars.oracle import oracle_starts

CASES, BATCH = 2100, 100


def by_bits(case: Case, cell: int | None = None) -> list[int]:
    frame = Frame.for_shape(case.now, case.hi, case.shape)
    if cell is not None:
        frame = Frame(frame.start, frame.cells * frame.cell // cell, cell)
    bits = start_bits(compile_rep(case.rep, frame), case.shape, frame)
    return list_starts(bits, frame, case.shape, case.lo, case.hi)


@pytest.mark.parametrize("first", range(0, CASES, BATCH))
def test_bits_intervals_and_counted_minutes_never_differ(first: int) -> None:
    for number in range(first, first + BATCH):
        case = random_case(number)
        truth = oracle_starts(case.rep, case.shape, case.lo, case.hi, case.region)
        assert sweep_starts(case.rep, case.shape, case.lo, case.hi) == truth, f"sweep, case {number}"
        assert by_bits(case) == truth, f"bits, case {number}"


@pytest.mark.parametrize("first", range(0, CASES, 5 * BATCH))
def test_the_check_at_booking_never_differs_from_the_offer(first: int) -> None:
    for number in range(first, first + BATCH):
        case = random_case(number)
        offered = set(by_bits(case))
        for start in tried(case, offered, number):
            reason = why_not(case.rep, start, case.shape, case.lo, case.hi)
            assert (reason is None) == (start in offered), f"case {number}, start {start}: {reason}"


def tried(case: Case, offered: set[int], number: int) -> list[int]:
    """Some that are offered, some that are on the grid, some that are neither, and both ends of the window."""
    dice = random.Random(number)
    grid = grid_starts(case.shape, case.lo, case.hi) or [case.lo]
    anywhere = [dice.randrange(case.lo - 100, max(case.hi, case.lo) + 100) for _ in range(10)]
    return [*sorted(offered)[:5], *dice.choices(grid, k=15), *anywhere, case.lo, case.hi - case.shape.minutes]


@pytest.mark.parametrize("first", range(0, CASES, 5 * BATCH))
def test_five_minute_cells_say_what_one_minute_cells_say(first: int) -> None:
    compared = 0
    for number in range(first, first + BATCH):
        case = random_case(number)
        if Frame.for_shape(case.now, case.hi, case.shape).cell == 5:
            assert by_bits(case) == by_bits(case, cell=1), f"case {number}"
            compared += 1
    assert compared > BATCH // 4


def test_the_cases_are_worth_something() -> None:
    """Most cases offer something, many are empty-handed for some reason, and both cell sizes occur."""
    cases = [random_case(number) for number in range(300)]
    offers = [len(by_bits(case)) for case in cases]
    cells = [Frame.for_shape(case.now, case.hi, case.shape).cell for case in cases]
    assert sum(offer > 0 for offer in offers) > 100
    assert sum(offer == 0 for offer in offers) > 20
    assert min(cells.count(1), cells.count(5)) > 60
