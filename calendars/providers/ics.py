"""A subscribed iCalendar feed: one read-only calendar behind one secret address.

Feeds are not real time: Google's lag by hours, Outlook's by up to hours. What they say is true of some while ago, and
the freshness of the mirror, not this client, decides whether that is good enough.
"""

from collections.abc import Callable, Sequence
from typing import NoReturn

import requests

from calendars.ics_fetch import Fetched, fetch
from calendars.ics_guard import read_feed_guarded
from calendars.ics_read import FeedContent
from calendars.ics_text import FeedError
from calendars.ics_token import FeedToken, fingerprint
from calendars.providers.base import (
    BusyItem,
    CalendarError,
    Changes,
    ClosesTime,
    EventDraft,
    LiveCheck,
    RemoteCalendar,
    WrittenEvent,
    usually_closes_time,
)
from calendars.span import Span
from calendars.zones import MINUTES_A_DAY, day_span

CALENDAR_ID = "feed"
# Read further than asked, so that "not modified" stays an answer while the window moves on.
_AHEAD = 7 * MINUTES_A_DAY
ReadFeed = Callable[..., FeedContent]


class IcsFeed:
    """The feed at `url` (https, http, or webcal, which means https), as a `CalendarProvider` that cannot write.

    `default_zone` places times and whole days that name no zone. `owners` are the rep's own addresses in lower case:
    what they declined is free. `read` parses the body (`ics_guard.read_feed_guarded`).
    """

    kind = "ics"
    can_write = False

    def __init__(
        self,
        session: requests.Session,
        url: str,
        default_zone: str,
        *,
        owners: frozenset[str] = frozenset(),
        read: ReadFeed = read_feed_guarded,
    ) -> None:
        self._session = session
        self._url = url
        self._zone = default_zone
        self._owners = owners
        self._read = read

    def list_calendars(self) -> tuple[RemoteCalendar, ...]:
        """The one calendar there is, under the name the feed gives itself."""
        content = self._parse(self._fetch().body, Span(0, 1))
        name = content.name or "Subscribed calendar"
        return (RemoteCalendar(CALENDAR_ID, name, content.timezone, can_write=False, is_primary=True),)

    def read_changes(self, calendar_id: str, token: str | None, window: Span) -> Changes:
        """Everything in (a little more than) `window`; or nothing new, if the feed says so or is the same as before.

        `known` is the stretch that was read when the feed last changed.
        """
        self._check(calendar_id)
        before = FeedToken.parse(token, self._fingerprint(), window)
        fetched = self._fetch(before)
        if before is not None and (fetched.is_unmodified or fetched.digest == before.digest):
            return self._unchanged(before.renewed(fetched))
        wide = Span(window.start, window.end + _AHEAD)
        content = self._parse(fetched.body, wide)
        after = FeedToken.of(fetched, self._fingerprint(), wide, content)
        return Changes(True, content.busy, (), after.text(), wide, content.timezone, content.warnings)

    def check_busy(
        self, calendar_ids: Sequence[str], window: Span, closes: ClosesTime = usually_closes_time
    ) -> LiveCheck:
        """Fetch and read the feed now. Calendars that are not this feed are unknown."""
        unknown = tuple(wanted for wanted in calendar_ids if wanted != CALENDAR_ID)
        if len(unknown) == len(calendar_ids):
            return LiveCheck((), unknown)
        content = self._parse(self._fetch().body, window)
        others = (item for item in content.busy if item.booking is None and closes(CALENDAR_ID, item.kind))
        return LiveCheck(tuple(_span(item, content.timezone) for item in others), unknown)

    def put_event(self, calendar_id: str, draft: EventDraft) -> WrittenEvent:
        """Refused: a feed is read-only."""
        self._refuse()

    def get_event(self, calendar_id: str, key: str) -> WrittenEvent | None:
        """Refused: a feed holds no events of ours."""
        self._refuse()

    def cancel_event(self, calendar_id: str, key: str) -> None:
        """Refused: a feed is read-only."""
        self._refuse()

    def _fetch(self, before: FeedToken | None = None) -> Fetched:
        etag, modified = (before.etag, before.last_modified) if before else (None, None)
        return fetch(self._session, self._url, etag=etag, last_modified=modified)

    def _parse(self, body: bytes, window: Span) -> FeedContent:
        try:
            return self._read(body, window, self._zone, owners=self._owners)
        except FeedError as error:
            # Not permanent: a server in trouble answers with a page of its own, and is well again tomorrow.
            raise CalendarError(str(error), code="invalid", permanent=False) from error

    def _unchanged(self, token: FeedToken) -> Changes:
        return Changes(False, (), (), token.text(), token.known, token.timezone, token.warnings)

    def _fingerprint(self) -> str:
        return fingerprint(self._url, self._zone, self._owners)

    def _check(self, calendar_id: str) -> None:
        if calendar_id != CALENDAR_ID:
            raise CalendarError("this feed has no such calendar", code="not-found", permanent=True)

    def _refuse(self) -> NoReturn:
        raise CalendarError("a subscribed feed can only be read", code="forbidden", permanent=True)


def _span(item: BusyItem, timezone: str) -> Span:
    if item.span is not None:
        return item.span
    assert item.all_day is not None
    return day_span(timezone, item.all_day.first, item.all_day.until)
