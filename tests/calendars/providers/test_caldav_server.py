"""What a CalDAV server may do to us: hostile XML, redirects that want the password, refusals of every kind."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from calendars.providers.base import CalendarError
from calendars.providers.caldav import CalDavCalendar
from calendars.providers.caldav_xml import Unreadable, parse
from calendars.providers.caldav_zone import zone_of
from tests.calendars.providers.case_caldav import Case, guarded
from tests.calendars.providers.test_contract import WINDOW
from tests.fixtures.radicale import Relay, Reply, relaying

PASSWORD = "right horse"
BOMB = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">
<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]><D:multistatus xmlns:D="DAV:">&c;</D:multistatus>"""
FILE = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>
<D:multistatus xmlns:D="DAV:"><D:sync-token>&x;</D:sync-token></D:multistatus>"""
HOSTILE = {
    "billion laughs": BOMB,
    "external entity": FILE,
    "definitions alone": b'<!DOCTYPE a><D:multistatus xmlns:D="DAV:"/>',
    "deep": b"<a>" * 200_000 + b"</a>" * 200_000,
    "many": b"<a>" + b"<b/>" * 200_000 + b"</a>",
    "huge": b"<a>" + b" " * (11 * 1024 * 1024) + b"</a>",
    "cut off": b'<D:multistatus xmlns:D="DAV:"><D:response>',
    "unknown encoding": b'<?xml version="1.0" encoding="x-nothing"?><a/>',
    "nothing": b"",
    "another document": b'<D:error xmlns:D="DAV:"/>',
    "a status that is none": b'<D:multistatus xmlns:D="DAV:"><D:response><D:href>/</D:href>'
    b"<D:status>fine</D:status></D:response></D:multistatus>",
}


@pytest.fixture
def caldav(request: pytest.FixtureRequest) -> Case:
    """One account at Radicale."""
    return Case(request)


@pytest.fixture
def elsewhere() -> Iterator[Relay]:
    """Another server, which answers what it is told to."""
    with relaying() as relay:
        yield relay


def account_at(relay: Relay, *others: Relay, path: str = "/") -> CalDavCalendar:
    return CalDavCalendar(guarded(relay, *others), f"{relay.url}{path}", "rita", PASSWORD, "Europe/Berlin")


def error_of(call: Callable[[], Any]) -> CalendarError:
    with pytest.raises(CalendarError) as raised:
        call()
    assert PASSWORD not in str(raised.value)
    return raised.value


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE)
def test_hostile_xml_is_refused_and_is_never_an_empty_calendar(elsewhere: Relay, body: bytes) -> None:
    elsewhere.answer = lambda *_: Reply(207, body, {"Content-Type": "application/xml"})
    provider = account_at(elsewhere)
    error = error_of(lambda: provider.read_changes("/rita/office/", None, WINDOW))
    assert (error.code, error.permanent) == ("unavailable", False)
    assert provider.check_busy(["/rita/office/"], WINDOW).unknown == ("/rita/office/",)


@pytest.mark.parametrize("name", ["billion laughs", "external entity", "deep", "many", "huge"])
def test_the_parser_itself_refuses_what_could_harm(name: str) -> None:
    with pytest.raises(Unreadable):
        parse(HOSTILE[name])


def test_the_well_known_address_leads_to_the_account(caldav: Case) -> None:
    relay, person = caldav.radicale.relay, caldav.person

    def only_below(method: str, path: str, body: bytes) -> Reply | None:
        return (
            Reply(404) if path in ("/", "/shop") and relay.seen[-2:][0][1] != "/.well-known/caldav" else None
        )

    relay.answer = only_below
    provider = CalDavCalendar(guarded(relay), f"{relay.url}/shop", person.name, person.password, "UTC")
    assert [each.id for each in provider.list_calendars()] == [person.calendar_url]
    asked = [(method, path) for method, path, _, _ in relay.seen]
    assert ("PROPFIND", "/.well-known/caldav") in asked
    assert {method for method, _ in asked} == {"PROPFIND"}, "a redirect does not change the method"


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_on_the_same_server_keeps_method_body_and_password(caldav: Case, status: int) -> None:
    relay, person = caldav.radicale.relay, caldav.person
    relay.replies.append(Reply(status, headers={"Location": "/"}))
    provider = CalDavCalendar(guarded(relay), f"{relay.url}/old/", person.name, person.password, "UTC")
    assert provider.list_calendars()
    (method, _, first, body), (other, path, second, again) = relay.seen[:2]
    assert (method, other, path, body) == ("PROPFIND", "PROPFIND", "/", again)
    assert first["Authorization"] == second["Authorization"]


@pytest.mark.parametrize("status", [200, 207, 401, 404])
def test_another_server_is_never_given_the_password_and_is_named_instead(
    caldav: Case, elsewhere: Relay, status: int
) -> None:
    relay = caldav.radicale.relay
    relay.answer = lambda *_: Reply(302, headers={"Location": f"{elsewhere.url}/dav/"})
    elsewhere.answer = lambda *_: Reply(status)
    provider = account_at(relay, elsewhere)
    error = error_of(provider.list_calendars)
    assert error.code == "misconfigured"
    assert elsewhere.url in str(error)
    assert elsewhere.seen
    assert not any("Authorization" in headers for _, _, headers, _ in elsewhere.seen)


def test_a_plain_server_that_names_another_plain_one_does_not_get_it_trusted(
    caldav: Case, elsewhere: Relay
) -> None:
    answer = (
        '<D:multistatus xmlns:D="DAV:"><D:response><D:href>/</D:href><D:propstat><D:prop><D:current-user-principal>'
        f"<D:href>{elsewhere.url}/me/</D:href></D:current-user-principal></D:prop>"
        "<D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response></D:multistatus>"
    )
    caldav.radicale.relay.answer = lambda *_: Reply(207, answer.encode())
    provider = account_at(caldav.radicale.relay, elsewhere)
    assert error_of(provider.list_calendars).code == "misconfigured"
    assert not elsewhere.seen
    assert error_of(lambda: provider.read_changes(f"{elsewhere.url}/x/", None, WINDOW)).code == "not-found"
    assert not elsewhere.seen


def test_redirects_without_end_are_given_up_after_three(elsewhere: Relay) -> None:
    elsewhere.answer = lambda *_: Reply(301, headers={"Location": "/again"})
    provider = account_at(elsewhere)
    assert error_of(lambda: provider.read_changes("/rita/office/", None, WINDOW)).code == "misconfigured"
    assert len(elsewhere.seen) == 4


def test_a_servers_cookie_is_not_sent_back(caldav: Case) -> None:
    relay = caldav.radicale.relay
    session = guarded(relay)
    relay.replies.append(Reply(503, headers={"Set-Cookie": "who=remy; Path=/"}))
    for _ in range(2):
        provider = CalDavCalendar(
            session, relay.url, caldav.person.name, caldav.person.password, "Europe/Berlin"
        )
        try:
            provider.list_calendars()
        except CalendarError as error:
            assert not error.permanent
    assert len(relay.seen) > 2
    assert not any("Cookie" in headers for _, _, headers, _ in relay.seen)


@pytest.mark.parametrize(
    ("reply", "code", "permanent", "needs_reconnect"),
    [
        (Reply(401), "unauthorized", True, True),
        (Reply(403), "forbidden", True, False),
        (Reply(404), "not-found", True, False),
        (Reply(405), "misconfigured", True, False),
        (Reply(423), "conflict", False, False),
        (Reply(429), "rate-limited", False, False),
        (Reply(500), "unavailable", False, False),
        (Reply(507), "unavailable", False, False),
    ],
)
def test_each_refusal_means_one_thing(
    caldav: Case, reply: Reply, code: str, permanent: bool, needs_reconnect: bool
) -> None:
    caldav.radicale.relay.replies.append(reply)
    error = error_of(lambda: caldav.provider.read_changes(caldav.calendar_id, None, WINDOW))
    assert (error.code, error.permanent, error.needs_reconnect) == (code, permanent, needs_reconnect)


def test_a_page_that_is_no_calendar_server_says_so(elsewhere: Relay) -> None:
    assert error_of(account_at(elsewhere).list_calendars).code == "misconfigured"
    elsewhere.answer = lambda *_: Reply(200, b"<html>Welcome", {"Content-Type": "text/html"})
    assert not error_of(account_at(elsewhere).list_calendars).needs_reconnect


@pytest.mark.parametrize(
    "url", ["ftp://calendar.test/", "file:///etc/passwd", "calendar", "https://[bad", ""]
)
def test_what_is_no_address_is_refused_before_anything_is_asked(elsewhere: Relay, url: str) -> None:
    error = error_of(lambda: CalDavCalendar(guarded(elsewhere), url, "rita", PASSWORD, "UTC"))
    assert error.code == "misconfigured"


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\n", "Europe/Berlin"),
        ("TZID:/freeassociation.sourceforge.net/America/Argentina/Ushuaia", "America/Argentina/Ushuaia"),
        ("TZID:Custom\nX-LIC-LOCATION:Asia/Tokyo\n", "Asia/Tokyo"),
        ("TZID:../../etc/passwd", None),
        ("TZID:Mars/Olympus", None),
        (None, None),
    ],
)
def test_the_zone_of_a_calendar_is_one_that_exists(text: str | None, zone: str | None) -> None:
    assert zone_of(text) == zone
