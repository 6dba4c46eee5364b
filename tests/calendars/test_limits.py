"""Limits and the utilization ceiling, in the rep's own days, weeks and months."""

from dataclasses import replace

import pytest

from calendars.availability import Limits, OwnBooking, utilization, why_not
from calendars.span import Span
from tests.calendars.builders import at, offered, rep, schedule, shape, span

HOUR = shape(60, step=60)
SHORT = schedule("09:00-11:00")


def booked(*when: str) -> tuple[OwnBooking, ...]:
    return tuple(OwnBooking(Span(at(w), at(w) + 60)) for w in when)


def test_a_full_day_offers_nothing_more_and_the_next_day_does() -> None:
    who = rep(SHORT, bookings=booked("2026-11-23 09:00"), limits=Limits(per_day=1))
    assert offered(who, HOUR, "2026-11-23", 2) == ["24 09:00", "24 10:00"]
    assert why_not(who, at("2026-11-23 10:00"), HOUR, 0, at("2027-01-01")) == "at_daily_cap"


def test_a_full_week_reopens_on_monday() -> None:
    who = rep(SHORT, bookings=booked("2026-11-23 09:00", "2026-11-25 09:00"), limits=Limits(per_week=2))
    assert offered(who, HOUR, "2026-11-27", 5) == ["30 09:00", "30 10:00", "01 09:00", "01 10:00"]
    assert why_not(who, at("2026-11-29 09:00"), HOUR, 0, at("2027-01-01")) == "at_weekly_cap"


def test_days_are_those_of_the_reps_zone_not_of_utc() -> None:
    """23:30 UTC on Sunday is Monday in Auckland."""
    auckland = "Pacific/Auckland"
    meeting = OwnBooking(span("2026-11-23", "12:30-13:00", auckland))
    who = rep(schedule("00:00-24:00", zone=auckland), bookings=(meeting,), limits=Limits(per_day=1))
    days = {text[:2] for text in offered(who, HOUR, "2026-11-22", 3)}
    assert days == {"22", "24"}


def test_a_date_that_comes_in_two_pieces_is_one_day() -> None:
    """In 2010 clocks in St John's went from 00:01 back to 23:01: November 6 goes on after midnight."""
    zone = "America/St_Johns"
    late = OwnBooking(Span(at("2010-11-06 23:30", zone, fold=1), at("2010-11-06 23:50", zone, fold=1)))
    who = rep(schedule("00:00-24:00", zone=zone), bookings=(late,), limits=Limits(per_day=1))
    what = shape(1, step=1, zone=zone)
    assert offered(who, what, "2010-11-06") == []
    assert offered(who, what, "2010-11-07")[:3] == ["00:00", "00:00", "00:01"]


def test_a_cap_of_nothing_closes() -> None:
    assert offered(rep(SHORT, limits=Limits(per_day=0)), HOUR, "2026-11-23", 9) == []


def test_a_meeting_may_reach_the_ceiling_and_not_pass_it() -> None:
    """Fourteen working hours a week: seven hours are half of them."""
    taken = (Span(at("2026-11-23 09:00"), at("2026-11-25 11:00")),)  # three days, six working hours
    who = rep(SHORT, busy=taken, limits=Limits(max_utilization=50))
    assert offered(who, HOUR, "2026-11-26") == ["09:00", "10:00"]
    assert offered(who, shape(61, step=10), "2026-11-26") == []
    assert why_not(who, at("2026-11-26 09:00"), shape(61), 0, at("2027-01-01")) == "over_utilization"
    assert offered(who, shape(61, step=10), "2026-11-30") != []  # a new week


