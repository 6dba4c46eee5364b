"""CalDAV under the contract: our client, through the product's own way out, against a real Radicale."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from icalendar import Calendar, Event

from app.outbound import GuardedSession
from calendars.providers.base import AllDay, BusyKind
from calendars.providers.caldav import CalDavCalendar
from calendars.providers.caldav_event import BOOKING
from calendars.providers.times import outward
from calendars.span import Span
from calendars.zones import to_instant
from tests.calendars.feeds import event, feed, times_of, weekly
from tests.calendars.providers.case import RETRY_AFTER, Trouble
from tests.fixtures.radicale import MAKE_CALENDAR, Person, Radicale, Relay, Reply

CAN_WRITE = True

_REPLIES = {
    Trouble.THROTTLED: Reply(429, headers={"Retry-After": str(RETRY_AFTER)}),
    Trouble.DOWN: Reply(503),
    Trouble.CUT_OFF: Reply(),
    Trouble.ANSWER_LOST: Reply(is_after=True, methods=("PUT", "DELETE")),
    Trouble.FAILED_AFTER: Reply(503, is_after=True, methods=("PUT", "DELETE")),
    Trouble.NONSENSE: Reply(200, b"<html><p>Welcome to the hotel's network", {"Content-Type": "text/html"}),
}
_KINDS = {
    BusyKind.BUSY: {},
    BusyKind.TENTATIVE: {"STATUS": "TENTATIVE"},
    BusyKind.OUT_OF_OFFICE: {"X-MICROSOFT-CDO-BUSYSTATUS": "OOF"},
}
_ZONE = """<?xml version="1.0"?><D:propertyupdate xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"><D:set><D:prop>
<C:calendar-timezone>BEGIN:VCALENDAR&#13;
VERSION:2.0&#13;
PRODID:-//Test//Test//EN&#13;
BEGIN:VTIMEZONE&#13;
TZID:{name}&#13;
END:VTIMEZONE&#13;
END:VCALENDAR&#13;
</C:calendar-timezone></D:prop></D:set></D:propertyupdate>"""


def guarded(*relays: Relay) -> GuardedSession:
    """The product's own way out, let through to these."""
    where = [urlsplit(relay.url) for relay in relays]
    return GuardedSession(frozenset((str(each.hostname), int(each.port or 0)) for each in where))


class Case:
    """A new user of the server, with one calendar."""

    by_person = True
    tells_guests = makes_video = False
    cannot: Mapping[str, str] = {}

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self.radicale: Radicale = request.getfixturevalue("radicale")
        self.person: Person = self.radicale.add_person()
        self.calendar_id = self.person.calendar_url
        session = guarded(self.radicale.relay)
        request.addfinalizer(session.close)
        self.provider = CalDavCalendar(
            session, f"{self.radicale.relay.url}/", self.person.name, self.person.password, "Europe/Berlin"
        )

    def add(self, when: Span | AllDay, kind: BusyKind = BusyKind.BUSY, *, is_free: bool = False) -> str:
        made = Event()
        made.add("UID", uuid4().hex)
        made.add("DTSTAMP", to_instant(0))
        made.add("SUMMARY", "Something")
        for name, value in _KINDS[kind].items():
            made.add(name, value)
        if is_free:
            made.add("TRANSP", "TRANSPARENT")
        name = f"{made['UID']}.ics"
        self._store(name, made, when)
        return name

    def add_weekly(self, start: datetime, minutes: int, times: int) -> None:
        self.person.put("weekly.ics", feed(weekly(start, minutes, times)).decode())

    def add_calendars(self, count: int) -> Sequence[str]:
        paths = [f"/{self.person.name}/team{number}/" for number in range(count)]
        for path in paths:
            self.person.request("MKCALENDAR", path, MAKE_CALENDAR)
        return [f"{self.radicale.relay.url}{path}" for path in paths]

    def add_to(self, calendar_id: str, when: Span) -> None:
        body = feed(event(*times_of(when))).decode()
        path = urlsplit(calendar_id).path
        self.person.request("PUT", f"{path}one.ics", body, **{"Content-Type": "text/calendar"})

    def move(self, event_id: str, when: Span | AllDay) -> None:
        [event] = Calendar.from_ical(self.person.get(event_id)).events
        del event["DTSTART"], event["DTEND"]
        self._store(event_id, event, when)

    def delete(self, event_id: str) -> None:
        self.person.delete(event_id)

    def set_timezone(self, name: str) -> None:
        self.person.request("PROPPATCH", self.person.calendar, _ZONE.format(name=name), status=207)

    def live_events(self, booking: str) -> Sequence[Span]:
        stored = (self.person.get(name) for name in self.person.names())
        events = [event for ics in stored for event in Calendar.from_ical(ics).events]
        return [
            outward(event["DTSTART"].dt, event["DTEND"].dt)
            for event in events
            if event.get(BOOKING) == booking and event.get("STATUS") != "CANCELLED"
        ]

    def told(self) -> Sequence[tuple[str, str]]:
        """The server tells nobody, and is not asked to."""
        return []

    def fail(self, trouble: Trouble) -> None:
        self.radicale.relay.replies.append(_REPLIES[trouble])

    def expire_access(self) -> None:
        """A password does not run out."""

    def expire_continuations(self) -> None:
        self.radicale.forget_sync_tokens(self.person.name)

    def revoke(self) -> None:
        self.radicale.set_password(self.person.name, "another horse")

    def page_by(self, sizes: Sequence[int]) -> None:
        """The server has no pages."""

    def _store(self, name: str, event: Event, when: Span | AllDay) -> None:
        if isinstance(when, AllDay):
            event.add("DTSTART", when.first)
            event.add("DTEND", when.until)
        else:
            event.add("DTSTART", to_instant(when.start))
            event.add("DTEND", to_instant(when.end))
        calendar = Calendar()
        calendar.add("PRODID", "-//Test//Test//EN")
        calendar.add("VERSION", "2.0")
        calendar.add_component(event)
        self.person.put(name, calendar.to_ical().decode())
