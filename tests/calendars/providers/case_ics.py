"""A feed under the contract, as far as reading goes: our client, through the product's own way out, at a site."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import pytest

from app.outbound import GuardedSession
from calendars.ics_read import read_feed
from calendars.providers.base import AllDay, BusyKind
from calendars.providers.ics import CALENDAR_ID, IcsFeed
from calendars.span import Span
from tests.calendars.feeds import event, feed, times_of, weekly
from tests.calendars.providers.case import RETRY_AFTER, Trouble
from tests.fixtures.feed_site import Site

CAN_WRITE = False

_ANSWERS: dict[Trouble, tuple[int, dict[str, str], bytes]] = {
    Trouble.THROTTLED: (429, {"Retry-After": str(RETRY_AFTER)}, b""),
    Trouble.DOWN: (503, {}, b""),
    Trouble.CUT_OFF: (0, {}, b""),
    Trouble.NONSENSE: (200, {"Content-Type": "text/html"}, b"<html><p>Welcome to the hotel's network"),
}
_KINDS = {
    BusyKind.BUSY: (),
    BusyKind.TENTATIVE: ("STATUS:TENTATIVE",),
    BusyKind.OUT_OF_OFFICE: ("X-MICROSOFT-CDO-BUSYSTATUS:OOF",),
}


class Case:
    """Robin's feed."""

    tells_guests = makes_video = False
    calendar_id = CALENDAR_ID
    by_person = True
    cannot: Mapping[str, str] = {
        "many calendars": "a feed is one calendar",
        "a grant": "a feed has no grant: an address that is refused fails until another one is given",
    }

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self._site: Site = request.getfixturevalue("feed_site")
        host, _, port = self._site.address.split("/")[2].partition(":")
        session = GuardedSession(frozenset({(host, int(port))}))
        request.addfinalizer(session.close)
        self.provider = IcsFeed(session, self._site.address, "Europe/Berlin", read=read_feed)
        self._events: dict[str, str] = {}
        self._zone = "Europe/Berlin"
        self._publish()

    def add(self, when: Span | AllDay, kind: BusyKind = BusyKind.BUSY, *, is_free: bool = False) -> str:
        name = f"event{len(self._events)}"
        more = ("TRANSP:TRANSPARENT",) if is_free else ()
        return self._put(name, event(*times_of(when), *_KINDS[kind], *more, uid=name))

    def add_weekly(self, start: datetime, minutes: int, times: int) -> None:
        self._put("weekly", weekly(start, minutes, times))

    def add_calendars(self, count: int) -> Sequence[str]:
        raise NotImplementedError

    def add_to(self, calendar_id: str, when: Span) -> None:
        raise NotImplementedError

    def move(self, event_id: str, when: Span | AllDay) -> None:
        self._put(event_id, event(*times_of(when), uid=event_id))

    def delete(self, event_id: str) -> None:
        self._put(event_id, "")

    def set_timezone(self, name: str) -> None:
        self._zone = name
        self._publish()

    def live_events(self, booking: str) -> Sequence[Span]:
        """Nothing is written to a feed."""
        return []

    def told(self) -> Sequence[tuple[str, str]]:
        """Nobody is told by a feed."""
        return []

    def fail(self, trouble: Trouble) -> None:
        self._site.once.append(_ANSWERS[trouble])

    def expire_access(self) -> None:
        """An address does not run out."""

    def expire_continuations(self) -> None:
        """What we remember of a feed is the digest of what it said."""

    def revoke(self) -> None:
        self._site.status = 401

    def page_by(self, sizes: Sequence[int]) -> None:
        """A feed has no pages."""

    def _put(self, name: str, lines: str) -> str:
        self._events[name] = lines
        self._publish()
        return name

    def _publish(self) -> None:
        parts = [each for each in self._events.values() if each]
        self._site.body = feed(*parts, head=(f"X-WR-TIMEZONE:{self._zone}",))
