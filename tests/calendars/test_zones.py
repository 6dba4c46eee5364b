"""Wall clocks and the time line, where they part."""

from datetime import UTC, date, datetime

import pytest

from calendars.zones import (
    Stretch,
    UnknownZoneError,
    day_span,
    find_zone,
    first_instant,
    offset_stretches,
    to_instant,
    to_minutes,
)
from tests.calendars.cases import minute_of


@pytest.mark.parametrize(
    ("zone", "day", "minute", "utc"),
    [
        ("Europe/Berlin", "2026-06-01", 9 * 60, "2026-06-01 07:00"),
        ("Europe/Berlin", "2026-06-01", 33 * 60, "2026-06-02 07:00"),
        ("Europe/Berlin", "2026-03-29", 2 * 60 + 30, "2026-03-29 01:00"),  # skipped: the jump
        ("Europe/Berlin", "2026-10-25", 2 * 60 + 30, "2026-10-25 00:30"),  # twice: the first
        ("Asia/Beirut", "2026-03-29", 0, "2026-03-28 22:00"),  # midnight does not exist
        ("Asia/Beirut", "2026-10-25", 0, "2026-10-24 22:00"),  # midnight comes after 23:00 came twice
        ("America/Havana", "2024-11-03", 0, "2024-11-03 04:00"),  # midnight comes twice
        ("America/Santiago", "2026-09-06", 15, "2026-09-06 04:00"),
        ("Australia/Lord_Howe", "2026-10-04", 2 * 60 + 15, "2026-10-03 15:30"),  # by half an hour
        ("Australia/Lord_Howe", "2026-04-05", 1 * 60 + 45, "2026-04-04 14:45"),
        ("Asia/Kathmandu", "2026-06-01", 9 * 60, "2026-06-01 03:15"),
        ("Pacific/Chatham", "2026-06-01", 9 * 60, "2026-05-31 20:15"),
        ("Pacific/Marquesas", "2026-06-01", 9 * 60, "2026-06-01 18:30"),
        ("America/St_Johns", "2010-11-07", 0, "2010-11-07 02:30"),  # 00:01 fell back to 23:01
        ("America/St_Johns", "2010-11-07", 1, "2010-11-07 03:31"),
        ("Pacific/Apia", "2011-12-30", 12 * 60, "2011-12-30 10:00"),  # a date that never was
        ("Africa/Monrovia", "1971-06-01", 0, "1971-06-01 00:45"),  # 44 minutes and 30 seconds off
    ],
)
def test_a_reading_is_the_first_minute_that_shows_it_or_later(
    zone: str, day: str, minute: int, utc: str
) -> None:
    assert first_instant(zone, date.fromisoformat(day), minute) == minute_of(utc)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("Australia/Lord_Howe", date(2026, 10, 4), 23.5),
        ("Africa/Casablanca", date(2026, 2, 15), 25),  # back for Ramadan
        ("Africa/Casablanca", date(2026, 3, 22), 23),  # and forth after it
        ("Pacific/Apia", date(2011, 12, 30), 0),
    ],
)
def test_a_local_day_has_the_hours_its_clock_gives_it(zone: str, day: date, hours: float) -> None:
    span = day_span(zone, day, date.fromordinal(day.toordinal() + 1))
    assert span.end - span.start == hours * 60


def test_offsets_are_cut_where_the_clock_changes() -> None:
    start, end = minute_of("2026-03-28"), minute_of("2026-03-30")
    change = minute_of("2026-03-29 01:00")
    assert offset_stretches("Europe/Berlin", start, end) == (
        Stretch(start, change, 60),
        Stretch(change, end, 120),
    )
    assert offset_stretches("UTC", start, start + 1) == (Stretch(start, start + 1, 0),)


@pytest.mark.parametrize(
    "name", ["Mars/Olympus", "", "../etc/passwd", "/etc/localtime", "Europe", "x" * 5000, "\0"]
)
def test_an_unknown_zone_is_one_error(name: str) -> None:
    with pytest.raises(UnknownZoneError):
        find_zone(name)


def test_an_instant_needs_a_zone_and_loses_its_seconds() -> None:
    with pytest.raises(ValueError, match="time zone"):
        to_minutes(datetime(2026, 1, 1))
    assert to_minutes(datetime(1970, 1, 1, 0, 1, 59, tzinfo=UTC)) == 1
    assert to_minutes(datetime(1969, 12, 31, 23, 59, 59, tzinfo=UTC)) == -1
    assert to_minutes(to_instant(29_000_000)) == 29_000_000
