"""The page that shows a calendar as a week."""

from datetime import UTC, date, datetime

import pytest

from app.demo.stand_in import WeekEvent, monday_of, render_week

NOW = datetime(2026, 11, 25, 23, 30, tzinfo=UTC)


def page(*events: WeekEvent, timezone: str = "Europe/Berlin") -> str:
    return render_week(
        service="Google",
        owner="Remy <Brandt>",
        email="remy@acme.test",
        timezone=timezone,
        monday=date(2026, 11, 23),
        now=NOW,
        events=events,
    )


def timed(title: str, start: int, end: int, day: int = 25) -> WeekEvent:
    return WeekEvent(
        title, datetime(2026, 11, day, start, tzinfo=UTC), datetime(2026, 11, day, end, tzinfo=UTC)
    )


@pytest.mark.parametrize(
    ("text", "timezone", "monday"),
    [
        ("2026-11-29", "UTC", date(2026, 11, 23)),
        ("2026-11-30", "UTC", date(2026, 11, 30)),
        (None, "UTC", date(2026, 11, 23)),
        ("nonsense", "UTC", date(2026, 11, 23)),
    ],
)
def test_a_week_begins_on_the_monday_before(text: str | None, timezone: str, monday: date) -> None:
    assert monday_of(text, NOW, timezone) == monday


def test_the_present_week_is_that_of_the_owner() -> None:
    sunday_night = datetime(2026, 11, 29, 23, 30, tzinfo=UTC)
    assert monday_of(None, sunday_night, "Europe/Berlin") == date(2026, 11, 30)
    assert monday_of(None, sunday_night, "America/New_York") == date(2026, 11, 23)


def test_events_stand_at_the_owners_wall_clock_time() -> None:
    assert "10:00–11:00" in page(timed("Demo", 9, 10))
    assert "04:00–05:00" in page(timed("Demo", 9, 10), timezone="America/New_York")


def test_events_at_one_time_stand_side_by_side_and_others_take_the_whole_width() -> None:
    html = page(timed("A", 9, 11), timed("B", 10, 12), timed("C", 13, 14))
    assert html.count("--lanes:2") == 2
    assert "--lane:1;--lanes:2" in html
    assert html.count("--lanes:1") == 1


def test_an_event_across_midnight_is_on_both_days() -> None:
    night = WeekEvent(
        "Red-eye", datetime(2026, 11, 24, 21, tzinfo=UTC), datetime(2026, 11, 25, 3, tzinfo=UTC)
    )
    assert page(night).count("<strong>Red-eye") == 2


def test_an_all_day_event_is_on_each_of_its_days_and_not_on_the_last_date() -> None:
    assert page(WeekEvent("Fair", date(2026, 11, 24), date(2026, 11, 26))).count("<strong>Fair") == 2


def test_what_people_wrote_is_text_and_not_markup() -> None:
    html = page(timed("<script>alert(1)</script>", 9, 10))
    assert "<script>alert" not in html
    assert "Remy &lt;Brandt&gt;" in html
