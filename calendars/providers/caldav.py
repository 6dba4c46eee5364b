"""A CalDAV account as a calendar provider: a small client of our own, tested against Radicale.

The server is asked for events only, never to invite: our own iTIP mail, with the same UID, is the invitation.
"""

from collections.abc import Sequence
from urllib.parse import urljoin

import requests

from calendars.ics_guard import read_feeds_guarded
from calendars.providers import caldav_discovery, caldav_reading, caldav_writing
from calendars.providers.base import (
    CalendarError,
    Changes,
    ClosesTime,
    EventDraft,
    LiveCheck,
    RemoteCalendar,
    WrittenEvent,
    usually_closes_time,
)
from calendars.providers.caldav_discovery import CalDavAccount
from calendars.providers.caldav_http import CalDavClient
from calendars.providers.caldav_objects import ReadFeeds
from calendars.providers.caldav_reading import Reader
from calendars.span import Span


class CalDavCalendar:
    """One account at the CalDAV server that `url` leads to. `session` decides what may be connected to, and bounds
    every answer in bytes and time.

    `default_zone` is for calendars that name none. `owners` are the rep's own addresses in lower case, beside
    `username` where it is one: what they declined is free. A calendar's id is its address. Video is not made.
    """

    kind = "caldav"
    can_write = True

    def __init__(
        self,
        session: requests.Session,
        url: str,
        username: str,
        password: str,
        default_zone: str,
        *,
        owners: frozenset[str] = frozenset(),
        read: ReadFeeds = read_feeds_guarded,
    ) -> None:
        self._client = CalDavClient(session, url, username, password)
        own = {username.lower()} if "@" in username else set()
        self._reader = Reader(default_zone, owners | own, read)

    def find_account(self) -> CalDavAccount:
        """Who we are at the server, by which the same account is known again."""
        return caldav_discovery.find_account(self._client)

    def list_calendars(self) -> tuple[RemoteCalendar, ...]:
        """All event calendars in the account's calendar homes."""
        return caldav_discovery.list_calendars(self._client, self.find_account())

    def read_changes(self, calendar_id: str, token: str | None, window: Span) -> Changes:
        """Busy items in `window`, or the changes since `token`; whole objects where one occurrence changed."""
        return caldav_reading.read_changes(
            self._client, self._reader, self._address(calendar_id), token, window
        )

    def check_busy(
        self, calendar_ids: Sequence[str], window: Span, closes: ClosesTime = usually_closes_time
    ) -> LiveCheck:
        """Read the window now, as `read_changes` would."""
        addresses = {self._address(each): each for each in calendar_ids}
        answer = caldav_reading.check_busy(
            self._client,
            self._reader,
            list(addresses),
            window,
            lambda address, kind: closes(addresses[address], kind),
        )
        return LiveCheck(answer.busy, tuple(addresses[each] for each in answer.unknown))

    def put_event(self, calendar_id: str, draft: EventDraft) -> WrittenEvent:
        """Create the event, or bring the existing one with this key to the draft. Nobody is told."""
        return caldav_writing.put_event(self._client, self._address(calendar_id), draft, self._reader.owners)

    def get_event(self, calendar_id: str, key: str) -> WrittenEvent | None:
        """The live event with this key, or None when it is gone or cancelled."""
        return caldav_writing.get_event(self._client, self._address(calendar_id), key)

    def cancel_event(self, calendar_id: str, key: str) -> None:
        """Remove the event. Nobody is told; already gone is success."""
        caldav_writing.cancel_event(self._client, self._address(calendar_id), key)

    def _address(self, calendar_id: str) -> str:
        """The calendar's address; one at another host was named by the account's own server."""
        url = urljoin(self._client.url, calendar_id)
        try:
            self._client.trust(url)
        except CalendarError:
            raise CalendarError(
                "this account has no such calendar", code="not-found", permanent=True
            ) from None
        return url
