"""Many feeds at once, and feeds of every broken kind."""

import threading
import time
from contextlib import suppress

import pytest

from app.models import Provider
from app.usecases import provider_turns
from app.usecases.note_calls import NotNow
from app.usecases.provider_turns import READINGS_AT_A_TIME, Purpose, places
from calendars.ics_guard import read_feed_guarded
from calendars.ics_read import FeedError
from tests.calendars.feeds import SPRING, event, feed, timed

GOOD = timed("20260323T100000", "20260323T110000", uid="good")


def read_at_once(feeds: int, threads: int) -> tuple[int, bool]:
    """Threads of a worker with so many slow feeds to read: how many were read at a time, and whether a calendar of
    another service had its place meanwhile."""
    now, most = [0], [0]
    counting, work = threading.Lock(), iter(range(feeds))

    def read_slowly() -> None:
        for _ in work:
            with suppress(NotNow), provider_turns._place(Provider.ICS, Purpose.SYNC):
                with counting:
                    now[0] += 1
                    most[0] = max(most[0], now[0])
                time.sleep(0.05)
                with counting:
                    now[0] -= 1

    crowd = [threading.Thread(target=read_slowly) for _ in range(threads)]
    for each in crowd:
        each.start()
    with provider_turns._place(Provider.MICROSOFT, Purpose.SYNC):
        others_are_read = any(each.is_alive() for each in crowd)
    for each in crowd:
        each.join(30)
    return most[0], others_are_read


def test_five_hundred_slow_feeds_take_half_of_a_worker_and_hold_no_other_service_up() -> None:
    assert read_at_once(500, 8) == (READINGS_AT_A_TIME, True)


def test_control_without_places_they_take_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("_places", "_reading_places"):
        monkeypatch.setattr(provider_turns, name, places(500))
    assert read_at_once(60, 8)[0] > READINGS_AT_A_TIME


BROKEN = {
    "no end": feed(GOOD).replace(b"END:VCALENDAR\r\n", b""),
    "byte order mark": b"\xef\xbb\xbf" + feed(GOOD),
    "bare newlines": feed(GOOD).replace(b"\r\n", b"\n"),
    "mixed newlines": feed(GOOD).replace(b"\r\n", b"\n", 3),
    "folded in the middle of a letter": feed(GOOD, event("DTSTART:20260324T100000Z", "SUMMARY:B\xc3", uid="x")),
    "another encoding": feed(GOOD, event("DTSTART:20260324T100000Z", uid="x")) + "SUMMARY:Büro\r\n".encode("cp1252"),
    "zero bytes": feed(GOOD, event("DTSTART:20260324T100000Z", "SUMMARY:a\x00b", uid="x")),
    "no start": feed(GOOD, event("SUMMARY:never", uid="x")),
    "an end before its start": feed(GOOD, event("DTSTART:20260324T100000Z", "DTEND:20260323T100000Z", uid="x")),
    "a date that never was": feed(GOOD, event("DTSTART:20260231T100000Z", uid="x")),
    "no id": feed(GOOD, event("DTSTART:20260324T100000Z", "DTEND:20260324T110000Z").replace("UID:one", "X-A:b")),
    "a hundred thousand dates": feed(
        GOOD, event("DTSTART:20260324T100000Z", "RDATE:" + ",".join(["20260325T100000Z"] * 100_000), uid="x")
    ),
    "a rule of exclusion": feed(
        GOOD, event("DTSTART:20260324T100000Z", "EXRULE:FREQ=SECONDLY", "RRULE:FREQ=DAILY;COUNT=2", uid="x")
    ),
    "a count without end": feed(
        GOOD, event("DTSTART:19000101T100000Z", "RRULE:FREQ=DAILY;COUNT=999999999", uid="x")
    ),
}  # fmt: skip


@pytest.mark.parametrize("kind", BROKEN)
def test_what_is_broken_is_named_and_costs_no_other_event_or_the_whole_reading_is_refused(kind: str) -> None:
    """Never the third way: a reading that succeeds and shows the time of a sound event as free."""
    [sound] = [item.span for item in read_feed_guarded(feed(GOOD), SPRING, "Europe/Berlin").busy]
    begun = time.monotonic()
    try:
        content = read_feed_guarded(BROKEN[kind], SPRING, "Europe/Berlin")
    except FeedError as error:
        assert error.code
    else:
        assert sound in [item.span for item in content.busy]
    assert time.monotonic() - begun < 25


def test_control_a_reader_that_takes_an_error_for_an_empty_feed_shows_time_as_free() -> None:
    def careless(data: bytes) -> int:
        try:
            return len(read_feed_guarded(data, SPRING, "Europe/Berlin").busy)
        except FeedError:
            return 0

    assert (careless(feed(GOOD)), careless(b"<html>" + feed(GOOD)[30:])) == (1, 0)
