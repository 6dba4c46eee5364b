"""Trips: the same hours on other clocks."""

from dataclasses import replace
from datetime import date

import pytest

from calendars.hours import InvalidHoursError, Trip
from calendars.zones import UnknownZoneError
from tests.calendars.builders import at, rep, schedule, shape, starts

OFFICE = schedule("09:00-11:00")
HOUR = shape(60, step=60)


def trip(first: str, last: str, zone: str) -> Trip:
    return Trip(date.fromisoformat(first), date.fromisoformat(last), zone)


def offered(day: str, days: int, *trips: Trip) -> list[int]:
    who = rep(replace(OFFICE, travel=trips))
    lo = at(f"{day} 00:00")
    return starts(who, HOUR, lo, lo + days * 1440)


def test_on_a_trip_nine_is_nine_over_there() -> None:
    tokyo = trip("2026-11-24", "2026-11-25", "Asia/Tokyo")
    assert offered("2026-11-23", 4, tokyo) == [
        at("2026-11-23 09:00"), at("2026-11-23 10:00"),
        at("2026-11-24 09:00", "Asia/Tokyo"), at("2026-11-24 10:00", "Asia/Tokyo"),
        at("2026-11-25 09:00", "Asia/Tokyo"), at("2026-11-25 10:00", "Asia/Tokyo"),
        at("2026-11-26 09:00"), at("2026-11-26 10:00"),
    ]  # fmt: skip


def test_clocks_that_change_over_there_are_followed_not_those_at_home() -> None:
    """New York goes back on November 1 of 2026, a week after Berlin."""
    there = trip("2026-10-30", "2026-11-03", "America/New_York")
    shown = offered("2026-10-30", 5, there)
    assert [start for start in shown if start < at("2026-10-31 12:00")] == [
        at("2026-10-30 13:00", "UTC"), at("2026-10-30 14:00", "UTC"),
    ]  # fmt: skip
    assert at("2026-11-02 14:00", "UTC") in shown
    assert at("2026-11-02 13:00", "UTC") not in shown


def test_a_day_that_begins_before_the_last_one_ended_is_a_day_all_the_same() -> None:
    """From Honolulu to Kiritimati, a day ahead of it: both have their nine o'clock, and nothing counts twice."""
    there = (
        trip("2026-11-23", "2026-11-23", "Pacific/Honolulu"),
        trip("2026-11-24", "2026-11-24", "Pacific/Kiritimati"),
    )
    assert offered("2026-11-23", 2, *there) == [
        at("2026-11-23 09:00", "Pacific/Honolulu"), at("2026-11-23 10:00", "Pacific/Honolulu"),
    ]  # fmt: skip
    assert at("2026-11-23 09:00", "Pacific/Honolulu") == at("2026-11-24 09:00", "Pacific/Kiritimati")


def test_a_trip_that_cannot_be_is_refused() -> None:
    with pytest.raises(InvalidHoursError):
        trip("2026-11-24", "2026-11-23", "Asia/Tokyo")
    with pytest.raises(UnknownZoneError):
        trip("2026-11-24", "2026-11-24", "Asia/Atlantis")
