"""What one rep can be offered: grid, buffers, calendars, the window."""

import pytest

from calendars.availability import OwnBooking, why_not
from calendars.shape import MeetingShape
from calendars.span import Span
from tests.calendars.builders import BERLIN, at, offered, rep, schedule, shape, span, starts

DAY = "2026-11-23"
SHORT = rep(schedule("09:00-11:00"))


def test_the_last_start_leaves_room_for_the_meeting() -> None:
    assert offered(SHORT, shape(45), DAY) == ["09:00", "09:30", "10:00"]
    assert offered(SHORT, shape(121), DAY) == []


def test_the_grid_is_wall_clock_minutes_of_the_meeting_types_zone() -> None:
    assert offered(SHORT, shape(30, step=45), DAY) == ["09:00", "09:45", "10:30"]
    assert offered(SHORT, shape(30, step=30, offset=7), DAY) == ["09:07", "09:37", "10:07"]
    assert offered(SHORT, shape(30, step=60, zone="Asia/Kathmandu"), DAY) == ["09:15", "10:15"]


def test_the_grid_neither_drifts_nor_moves_over_a_clock_change() -> None:
    """90 minutes do not divide a day of 25 hours; the grid is read off the clock all the same."""
    night = rep(schedule("00:00-24:00"))
    grid = [f"{m // 60:02}:{m % 60:02}" for m in range(0, 1440, 90)]
    before, changed, after = (offered(night, shape(30, step=90), f"2026-10-{n}") for n in (24, 25, 26))
    assert before == after == grid
    assert changed == grid
    assert offered(night, shape(30, step=60), "2026-10-25").count("02:00") == 2


@pytest.mark.parametrize(("before", "after"), [(0, 0), (10, 0), (0, 10), (15, 25), (7, 3)])
def test_nothing_busy_may_touch_a_buffer(before: int, after: int) -> None:
    who = rep(busy=(span(DAY, "11:00-12:00"),))
    what = shape(30, before, after, step=1)
    found = starts(who, what, at(f"{DAY} 09:00"), at(f"{DAY} 17:00"))
    assert at(f"{DAY} 11:00") - 30 - after in found
    assert at(f"{DAY} 11:00") - 30 - after + 1 not in found
    assert at(f"{DAY} 12:00") + before in found
    assert at(f"{DAY} 12:00") + before - 1 not in found


def test_buffers_may_stick_out_of_the_hours_and_of_the_window() -> None:
    assert offered(SHORT, shape(120, before=600, after=600, step=5), DAY) == ["09:00"]
    lo, hi = at(f"{DAY} 09:00"), at(f"{DAY} 09:30")
    assert starts(SHORT, shape(30, 20, 20), lo, hi) == [lo]
    for beyond in (Span(lo - 1, lo), Span(hi, hi + 1)):
        assert starts(rep(busy=(beyond,)), shape(30, 20, 20), lo, hi) == []


@pytest.mark.parametrize(
    ("own", "candidate", "gap"),
    [((0, 10), (0, 10), 10), ((0, 10), (30, 0), 30), ((0, 40), (30, 0), 40), ((0, 0), (0, 15), 0)],
)
def test_between_two_meetings_of_ours_lies_the_larger_buffer(
    own: tuple[int, int], candidate: tuple[int, int], gap: int
) -> None:
    first = OwnBooking(span(DAY, "09:00-10:00"), *own)
    what = shape(30, *candidate, step=5)
    found = starts(rep(bookings=(first,)), what, at(f"{DAY} 09:00"), at(f"{DAY} 17:00"))
    assert found[0] == at(f"{DAY} 10:00") + gap


def test_an_empty_row_blocks_nothing() -> None:
    assert offered(rep(SHORT.hours, busy=(Span(at(f"{DAY} 09:15"), at(f"{DAY} 09:15")),)), shape(), DAY) == [
        "09:00", "09:30", "10:00", "10:30",
    ]  # fmt: skip


def test_time_off_of_no_length_closes_nothing() -> None:
    moment = Span(at(f"{DAY} 09:15"), at(f"{DAY} 09:15"))
    assert offered(rep(SHORT.hours, time_off=(moment,)), shape(), DAY)[0] == "09:00"


