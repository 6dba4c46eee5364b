"""Working hours: what is written, what it means on odd days."""

from datetime import date

import pytest

from calendars.hours import InvalidHoursError, WorkingHours, parse_hours, parse_week, work_spans, write_hours
from calendars.span import Span
from tests.calendars.builders import at, offered, rep, schedule, shape

HOUR = shape(minutes=60, step=60)


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("09:00-17:00", (540, 1020)),
        (" 9:00 – 17:30 ", (540, 1050)),
        ("22:00-06:00", (1320, 1800)),
        ("00:00-24:00", (0, 1440)),
        ("09:00-33:00", (540, 1980)),
    ],
)
def test_hours_are_written_as_people_write_them(text: str, hours: tuple[int, int]) -> None:
    assert parse_hours(text) == hours
    assert parse_hours(write_hours(hours)) == hours


@pytest.mark.parametrize(
    "text",
    [
        "",
        "9-17",
        "09:00",
        "09:00-09:00",
        "24:00-25:00",
        "09:60-10:00",
        "09:00-48:01",
        "a" * 99,
        "٠٩:٠٠-١٧:٠٠",
    ],
)
def test_hours_that_cannot_be_are_refused_with_words(text: str) -> None:
    with pytest.raises(InvalidHoursError):
        parse_hours(text)


def test_a_week_names_its_days_and_nothing_else() -> None:
    week = parse_week({"mon": ["09:00-12:00", "13:00-17:00"]})
    assert week == (((540, 720), (780, 1020)), (), (), (), (), (), ())
    with pytest.raises(InvalidHoursError, match="monday"):
        parse_week({"monday": []})
    with pytest.raises(InvalidHoursError):
        WorkingHours("UTC", ((),) * 6)
    with pytest.raises(InvalidHoursError):
        WorkingHours("UTC", ((),) * 7, {date(2026, 1, 1): ((600, 500),)})


def test_several_and_overlapping_intervals_of_a_day_are_one_union() -> None:
    hours = schedule("13:00-15:00", "09:00-11:00", "10:00-12:00")
    assert offered(rep(hours), HOUR, "2026-06-01") == ["09:00", "10:00", "11:00", "13:00", "14:00"]


def test_an_override_replaces_empties_or_adds_and_beats_a_holiday() -> None:
    hours = schedule(
        "09:00-11:00",
        overrides={"2026-06-02": ("20:00-21:00",), "2026-06-03": (), "2026-06-05": ("09:00-10:00",)},
        holidays=("2026-06-04", "2026-06-05"),
    )
    assert offered(rep(hours), HOUR, "2026-06-01", days=6) == [
        "01 09:00", "01 10:00", "02 20:00", "05 09:00", "06 09:00", "06 10:00",
    ]  # fmt: skip


def test_a_night_belongs_to_the_day_it_starts_on() -> None:
    """Neither a day off nor other hours on the next date cut what began the evening before."""
    hours = schedule(
        overrides={"2026-06-01": ("22:00-02:00",), "2026-06-02": (), "2026-06-03": ("23:00-01:00",)}
    )
    assert offered(rep(hours), HOUR, "2026-06-01", days=4) == [
        "01 22:00", "01 23:00", "02 00:00", "02 01:00", "03 23:00", "04 00:00",
    ]  # fmt: skip


def test_round_the_clock_has_no_seam_at_midnight() -> None:
    hours = schedule("00:00-24:00")
    assert offered(rep(hours), shape(minutes=120, step=120, offset=60), "2026-06-01")[-1] == "23:00"


@pytest.mark.parametrize(
    ("zone", "day", "written", "minutes"),
    [
        ("Europe/Berlin", "2026-06-01", "09:00-17:00", 480),
        ("Europe/Berlin", "2026-03-29", "00:00-24:00", 23 * 60),
        ("Europe/Berlin", "2026-10-25", "00:00-24:00", 25 * 60),
        ("Europe/Berlin", "2026-03-29", "02:10-02:50", 0),  # lies in the gap
        ("Europe/Berlin", "2026-03-29", "01:00-02:30", 60),  # ends in the gap
        ("Europe/Berlin", "2026-03-29", "02:30-04:00", 60),  # starts in the gap
        ("Europe/Berlin", "2026-10-25", "02:00-02:30", 30),  # in the repeated hour: once
        ("Europe/Berlin", "2026-10-25", "02:00-03:00", 120),  # reaches to its end: twice
        ("Europe/Berlin", "2026-10-25", "01:30-02:30", 60),
        ("Asia/Beirut", "2026-03-29", "00:00-02:00", 60),
        ("Asia/Beirut", "2026-10-24", "23:00-24:00", 120),
        ("America/Havana", "2024-11-03", "00:00-01:00", 120),
        ("Australia/Lord_Howe", "2026-04-05", "00:00-24:00", 24 * 60 + 30),
        ("Pacific/Apia", "2011-12-30", "09:00-17:00", 0),
        ("Pacific/Apia", "2011-12-30", "22:00-06:00", 0),  # a shift that starts on no day
        ("Pacific/Apia", "2011-12-29", "22:00-24:00", 120),
    ],
)
def test_hours_on_a_day_of_change_are_what_the_clock_makes_of_them(
    zone: str, day: str, written: str, minutes: int
) -> None:
    hours = schedule(zone=zone, overrides={day: (written,)})
    noon = at(f"{day} 12:00", zone)
    spans = work_spans(hours, Span(noon - 4000, noon + 4000))
    assert sum(end - start for start, end in spans) == minutes


def test_equal_schedules_are_one_key() -> None:
    a, b = (schedule("09:00-17:00", overrides={"2026-06-02": ()}) for _ in range(2))
    assert a == b
    assert len({a, b, schedule("09:00-17:00")}) == 2
