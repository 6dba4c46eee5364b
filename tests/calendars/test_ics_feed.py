"""The feed provider against a real HTTP server."""

import gzip
import socket
import time
from collections.abc import Iterator
from threading import Thread
from typing import Any

import pytest
import requests

from calendars import ics_fetch
from calendars.ics_guard import MAX_BYTES
from calendars.ics_read import read_feed
from calendars.ics_uid import uid_of
from calendars.providers.base import CalendarError, CalendarProvider
from calendars.providers.ics import CALENDAR_ID, IcsFeed
from calendars.span import Span
from tests.calendars.feeds import SPRING, event, feed, timed
from tests.fixtures.feed_site import Site

ONE = feed(timed("20260323T100000", "20260323T110000"), head=("X-WR-CALNAME:Robin",))
TWO = feed(timed("20260324T100000", "20260324T110000"), event("DTSTART;VALUE=DATE:20260326", uid="day"))


@pytest.fixture
def site(feed_site: Site) -> Site:
    """A site with one event."""
    feed_site.body = ONE
    return feed_site


@pytest.fixture
def robin(site: Site) -> Iterator[IcsFeed]:
    """Parses in this process, which is faster; the guard has its own tests and one here."""
    with requests.Session() as session:
        yield IcsFeed(session, site.address, "Europe/London", read=read_feed)


def refused(provider: IcsFeed) -> CalendarError:
    with pytest.raises(CalendarError) as refusal:
        provider.read_changes(CALENDAR_ID, None, SPRING)
    return refusal.value


def test_a_feed_is_one_calendar_that_cannot_be_written(robin: IcsFeed) -> None:
    provider: CalendarProvider = robin
    (calendar,) = provider.list_calendars()
    assert (calendar.id, calendar.name, calendar.timezone) == (CALENDAR_ID, "Robin", "Europe/London")
    assert not calendar.can_write
    assert not provider.can_write
    for write in (lambda: robin.put_event(CALENDAR_ID, None), lambda: robin.cancel_event(CALENDAR_ID, "k")):  # type: ignore[arg-type]
        with pytest.raises(CalendarError) as refusal:
            write()
        assert (refusal.value.code, refusal.value.permanent) == ("forbidden", True)
    with pytest.raises(CalendarError):
        robin.read_changes("another", None, SPRING)


def test_a_first_reading_is_full_and_through_the_guard(site: Site) -> None:
    with requests.Session() as session:
        changes = IcsFeed(session, site.address, "Europe/London").read_changes(CALENDAR_ID, None, SPRING)
    assert changes.is_full
    assert [item.event_id for item in changes.items] == ["one"]
    assert changes.known.start == SPRING.start
    assert changes.known.end > SPRING.end
    assert changes.timezone == "Europe/London"
    assert "secret-path" not in str(changes.token)


def test_not_modified_keeps_what_was_read(site: Site, robin: IcsFeed) -> None:
    site.headers = {"ETag": '"v1"', "Last-Modified": "Mon, 02 Mar 2026 10:00:00 GMT"}
    first = robin.read_changes(CALENDAR_ID, None, SPRING)
    second = robin.read_changes(CALENDAR_ID, first.token, SPRING)
    assert "if-none-match" not in site.seen[0]
    assert site.seen[1]["if-none-match"] == '"v1"'
    assert site.seen[1]["if-modified-since"] == "Mon, 02 Mar 2026 10:00:00 GMT"
    assert (second.is_full, second.items, second.removed) == (False, (), ())
    assert (second.known, second.timezone) == (first.known, first.timezone)
    assert robin.read_changes(CALENDAR_ID, second.token, SPRING).known == first.known


def test_a_changed_feed_is_read_in_full(site: Site, robin: IcsFeed) -> None:
    site.headers = {"ETag": '"v1"'}
    first = robin.read_changes(CALENDAR_ID, None, SPRING)
    site.body, site.headers = TWO, {"ETag": '"v2"'}
    changes = robin.read_changes(CALENDAR_ID, first.token, SPRING)
    assert changes.is_full
    assert {item.event_id for item in changes.items} == {"one", "day"}


