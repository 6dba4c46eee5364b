"""Caps and the utilization ceiling, in the rep's own days and weeks."""

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
