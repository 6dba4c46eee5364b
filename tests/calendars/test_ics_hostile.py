"""Feeds that were made to hurt: bounded by the child, and shown to need it."""

import subprocess
import sys
import time

import pytest

from calendars.ics_guard import MAX_BYTES, ParseLimits, read_feed_guarded
from calendars.ics_read import FeedContent, FeedError, read_feed
from calendars.span import Span
from calendars.zones import UnknownZoneError
from tests.calendars.feeds import SPRING, event, feed, read, timed

# A day that never comes, looked for daily until the year 9999: a hundred bytes, many seconds.
NEVER = timed("20260101T100000", "20260101T110000", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30")
BOMB = feed(*(NEVER.replace("UID:one", f"UID:{n}") for n in range(20)))
TIGHT = ParseLimits(cpu_seconds=1, wall_seconds=10)


def guarded(data: bytes, limits: ParseLimits = TIGHT) -> FeedContent:
    return read_feed_guarded(data, SPRING, "Europe/Berlin", limits=limits)


def test_the_child_reads_what_we_would_read_ourselves() -> None:
    data = feed(
        timed("20260323T100000", "20260323T110000", "RRULE:FREQ=DAILY;COUNT=3", "STATUS:TENTATIVE"),
        event("DTSTART;VALUE=DATE:20260310", uid="bkg_1@booking.smart-scheduler.invalid"),
        event("DTSTART:broken", uid="broken"),
        event("DTSTART:20260323T100000Z", "DTEND:20260323T110000Z", "TRANSP:TRANSPARENT", uid="free"),
        event("DTSTART:20260325T100000Z", "DTEND:20260325T110000Z",
              "ATTENDEE;PARTSTAT=DECLINED:mailto:robin@acme.test", uid="declined"),
        head=("X-WR-CALNAME:Robin – Büro",),
    )  # fmt: skip
    options = {"owners": frozenset({"robin@acme.test"})}
    content = read_feed_guarded(data, SPRING, "Europe/Berlin", **options)  # type: ignore[arg-type]
    assert content == read(data, **options)
    assert [item.booking for item in content.busy] == ["bkg_1", None, None, None]
    assert content.name == "Robin – Büro"


def test_a_recurrence_bomb_is_stopped_and_would_not_stop_by_itself() -> None:
    begun = time.monotonic()
    with pytest.raises(FeedError) as refusal:
        guarded(BOMB)
    assert refusal.value.code == "too-expensive"
    assert time.monotonic() - begun < 10
    # The control: without limits the same feed is still being read after twice the time.
    control = "import sys; from calendars.ics_read import read_feed; from calendars.span import Span; " + (
        f"read_feed(sys.stdin.buffer.read(), Span{tuple(SPRING)}, 'UTC')"
    )
    with pytest.raises(subprocess.TimeoutExpired):
        subprocess.run([sys.executable, "-c", control], input=BOMB, timeout=2, check=True)


def test_wall_time_is_limited_as_well() -> None:
    begun = time.monotonic()
    with pytest.raises(FeedError):
        guarded(BOMB, ParseLimits(cpu_seconds=60, wall_seconds=1.0))
    assert time.monotonic() - begun < 5


def test_memory_is_limited_so_that_a_large_feed_fails_where_a_small_one_does_not() -> None:
    scarce = ParseLimits(memory_bytes=80 * 1024 * 1024)
    # One letter beyond the basic plane makes every copy of the text four times as large.
    hungry = feed(
        event("DTSTART:20260323T100000Z", "DTEND:20260323T110000Z", "SUMMARY:\U0001f389" + "x" * 1_900_000)
    )
    with pytest.raises(FeedError) as refusal:
        guarded(hungry, scarce)
    assert refusal.value.code == "too-expensive"
    assert guarded(feed(timed("20260323T100000", "20260323T110000")), scarce).busy


def test_a_body_beyond_the_cap_is_not_even_parsed() -> None:
    with pytest.raises(FeedError) as refusal:
        guarded(b"BEGIN:VCALENDAR\r\n" + b"X" * MAX_BYTES)
    assert refusal.value.code == "too-large"


def test_too_many_events_and_too_many_occurrences_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("calendars.ics_read.MAX_EVENTS", 2)
    with pytest.raises(FeedError) as events:
        read(feed(*(timed("20260323T100000", "20260323T110000", uid=str(n)) for n in range(3))))
    assert events.value.code == "too-large"
    monkeypatch.setattr("calendars.ics_read.MAX_ITEMS", 20)
    with pytest.raises(FeedError) as items:
        read(feed(timed("20260301T100000", "20260301T110000", "RRULE:FREQ=DAILY")))
    assert items.value.code == "too-expensive"


@pytest.mark.parametrize(
    "rule", ["FREQ=SECONDLY", "FREQ=MINUTELY", "FREQ=HOURLY;BYSECOND=" + ",".join(map(str, range(60)))]
)
def test_what_repeats_without_end_is_refused_before_it_is_expanded(rule: str) -> None:
    begun = time.process_time()
    content = read(feed(event("DTSTART:20000101T000000Z", "DURATION:PT1S", f"RRULE:{rule}")))
    assert time.process_time() - begun < 0.5
    assert content.warnings


@pytest.mark.parametrize(
    "data",
    [
        feed("BEGIN:VEVENT\r\n" * 5_000),
        feed("X" * 300_000),
        feed(event("DTSTART:20260323T100000Z", "DTEND:20260323T110000Z", "SUMMARY:" + "long " * 60_000)),
        feed(event("DTSTART:20260323T100000Z", *(["X-A:b"] * 5_000))),
        feed("BEGIN:VALARM\r\n" * 50_000),
        feed(event("DTSTART:99991231T235959Z", "DURATION:P99999999999999W")),
        feed(event("DTSTART:20260323T100000Z", "DURATION:P1D", "RRULE:FREQ=DAILY;INTERVAL=99999999999999999999")),
        feed(event("DTSTART:20260323T100000Z", "DURATION:P1D", "RRULE:FREQ=DAILY;COUNT=-1;BYSETPOS=999")),
        feed(event("DTSTART;TZID=../../etc/passwd:20260323T100000", "DTEND:20260323T110000Z")),
        b"BEGIN:VCALENDAR\r\n" * 5_000,
        bytes(range(256)) * 100,
    ],
    ids=["nested", "line", "text", "lines", "alarms", "far", "interval", "setpos", "path", "heads", "bytes"],
)  # fmt: skip
def test_nothing_gets_out_but_content_or_the_one_error(data: bytes) -> None:
    begun = time.process_time()
    try:
        read_feed(data, SPRING, "UTC")
    except FeedError as error:
        assert error.code
    assert time.process_time() - begun < 5


def test_a_default_zone_that_does_not_exist_is_the_callers_mistake() -> None:
    with pytest.raises(UnknownZoneError):
        read_feed_guarded(feed(), Span(0, 1), "Mars/Olympus")