def test_a_feed_without_validators_is_known_by_its_content(site: Site, robin: IcsFeed) -> None:
    """Google's secret addresses send none."""
    first = robin.read_changes(CALENDAR_ID, None, SPRING)
    assert not robin.read_changes(CALENDAR_ID, first.token, SPRING).is_full
    site.body = TWO
    assert robin.read_changes(CALENDAR_ID, first.token, SPRING).is_full


def test_a_window_beyond_what_was_read_is_read_anew_whatever_the_server_would_say(
    site: Site, robin: IcsFeed
) -> None:
    site.headers = {"ETag": '"v1"'}
    first = robin.read_changes(CALENDAR_ID, None, SPRING)
    later = Span(SPRING.start, first.known.end + 1)
    changes = robin.read_changes(CALENDAR_ID, first.token, later)
    assert "if-none-match" not in site.seen[1]
    assert changes.is_full
    assert changes.known.end >= later.end


@pytest.mark.parametrize("token", ["", "nonsense", "{}", "[1]", '{"known":1}'])
def test_a_token_that_is_none_is_a_first_reading(robin: IcsFeed, token: str) -> None:
    assert robin.read_changes(CALENDAR_ID, token, SPRING).is_full


def test_a_token_is_for_one_reader_only(site: Site, robin: IcsFeed) -> None:
    token = robin.read_changes(CALENDAR_ID, None, SPRING).token
    with requests.Session() as session:
        elsewhere = IcsFeed(session, site.address, "Asia/Kolkata", read=read_feed)
        assert elsewhere.read_changes(CALENDAR_ID, token, SPRING).is_full


def test_warnings_stay_while_the_feed_does(site: Site, robin: IcsFeed) -> None:
    site.body = feed(timed("20260323T100000", "20260323T110000", zone="Mars/Olympus"))
    first = robin.read_changes(CALENDAR_ID, None, SPRING)
    assert first.warnings
    assert robin.read_changes(CALENDAR_ID, first.token, SPRING).warnings == first.warnings


def test_a_live_check_asks_now_and_leaves_our_own_bookings_out(site: Site, robin: IcsFeed) -> None:
    ours = timed("20260325T100000", "20260325T110000", uid=uid_of("bkg_1"))
    site.body = feed(
        timed("20260323T100000", "20260323T110000"), ours, event("DTSTART;VALUE=DATE:20260326", uid="d")
    )
    live = robin.check_busy([CALENDAR_ID, "another"], SPRING)
    assert [span.end - span.start for span in live.busy] == [60, 1440]
    assert live.unknown == ("another",)
    assert robin.check_busy(["another"], SPRING).unknown == ("another",)
    assert len(site.seen) == 1


@pytest.mark.parametrize(
    ("status", "code", "permanent"),
    [
        (401, "unauthorized", True),
        (403, "forbidden", True),
        (404, "not-found", True),
        (410, "not-found", True),
        (429, "rate-limited", False),
        (500, "unavailable", False),
        (503, "unavailable", False),
        (418, "invalid", False),
    ],
)
def test_a_refusal_has_a_code_and_never_the_address(
    site: Site, robin: IcsFeed, status: int, code: str, permanent: bool
) -> None:
    site.status, site.headers = status, {"Retry-After": "120"}
    error = refused(robin)
    assert (error.code, error.permanent) == (code, permanent)
    assert error.retry_after == (120 if status in (429, 500, 503) else None)
    assert "secret-path" not in str(error)


@pytest.mark.parametrize("body", [b"<html>Please sign in</html>", b"", b"\0\1\2", ONE[:-30]])
def test_what_is_no_calendar_is_an_error_and_never_an_empty_calendar(
    site: Site, robin: IcsFeed, body: bytes
) -> None:
    site.body = body
    error = refused(robin)
    assert (error.code, error.permanent) == ("invalid", False)


