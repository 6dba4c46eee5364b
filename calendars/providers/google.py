"""Google Calendar v3 as a calendar provider."""

from collections.abc import Callable, Sequence
from datetime import datetime

import requests

from calendars.providers import google_push, google_reading, google_writing
from calendars.providers.base import (
    Changes,
    ClosesTime,
    EventDraft,
    LiveCheck,
    RemoteCalendar,
    WrittenEvent,
    usually_closes_time,
)
from calendars.providers.google_api import GoogleApi, Resource
from calendars.providers.push import Channel, ChannelDraft
from calendars.span import Span

# `writerWithoutPrivateAccess` and roles to come are not enough to book on
_CAN_WRITE = {"owner", "writer"}


class GoogleCalendar:
    """One Google account, through an access token that may be refreshed.

    `access_token(False)` gives the token, `access_token(True)` a fresh one; it is asked to once after a 401.
    `api_base` is the address before `/calendar/v3/`. How busy time is read, and why so: `google_reading`.
    """

    kind = "google"
    can_write = True

    def __init__(self, session: requests.Session, access_token: Callable[[bool], str], api_base: str) -> None:
        self._api = GoogleApi(session, access_token, api_base)

    def list_calendars(self) -> tuple[RemoteCalendar, ...]:
        """All calendars in the account's list."""
        entries = self._api.calendar_list
        pages = self._api.pages(
            "calendar#calendarList", lambda token: entries.list(pageToken=token, maxResults=250)
        )
        return tuple(
            _remote_calendar(entry)
            for page in pages
            for entry in page.get("items", ())
            if not entry.get("deleted")
        )

    def read_changes(self, calendar_id: str, token: str | None, window: Span) -> Changes:
        """Busy items in `window`; an empty, not full answer when they are those that `token` stands for."""
        return google_reading.read_changes(self._api, calendar_id, token, window)

    def check_busy(
        self, calendar_ids: Sequence[str], window: Span, closes: ClosesTime = usually_closes_time
    ) -> LiveCheck:
        """Ask Google now; a calendar that cannot be read is unknown."""
        return google_reading.check_busy(self._api, calendar_ids, window, closes)

    def put_event(self, calendar_id: str, draft: EventDraft) -> WrittenEvent:
        """Create the event, or bring the existing one with this key to the draft. Idempotent."""
        return google_writing.put_event(self._api, calendar_id, draft)

    def get_event(self, calendar_id: str, key: str) -> WrittenEvent | None:
        """The live event with this key, or None when it is gone or cancelled."""
        return google_writing.get_event(self._api, calendar_id, key)

    def cancel_event(self, calendar_id: str, key: str) -> None:
        """Remove the event; Google tells its guests. Already gone is success."""
        google_writing.cancel_event(self._api, calendar_id, key)

    def watch(self, calendar_id: str, draft: ChannelDraft) -> Channel:
        """Open a push channel; its first message may arrive before this returns."""
        return google_push.watch(self._api, calendar_id, draft)

    def extend(self, remote_id: str, until: datetime) -> Channel | None:
        """Nothing: Google's channels cannot be extended."""
        return None

    def unwatch(self, key: str, remote_id: str) -> None:
        """Stop a push channel; one that is gone is stopped."""
        google_push.unwatch(self._api, key, remote_id)


def _remote_calendar(entry: Resource) -> RemoteCalendar:
    return RemoteCalendar(
        id=entry["id"],
        name=entry.get("summaryOverride") or entry.get("summary") or entry["id"],
        timezone=entry.get("timeZone"),
        can_write=entry.get("accessRole") in _CAN_WRITE,
        is_primary=bool(entry.get("primary")),
        color=entry.get("backgroundColor"),
    )
