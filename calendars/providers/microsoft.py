"""Outlook calendars through Microsoft Graph v1.0, for work accounts and personal ones.

The live check asks `calendarView`, as the mirror does, rather than `getSchedule`: that one sees default calendars
only, not those of personal accounts, and cannot tell our own bookings from others.
"""

from collections.abc import Callable, Sequence
from datetime import datetime

import requests

from calendars.providers.base import (
    Changes,
    ClosesTime,
    EventDraft,
    LiveCheck,
    RemoteCalendar,
    WrittenEvent,
    usually_closes_time,
)
from calendars.providers.microsoft_http import GraphHttp
from calendars.providers.microsoft_push import GraphPush
from calendars.providers.microsoft_reading import GraphReader
from calendars.providers.microsoft_writing import GraphWriter
from calendars.providers.push import Channel, ChannelDraft
from calendars.span import Span


class GraphCalendar:
    """One connected Microsoft account. `session` is the guarded one; `graph_base` ends in the API's version.

    `access_token(False)` gives a usable token, `access_token(True)` one that was refreshed just now. `mailbox`: whose
    calendars they are, where the token is the company's and not theirs.
    """

    kind = "microsoft"
    can_write = True

    def __init__(
        self,
        session: requests.Session,
        access_token: Callable[[bool], str],
        graph_base: str,
        mailbox: str | None = None,
    ) -> None:
        self._graph = GraphHttp(session, access_token, graph_base, mailbox)
        self._reader = GraphReader(self._graph)
        self._writer = GraphWriter(self._graph)
        self._push = GraphPush(self._graph)

    def list_calendars(self) -> tuple[RemoteCalendar, ...]:
        """All calendars of the account, shared ones included; their zone is the mailbox's."""
        timezone = self._reader.timezone()
        return tuple(
            RemoteCalendar(
                id=item["id"],
                name=item.get("name") or "Calendar",
                timezone=timezone,
                can_write=bool(item.get("canEdit")),
                is_primary=bool(item.get("isDefaultCalendar")),
                color=item.get("hexColor") or None,
            )
            for item in self._graph.items("/me/calendars", {"$top": "100"})
        )

    def read_changes(self, calendar_id: str, token: str | None, window: Span) -> Changes:
        """See `GraphReader.read_changes`."""
        return self._reader.read_changes(calendar_id, token, window)

    def check_busy(
        self, calendar_ids: Sequence[str], window: Span, closes: ClosesTime = usually_closes_time
    ) -> LiveCheck:
        """See `GraphReader.check_busy`."""
        return self._reader.check_busy(calendar_ids, window, closes)

    def put_event(self, calendar_id: str, draft: EventDraft) -> WrittenEvent:
        """See `GraphWriter.put_event`."""
        return self._writer.put_event(calendar_id, draft)

    def get_event(self, calendar_id: str, key: str) -> WrittenEvent | None:
        """See `GraphWriter.get_event`."""
        return self._writer.get_event(calendar_id, key)

    def cancel_event(self, calendar_id: str, key: str) -> None:
        """See `GraphWriter.cancel_event`."""
        self._writer.cancel_event(calendar_id, key)

    def watch(self, calendar_id: str, draft: ChannelDraft) -> Channel:
        """See `GraphPush.watch`."""
        return self._push.watch(calendar_id, draft)

    def extend(self, remote_id: str, until: datetime) -> Channel | None:
        """See `GraphPush.extend`."""
        return self._push.extend(remote_id, until)

    def unwatch(self, key: str, remote_id: str) -> None:
        """See `GraphPush.unwatch`."""
        self._push.unwatch(remote_id)
