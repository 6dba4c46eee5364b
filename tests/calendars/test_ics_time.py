"""Feeds: when occurrences begin and end."""

import pytest

from tests.calendars.feeds import AUTUMN, SPRING, busy, event, feed, read, timed

WEEKLY_OVER_SPRING = "RRULE:FREQ=WEEKLY;COUNT=2"


def test_a_series_keeps_its_wall_clock_over_a_change() -> None:
    assert busy(feed(timed("20260323T100000", "20260323T110000", WEEKLY_OVER_SPRING))) == [
        "2026-03-23 09:00-10:00",
        "2026-03-30 08:00-09:00",
    ]


def test_an_occurrence_in_the_gap_keeps_its_length() -> None:
    """02:30 does not exist on March 29; moved as readings, the end would come before the start."""
    series = timed("20260328T023000", "20260328T033000", "RRULE:FREQ=DAILY;COUNT=3")
    assert busy(feed(series)) == [
        "2026-03-28 01:30-02:30",
        "2026-03-29 01:30-02:30",
        "2026-03-30 00:30-01:30",
    ]
    assert busy(feed(timed("20260329T023000", "20260329T033000"))) == ["2026-03-29 01:30-02:30"]


def test_an_occurrence_in_the_repeated_hour_keeps_its_length() -> None:
    series = timed("20261024T023000", "20261024T033000", "RRULE:FREQ=DAILY;COUNT=3")
    assert busy(feed(series), AUTUMN) == [
        "2026-10-24 00:30-01:30",
        "2026-10-25 00:30-01:30",
        "2026-10-26 01:30-02:30",
    ]


@pytest.mark.parametrize(
    ("duration", "end"), [("PT24H", "09:00"), ("P1D", "08:00"), ("P1DT1H", "09:00"), ("PT25H", "10:00")]
)
def test_hours_are_exact_and_days_are_those_of_the_clock(duration: str, end: str) -> None:
    one = event("DTSTART;TZID=Europe/Berlin:20260328T100000", f"DURATION:{duration}")
    assert busy(feed(one)) == [f"2026-03-28 09:00-{end}"]
    week = event("DTSTART;TZID=Europe/Berlin:20260321T100000", f"DURATION:{duration}", WEEKLY_OVER_SPRING)
    assert busy(feed(week))[-1] == f"2026-03-28 09:00-{end}"


def test_whole_days_are_dates_and_their_end_is_exclusive() -> None:
    data = feed(
        event("DTSTART;VALUE=DATE:20260310", "DTEND;VALUE=DATE:20260312", uid="two days"),
        event("DTSTART;VALUE=DATE:20260315", uid="no end"),
        event("DTSTART:20260317", "DTEND:20260318", uid="not marked as date"),
        event("DTSTART;VALUE=DATE:20260320", "DTEND;VALUE=DATE:20260320", uid="ends where it starts"),
        event("DTSTART;VALUE=DATE:20260322", "DURATION:P2D", uid="by duration"),
        event("DTSTART;VALUE=DATE:20260401", "RRULE:FREQ=DAILY;COUNT=2", uid="series"),
    )
    assert busy(data) == [
        "2026-03-10..2026-03-12",
        "2026-03-15..2026-03-16",
        "2026-03-17..2026-03-18",
        "2026-03-20..2026-03-21",
        "2026-03-22..2026-03-24",
        "2026-04-01..2026-04-02",
        "2026-04-02..2026-04-03",
    ]


@pytest.mark.parametrize("zone", ["America/Los_Angeles", "Pacific/Auckland"])
def test_whole_days_are_meant_in_the_default_zone(zone: str) -> None:
    """The day before the window's first local day does not reach in, whatever UTC says."""
    content = read(feed(event("DTSTART;VALUE=DATE:20260228")), SPRING, zone)
    assert content.timezone == zone
    assert len(content.busy) == (1 if zone == "America/Los_Angeles" else 0)


def test_times_without_a_zone_are_the_default_zones() -> None:
    assert busy(feed(event("DTSTART:20260323T100000", "DTEND:20260323T110000"))) == ["2026-03-23 09:00-10:00"]
    series = event("DTSTART:20260323T100000", "DTEND:20260323T110000", WEEKLY_OVER_SPRING)
    assert busy(feed(series), zone="America/New_York") == ["2026-03-23 14:00-15:00", "2026-03-30 14:00-15:00"]


def test_the_calendars_own_zone_comes_before_the_default() -> None:
    head = ("X-WR-TIMEZONE:America/New_York", "X-WR-CALNAME:Robin\\, at work")
    content = read(feed(event("DTSTART:20260323T100000", "DTEND:20260323T110000"), head=head))
    assert (content.timezone, content.name) == ("America/New_York", "Robin, at work")
    assert busy(feed(event("DTSTART:20260323T100000", "DTEND:20260323T110000"), head=head)) == [
        "2026-03-23 14:00-15:00"
    ]


def test_a_utc_series_of_a_calendar_with_a_zone_keeps_its_wall_clock() -> None:
    """Google exports local series in UTC."""
    series = event("DTSTART:20260323T090000Z", "DTEND:20260323T100000Z", WEEKLY_OVER_SPRING)
    assert busy(feed(series, head=("X-WR-TIMEZONE:Europe/Berlin",)))[1] == "2026-03-30 08:00-09:00"
    assert busy(feed(series))[1] == "2026-03-30 09:00-10:00"


