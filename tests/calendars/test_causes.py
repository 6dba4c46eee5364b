"""Each possible start is closed by exactly one cause, and what is open is what is offered."""

import pytest

from calendars.availability import compile_rep, start_bits, why_not
from calendars.causes import InCalendar, all_starts, partition
from calendars.frame import Frame
from calendars.reptime import Limits, OwnBooking
from calendars.span import Span
from tests.calendars.builders import at, rep, schedule, shape, span
from tests.calendars.cases import random_case

DAY = "2026-11-23"
ONE, TWO = InCalendar("Work", "busy"), InCalendar("Home", "focus")
MERGED = {"our_meeting": "busy", "buffer": "busy"}


@pytest.mark.parametrize("number", range(60))
def test_causes_add_up_and_agree_with_the_reason_a_booking_would_be_given(number: int) -> None:
    case = random_case(number)
    frame = Frame.for_shape(case.lo, case.hi, case.shape)
    window = Span(frame.start + 1440, frame.end - 1440)
    starts = all_starts(case.shape, frame, window)
    calendars = {ONE: case.rep.busy[::2], TWO: case.rep.busy[1::2]}
    parts = partition(case.rep, case.shape, frame, (case.lo, case.hi), starts, calendars)
    assert sum(bits.bit_count() for bits in parts.values()) == starts.bit_count()
    total = 0
    for bits in parts.values():
        assert not total & bits
        total |= bits
    window_bits = frame.starting_in(Span(case.lo, case.hi - case.shape.minutes + 1))
    offered = start_bits(compile_rep(case.rep, frame), case.shape, frame) & starts & window_bits
    assert parts["open", None] == offered
    for (code, _), bits in parts.items():
        for cell in [index for index in range(frame.cells) if bits >> index & 1][:3]:
            reason = why_not(case.rep, frame.start + cell * frame.cell, case.shape, case.lo, case.hi)
            if code == "open":
                assert reason is None
            elif reason not in ("too_soon", "too_late"):  # those are named last here, first there
                assert MERGED.get(code, code) == reason


def test_each_cause_is_told_from_the_others() -> None:
    who = rep(
        schedule("09:00-17:00"),
        busy=(span(DAY, "10:00-11:00"), span(DAY, "13:00-14:00")),
        bookings=(OwnBooking(span(DAY, "15:00-15:30"), 0, 10),),
        time_off=(span(DAY, "16:00-17:00"),),
    )
    what = shape(30, after=10, step=30)
    lo, hi = at(f"{DAY} 09:30"), at(f"{DAY} 17:00")
    frame = Frame.for_shape(lo, hi, what)
    day = all_starts(what, frame, Span(at(f"{DAY} 09:00"), at(f"{DAY} 17:00")))
    calendars = {ONE: who.busy[:1], TWO: who.busy[1:]}
    parts = partition(who, what, frame, (lo, hi), day, calendars)
    counts = {cause: bits.bit_count() for cause, bits in parts.items() if bits}
    assert counts == {
        ("too_soon", None): 1,
        ("busy", ONE): 2,
        ("busy", TWO): 2,
        ("our_meeting", None): 1,
        ("buffer", None): 4,
        ("time_off", None): 2,
        ("open", None): 4,
    }


def test_a_cap_is_the_last_to_be_named() -> None:
    booked = (OwnBooking(span(DAY, "09:00-09:30")),)
    who = rep(schedule("09:00-11:00"), bookings=booked, limits=Limits(per_day=1))
    what = shape(30, step=30)
    lo, hi = at(f"{DAY} 09:00"), at(f"{DAY} 11:00")
    frame = Frame.for_shape(lo, hi, what)
    parts = partition(who, what, frame, (lo, hi), all_starts(what, frame, Span(lo, hi - 29)), {})
    assert parts["our_meeting", None].bit_count() == 1
    assert parts["at_daily_cap", None].bit_count() == 3
    assert parts["open", None] == 0