def test_utilization_counts_each_working_minute_once() -> None:
    """Overlapping rows, our own event among them, rows outside hours and time off: no minute is counted twice."""
    who = rep(
        schedule("09:00-17:00"),
        busy=(
            span("2026-11-23", "08:00-10:00"),
            span("2026-11-23", "09:30-11:00"),
            span("2026-11-23", "20:00-21:00"),
        ),
        bookings=(OwnBooking(span("2026-11-23", "10:30-11:30"), 15, 15),),
        time_off=(span("2026-11-23", "16:00-17:00"),),
    )
    window = Span(at("2026-11-23 00:00"), at("2026-11-24 00:00"))
    use = utilization(who, window)
    assert (use.working, use.busy, use.booked) == (420, 90, 60)
    assert round(use.percent, 1) == 35.7
    assert utilization(who, Span(window.start, window.start + 60)).percent == 100


def test_a_full_month_reopens_on_the_first_whatever_the_week() -> None:
    who = rep(SHORT, bookings=booked("2026-11-02 09:00", "2026-11-12 09:00"), limits=Limits(per_month=2))
    assert offered(who, HOUR, "2026-11-29", 4) == ["01 09:00", "01 10:00", "02 09:00", "02 10:00"]
    assert why_not(who, at("2026-11-30 09:00"), HOUR, 0, at("2027-01-01")) == "at_monthly_cap"


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(minutes_per_day=100), "at_daily_cap"),
        (Limits(minutes_per_week=100), "at_weekly_cap"),
        (Limits(minutes_per_month=100), "at_monthly_cap"),
    ],
)
def test_minutes_leave_room_for_a_short_meeting_where_a_long_one_is_too_much(
    limits: Limits, code: str
) -> None:
    who = rep(SHORT, bookings=booked("2026-11-23 09:00"), limits=limits)
    assert offered(who, HOUR, "2026-11-23") == []
    assert why_not(who, at("2026-11-23 10:00"), HOUR, 0, at("2027-01-01")) == code
    assert offered(who, shape(40, step=20), "2026-11-23") == ["10:00", "10:20"]


def test_limits_of_a_meeting_type_count_its_own_meetings_alone() -> None:
    demo, call = 7, 8
    who = rep(SHORT, bookings=tuple(replace(each, kind=demo) for each in booked("2026-11-23 09:00")))
    who = replace(who, kind_limits=Limits(per_day=1))
    assert offered(replace(who, kind=demo), HOUR, "2026-11-23") == []
    assert offered(replace(who, kind=call), HOUR, "2026-11-23") == ["10:00"]


def test_days_of_limits_are_the_reps_own_where_the_schedules_zone_is_another() -> None:
    """22:00 in Berlin is the next day in Auckland."""
    office = schedule("09:00-10:00", "22:00-23:00")
    who = rep(office, bookings=booked("2026-11-23 09:00"), limits=Limits(per_day=1))
    assert offered(who, HOUR, "2026-11-23") == []
    assert offered(replace(who, timezone="Pacific/Auckland"), HOUR, "2026-11-23") == ["22:00"]


def test_after_so_many_in_a_row_there_is_a_break() -> None:
    half, day = shape(30, step=15), schedule("09:00-13:00")
    two = tuple(
        OwnBooking(Span(at(f"2026-11-23 {w}"), at(f"2026-11-23 {w}") + 30)) for w in ("10:00", "10:40")
    )
    who = rep(day, bookings=two, limits=Limits(in_a_row=2, pause=20))
    assert offered(who, half, "2026-11-23") == ["09:00", "11:30", "11:45", "12:00", "12:15", "12:30"]
    assert why_not(who, at("2026-11-23 11:15"), half, 0, at("2027-01-01")) == "too_many_in_a_row"
    three = replace(who, limits=Limits(in_a_row=3, pause=20))
    assert "11:15" in offered(three, half, "2026-11-23"), "a third is allowed there"


def test_a_meeting_that_would_join_two_rows_counts_both() -> None:
    half, day = shape(30, step=30), schedule("09:00-12:00")
    apart = tuple(
        OwnBooking(Span(at(f"2026-11-23 {w}"), at(f"2026-11-23 {w}") + 30)) for w in ("09:30", "10:30")
    )
    who = rep(day, bookings=apart, limits=Limits(in_a_row=2, pause=15))
    assert offered(who, half, "2026-11-23") == ["09:00", "11:00", "11:30"]