def test_rows_may_nest_overlap_and_come_in_any_order() -> None:
    rows = (span(DAY, "10:00-10:30"), span(DAY, "09:30-10:00"), span(DAY, "09:40-10:10"), Span(0, 1))
    assert offered(rep(SHORT.hours, busy=rows), shape(), DAY) == ["09:00", "10:30"]
    assert offered(rep(SHORT.hours, busy=(Span(at("2026-11-20 12:00"), at("2026-11-24 09:30")),)), shape(), DAY, 2) == [
        "24 09:30", "24 10:00", "24 10:30",
    ]  # fmt: skip


def test_what_nobody_vouches_for_is_closed_buffers_included() -> None:
    known = (span(DAY, "08:50-10:00"), span(DAY, "10:00-10:10"))
    assert offered(rep(SHORT.hours, known=known), shape(30, before=10, after=10), DAY) == ["09:00", "09:30"]
    assert offered(rep(SHORT.hours, known=()), shape(), DAY) == []


def test_time_off_closes_the_meeting_but_not_its_buffer() -> None:
    off = rep(SHORT.hours, time_off=(span(DAY, "10:00-11:00"),))
    assert offered(off, shape(30, after=15), DAY) == ["09:00", "09:30"]


def test_the_notice_is_inclusive_and_the_end_is_not_passed() -> None:
    lo, hi = at(f"{DAY} 09:30"), at(f"{DAY} 10:30")
    assert starts(SHORT, shape(), lo, hi) == [lo, lo + 30]
    assert starts(SHORT, shape(), lo + 1, hi - 1) == []
    assert starts(SHORT, shape(), hi, lo) == []  # notice longer than the window


@pytest.mark.parametrize(
    ("start", "code"),
    [
        ("2026-11-22 10:00", "too_soon"),
        ("2026-11-30 16:45", "too_late"),
        ("2026-11-24 10:07", "off_grid"),
        ("2026-11-24 08:30", "outside_hours"),
        ("2026-11-24 16:45", "outside_hours"),
        ("2026-11-25 10:00", "holiday"),
        ("2026-11-25 08:00", "outside_hours"),  # closed on any other day as well
        ("2026-11-26 10:00", "time_off"),
        ("2026-11-27 12:00", "unknown_availability"),
        ("2026-11-24 10:15", "busy"),
        ("2026-11-24 13:15", "busy"),  # a meeting of ours, within its buffer
        ("2026-11-24 11:00", None),
    ],
)
def test_every_refusal_says_why(start: str, code: str | None) -> None:
    who = rep(
        schedule("09:00-17:00", holidays=("2026-11-25",)),
        busy=(span("2026-11-24", "10:30-11:00"),),
        time_off=(Span(at("2026-11-26 00:00"), at("2026-11-27 00:00")),),
        known=(Span(at("2026-11-20 00:00"), at("2026-11-27 12:00")),),
        bookings=(OwnBooking(span("2026-11-24", "12:30-13:00"), 0, 30),),
    )
    lo, hi = at("2026-11-23 00:00"), at("2026-11-30 17:00")
    assert why_not(who, at(start), shape(30, step=15), lo, hi) == code


@pytest.mark.parametrize(
    "wrong",
    [
        {"minutes": 0},
        {"minutes": 1441},
        {"before": -1},
        {"after": 1441},
        {"step": 0},
        {"step": 25},
        {"offset": 30},
        {"timezone": "Mars/Olympus"},
    ],
)
def test_an_impossible_shape_is_refused(wrong: dict[str, object]) -> None:
    right: dict[str, object] = {
        "minutes": 30,
        "before": 0,
        "after": 0,
        "step": 30,
        "offset": 0,
        "timezone": BERLIN,
    }
    with pytest.raises(ValueError):
        MeetingShape(**{**right, **wrong})  # type: ignore[arg-type]


def test_a_booking_has_a_length() -> None:
    with pytest.raises(ValueError, match="length"):
        OwnBooking(Span(5, 5))
