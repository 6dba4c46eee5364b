"""Several reps together, and the ruler they share."""

import pytest

from calendars.availability import (
    all_of,
    any_of,
    compile_rep,
    free_reps,
    k_of,
    list_starts,
    start_bits,
)
from calendars.bits import erode
from calendars.frame import Frame
from tests.calendars.builders import at, rep, schedule, shape

LO, HI = at("2026-11-23 00:00"), at("2026-11-24 00:00")
HOUR = shape(60, step=60)
FRAME = Frame.for_shape(LO, HI, HOUR)
BITS = {
    "remy": start_bits(compile_rep(rep(schedule("09:00-12:00")), FRAME), HOUR, FRAME),
    "rosa": start_bits(compile_rep(rep(schedule("10:00-13:00")), FRAME), HOUR, FRAME),
    "ravi": start_bits(compile_rep(rep(schedule("11:00-14:00")), FRAME), HOUR, FRAME),
}


def hours(bits: int) -> list[int]:
    return [(start - LO) // 60 for start in list_starts(bits, FRAME, HOUR, LO, HI)]


def test_a_pool_offers_where_any_all_or_some_can() -> None:
    assert hours(any_of(BITS.values())) == [9, 10, 11, 12, 13]
    assert hours(all_of(BITS.values())) == [11]
    assert hours(k_of(BITS.values(), 1)) == [9, 10, 11, 12, 13]
    assert hours(k_of(BITS.values(), 2)) == [10, 11, 12]
    assert hours(k_of(BITS.values(), 3)) == [11]
    assert hours(k_of(BITS.values(), 4)) == []
    assert hours(all_of([any_of([BITS["remy"], BITS["rosa"]]), BITS["ravi"]])) == [11, 12]


def test_a_pool_without_reps_offers_nothing() -> None:
    assert any_of([]) == all_of([]) == k_of([], 1) == 0
    with pytest.raises(ValueError):
        k_of([], 0)


def test_who_is_free_at_a_start_is_named_in_order() -> None:
    assert free_reps(BITS, at("2026-11-23 10:00"), FRAME) == ["remy", "rosa"]
    assert free_reps(BITS, at("2026-11-23 10:30"), FRAME) == []  # not on the grid
    assert free_reps(BITS, at("2026-11-23 10:00") + 1, FRAME) == []  # not even on a cell
    assert free_reps(BITS, FRAME.end, FRAME) == free_reps(BITS, FRAME.start - 60, FRAME) == []


def test_eroding_finds_where_a_run_may_begin() -> None:
    bits = int("1110111101", 2)
    for length in range(1, 6):
        runs = [i for i in range(10) if all(bits >> i + n & 1 for n in range(length))]
        assert erode(bits, length) == sum(1 << i for i in runs)


def test_a_frame_lasts_for_its_week() -> None:
    """Whatever the moment of the week, the same ruler: what is cached in it stays good."""
    monday, until = at("2026-11-23 00:00", "UTC"), at("2026-12-09 00:00", "UTC")
    frames = {Frame.for_shape(monday + m, until + m // 4, HOUR) for m in range(0, 7 * 1440, 97)}
    assert len(frames) == 1
    assert Frame.for_shape(monday - 1, until, HOUR) not in frames
    frame = frames.pop()
    assert frame.covers(monday, until + 1440, shape(60, 1440, 1440))


@pytest.mark.parametrize(
    ("what", "cell"),
    [
        (shape(30, 0, 10, 15), 5),
        (shape(30, step=15, offset=7), 5),
        (shape(31), 1),
        (shape(30, before=3), 1),
        (shape(30, step=12), 1),
        (shape(30, zone="Asia/Kathmandu"), 5),
    ],
)
def test_cells_are_as_coarse_as_stays_exact(what: object, cell: int) -> None:
    frame = Frame.for_shape(LO, HI, what)  # type: ignore[arg-type]
    assert frame.cell == cell
    assert frame.suits(what)  # type: ignore[arg-type]


def test_bits_of_another_ruler_are_refused_not_misread() -> None:
    other = Frame.for_shape(LO + 7 * 1440, HI + 7 * 1440, HOUR)
    with pytest.raises(ValueError, match="another frame"):
        start_bits(compile_rep(rep(), FRAME), HOUR, other)
    with pytest.raises(ValueError, match="coarse"):
        start_bits(compile_rep(rep(), FRAME), shape(31), FRAME)
    with pytest.raises(ValueError, match="beyond"):
        list_starts(0, FRAME, HOUR, LO, FRAME.end + 1)
