"""From when and how far ahead prospects may book."""

from datetime import date

import pytest

from calendars.window import InvalidWindowError, horizon_end, parse_window, window_start
from tests.calendars.builders import BERLIN, at


@pytest.mark.parametrize(
    ("now", "window", "end"),
    [
        ("2026-11-23 09:00", "1 day", "2026-11-25 00:00"),
        ("2026-11-23 09:00", "14 days", "2026-12-08 00:00"),
        ("2026-11-23 09:00", "1 business day", "2026-11-25 00:00"),
        ("2026-11-27 23:59", "1 business day", "2026-12-01 00:00"),  # Friday: Monday is the first
        ("2026-11-28 09:00", "1 business day", "2026-12-01 00:00"),
        ("2026-11-23 09:00", "10 business days", "2026-12-08 00:00"),
        ("2026-10-24 09:00", "1 day", "2026-10-26 00:00"),  # over the change of clocks
    ],
)
def test_a_window_ends_at_the_midnight_that_closes_its_last_day(now: str, window: str, end: str) -> None:
    assert horizon_end(at(now), window, BERLIN, ()) == at(end)


def test_holidays_are_no_business_days_but_they_are_days() -> None:
    christmas = {date(2026, 12, 25)}
    assert horizon_end(at("2026-12-24 09:00"), "1 business day", BERLIN, christmas) == at("2026-12-29 00:00")
    assert horizon_end(at("2026-12-24 09:00"), "1 day", BERLIN, christmas) == at("2026-12-26 00:00")


def test_today_is_that_of_the_meeting_types_zone() -> None:
    now = at("2026-11-23 23:30", "UTC")
    assert horizon_end(now, "1 day", "Asia/Kolkata", ()) == at("2026-11-26 00:00", "Asia/Kolkata")


def test_a_window_ends_even_if_every_day_is_a_holiday() -> None:
    always = {date.fromordinal(n) for n in range(date(2026, 1, 1).toordinal(), date(2040, 1, 1).toordinal())}
    assert horizon_end(at("2026-11-23 09:00"), "1 business day", BERLIN, always) < at("2037-01-01 00:00")


@pytest.mark.parametrize(
    "text", ["", "0 days", "367 days", "-1 days", "2 weeks", "ten days", "1 business", "9" * 99]
)
def test_a_window_that_cannot_be_is_refused(text: str) -> None:
    with pytest.raises(InvalidWindowError):
        parse_window(text)


def test_fixed_dates_begin_and_end_at_midnights_of_the_meeting_types_zone() -> None:
    dates = "2026-12-01 to 2026-12-18"
    now = at("2026-11-23 09:00")
    assert window_start(dates, BERLIN) == at("2026-12-01 00:00")
    assert horizon_end(now, dates, BERLIN, ()) == at("2026-12-19 00:00")
    assert str(parse_window(dates)) == dates
    assert window_start("14 days", BERLIN) is None


def test_fixed_dates_far_away_reach_a_year_ahead_and_no_farther() -> None:
    now = at("2026-11-23 09:00")
    assert horizon_end(now, "2026-12-01 to 2099-12-31", BERLIN, ()) == horizon_end(
        now, "366 days", BERLIN, ()
    )


@pytest.mark.parametrize(
    "text", ["2026-12-18 to 2026-12-01", "2026-02-30 to 2026-03-01", "2026-12-01 - 2026-12-02"]
)
def test_dates_that_cannot_be_are_refused_with_words(text: str) -> None:
    with pytest.raises(InvalidWindowError, match=r"2026|window"):
        parse_window(text)