def test_a_calendar_zone_that_does_not_exist_costs_nothing_but_a_warning() -> None:
    content = read(feed(timed("20260323T100000", "20260323T110000"), head=("X-WR-TIMEZONE:Mars/Olympus",)))
    assert len(content.busy) == 1
    assert "time zone that does not exist" in content.warnings[0]


@pytest.mark.parametrize(
    "name", ["Mars/Olympus", "Customized Time Zone", "CEST", '"tzone://Microsoft/Custom"']
)
def test_an_unknown_zone_is_busy_in_the_default_zone_with_a_warning(name: str) -> None:
    data = feed(
        timed("20260323T100000", "20260323T110000", uid="odd", zone=name),
        timed("20260324T100000", "20260324T110000", uid="fine"),
    )
    content = read(data)
    assert busy(data) == ["2026-03-23 09:00-10:00", "2026-03-24 09:00-10:00"]
    assert content.warnings == ("1 event in an unknown time zone, read in the calendar's own.",)


def test_of_events_in_zones_of_all_sorts_none_costs_another(
    names: tuple[str, ...] = (
        "Mars/Olympus",
        "Customized Time Zone",
        "tzone://Microsoft/Utc",
        "Europe/Berlin",
    ),
) -> None:
    events = [
        timed(f"202603{23 + number}T100000", f"202603{23 + number}T110000", uid=name, zone=name)
        for number, name in enumerate(names)
    ]
    assert busy(feed(*events)) == [
        "2026-03-23 09:00-10:00", "2026-03-24 09:00-10:00", "2026-03-25 10:00-11:00", "2026-03-26 09:00-10:00",
    ]  # fmt: skip
    assert read(feed(*events)).warnings == ("2 events in an unknown time zone, read in the calendar's own.",)


@pytest.mark.parametrize("name", ["tzone://Microsoft/Utc", '"tzone://Microsoft/Utc"', "UTC", "Etc/UTC"])
def test_exchanges_unquoted_utc_is_utc(name: str) -> None:
    content = read(feed(timed("20260323T100000", "20260323T110000", zone=name)))
    assert [item.span and item.span.start % 1440 for item in content.busy] == [600]
    assert content.warnings == ()


@pytest.mark.parametrize(
    "name", ["W. Europe Standard Time", "/freeassociation.sourceforge.net/Europe/Berlin", '"Europe/Berlin"']
)
def test_other_spellings_of_a_zone_are_understood(name: str) -> None:
    data = feed(timed("20260323T100000", "20260323T110000", WEEKLY_OVER_SPRING, zone=name))
    assert busy(data) == ["2026-03-23 09:00-10:00", "2026-03-30 08:00-09:00"]


OUTLOOK_ZONE = "\r\n".join(
    (
        "BEGIN:VTIMEZONE",
        "TZID:Office",
        "BEGIN:STANDARD",
        "DTSTART:16010101T030000",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
        "END:STANDARD",
        "BEGIN:DAYLIGHT",
        "DTSTART:16010101T020000",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
        "END:DAYLIGHT",
        "END:VTIMEZONE",
    )
)


@pytest.mark.parametrize("is_last", [True, False])
def test_a_zone_of_the_feeds_own_counts_wherever_it_stands(is_last: bool) -> None:
    meeting = timed("20260323T100000", "20260323T110000", WEEKLY_OVER_SPRING, zone="Office")
    data = feed(meeting, OUTLOOK_ZONE) if is_last else feed(OUTLOOK_ZONE, meeting)
    assert busy(data) == ["2026-03-23 09:00-10:00", "2026-03-30 08:00-09:00"]
    assert read(data).warnings == ()


def test_seconds_are_rounded_outward() -> None:
    assert busy(feed(event("DTSTART:20260323T100030Z", "DTEND:20260323T110001Z"))) == [
        "2026-03-23 10:00-11:01"
    ]


def test_an_end_before_the_start_is_turned_round() -> None:
    content = read(feed(timed("20260323T110000", "20260323T100000")))
    assert busy(feed(timed("20260323T110000", "20260323T100000"))) == ["2026-03-23 09:00-10:00"]
    assert "ending before the start" in content.warnings[0]


def test_an_event_without_length_blocks_nothing() -> None:
    assert busy(feed(event("DTSTART:20260323T100000Z"))) == []
    assert busy(feed(event("DTSTART:20260323T100000Z", "DTEND:20260323T100000Z"))) == []


def test_only_what_touches_the_window_is_kept() -> None:
    data = feed(
        event("DTSTART:20260228T230000Z", "DTEND:20260301T000000Z", uid="before"),
        event("DTSTART:20260228T230000Z", "DTEND:20260301T000100Z", uid="into"),
        event("DTSTART:20260430T235900Z", "DTEND:20260501T010000Z", uid="out of"),
        event("DTSTART:20260501T000000Z", "DTEND:20260501T010000Z", uid="after"),
        event("DTSTART:20250101T000000Z", "DTEND:20270101T000000Z", uid="around"),
    )
    assert [item.event_id for item in read(data).busy] == ["around", "into", "out of"]
