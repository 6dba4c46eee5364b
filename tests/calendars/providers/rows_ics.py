"""The rows of the busy table as iCalendar has them, and a feed that shows one."""

from collections.abc import Mapping

import pytest

from calendars.ics_uid import uid_of
from calendars.providers.base import AllDay
from calendars.providers.ics import CALENDAR_ID, IcsFeed
from calendars.span import Span
from tests.calendars.feeds import event, feed, times_of
from tests.calendars.providers.case_caldav import GuardedSession
from tests.fixtures.feed_site import Site

_NOT_TOLD = "iCalendar does not tell it apart; its publisher leaves it out, or shows it as free or busy"

ICALENDAR_ROWS: Mapping[str, tuple[str, ...]] = {
    "plain": (),
    "private": ("CLASS:PRIVATE",),
    "accepted": ("ATTENDEE;PARTSTAT=ACCEPTED:mailto:{owner}",),
    "cancelled": ("STATUS:CANCELLED",),
    "declined": ("ATTENDEE;PARTSTAT=ACCEPTED:mailto:a@b.test", "ATTENDEE;PARTSTAT=DECLINED:MAILTO:{owner}"),
    "shown as free": ("TRANSP:TRANSPARENT",),
    "all day, shown as free": ("TRANSP:TRANSPARENT",),
    "out of office": ("X-MICROSOFT-CDO-BUSYSTATUS:OOF",),
    "working elsewhere": ("X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE",),
    "all day, shown as busy": ("TRANSP:OPAQUE",),
    "all day, nothing said": (),
    "not answered": ("ORGANIZER:mailto:a@b.test", "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:{owner}"),
    "not answered, shown as busy": (
        "X-MICROSOFT-CDO-BUSYSTATUS:BUSY",
        "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:{owner}",
    ),
    "tentative": ("STATUS:TENTATIVE",),
    "answered maybe": ("ATTENDEE;PARTSTAT=TENTATIVE:mailto:{owner}",),
    "of a sort nobody knows yet": ("X-MICROSOFT-CDO-BUSYSTATUS:LEVITATING", "STATUS:PERHAPS"),
}
ICALENDAR_WHY_NOT: Mapping[str, str] = dict.fromkeys(
    ("working location", "birthday", "focus time", "from a mail"), _NOT_TOLD
)


def icalendar_of(row: str, when: Span | AllDay, owner: str) -> str:
    """The lines of one entry."""
    return event(*times_of(when), *(line.format(owner=owner) for line in ICALENDAR_ROWS[row]))


class IcsRows:
    """One entry in Robin's feed."""

    ROWS, WHY_NOT = ICALENDAR_ROWS, ICALENDAR_WHY_NOT
    calendar_id = CALENDAR_ID
    _OWNER = "robin@acme.test"

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self._site: Site = request.getfixturevalue("feed_site")
        host, _, port = self._site.address.split("/")[2].partition(":")
        session = GuardedSession(frozenset({(host, int(port))}))
        request.addfinalizer(session.close)
        owners = frozenset({self._OWNER})
        self.provider = IcsFeed(session, self._site.address, "Europe/Paris", owners=owners)

    def put(self, row: str, when: Span | AllDay) -> None:
        self._site.body = feed(icalendar_of(row, when, self._OWNER))

    def put_own(self, booking: str, when: Span) -> None:
        self._site.body = feed(event(*times_of(when), uid=uid_of(booking)))