def test_a_compressed_feed_is_read_and_a_compressed_bomb_is_not(site: Site, robin: IcsFeed) -> None:
    site.headers = {"Content-Encoding": "gzip"}
    site.body = gzip.compress(ONE)
    assert robin.read_changes(CALENDAR_ID, None, SPRING).items
    site.body = gzip.compress(bytes(20 * MAX_BYTES), 1)
    assert len(site.body) < MAX_BYTES
    assert str(refused(robin)) == "the feed is too large"
    site.headers, site.body = {}, b"X" * (MAX_BYTES + 1)
    assert str(refused(robin)) == "the feed is too large"


def test_a_server_that_drips_meets_the_deadline(
    site: Site, robin: IcsFeed, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.drip = 0.01
    begun = time.monotonic()
    with requests.Session() as session, pytest.raises(CalendarError) as refusal:
        ics_fetch.fetch(session, site.address, deadline_seconds=0.3)
    assert time.monotonic() - begun < 1.5
    assert refusal.value.code == "unavailable"


def test_a_server_that_drips_its_headers_meets_the_deadline() -> None:
    """Each byte comes long before any socket's timeout, and the header never ends."""
    with socket.create_server(("127.0.0.1", 0)) as server, requests.Session() as session:
        Thread(target=drip_headers, args=(server,), daemon=True).start()
        begun = time.monotonic()
        with pytest.raises(CalendarError) as refusal:
            ics_fetch.fetch(session, f"http://127.0.0.1:{server.getsockname()[1]}/", deadline_seconds=0.3)
    assert time.monotonic() - begun < 1.5
    assert refusal.value.code == "unavailable"


def drip_headers(server: socket.socket) -> None:
    client, _ = server.accept()
    with client:
        client.sendall(b"HTTP/1.1 200 OK\r\nX-Endless: ")
        for _ in range(100):
            client.sendall(b"x")
            time.sleep(0.02)


def test_a_server_that_is_not_there_is_unavailable_and_its_address_not_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    with requests.Session() as session:
        error = refused(IcsFeed(session, f"http://127.0.0.1:{port}/secret-path", "UTC"))
    assert error.code == "unavailable"
    assert "secret-path" not in repr((error, error.__cause__))


def test_redirects_are_followed_a_little_and_never_in_circles(site: Site, robin: IcsFeed) -> None:
    site.status, site.headers = 302, {"Location": "/secret-path/elsewhere.ics"}
    error = refused(robin)
    assert (error.code, len(site.seen)) == ("misconfigured", 4)


@pytest.mark.parametrize(
    "address", ["file:///etc/passwd", "ftp://feeds.test/a.ics", "feeds.test/a.ics", "", "javascript:alert(1)"]
)
def test_an_address_of_another_kind_is_refused(address: str) -> None:
    with requests.Session() as session:
        error = refused(IcsFeed(session, address, "UTC"))
    assert (error.code, error.permanent) == ("misconfigured", True)


class Recorded(requests.Session):
    """A session that only writes down where it was sent."""

    sent: list[str]

    def get(self, url: Any, **kwargs: Any) -> Any:
        self.sent = [*getattr(self, "sent", []), url]
        raise requests.ConnectionError(url)


@pytest.mark.parametrize("scheme", ["webcal", "WEBCAL", "webcals", "https"])
def test_webcal_means_https(scheme: str) -> None:
    session = Recorded()
    assert refused(IcsFeed(session, f"{scheme}://feeds.test/a.ics", "UTC")).code == "unavailable"
    assert session.sent == ["https://feeds.test/a.ics"]


def test_encryption_is_not_given_up_on_the_way() -> None:
    with pytest.raises(CalendarError, match="encryption"):
        ics_fetch._next_address("https://feeds.test/a", "http://feeds.test/a")
    assert ics_fetch._next_address("http://feeds.test/a", "webcal://feeds.test/b") == "https://feeds.test/b"
