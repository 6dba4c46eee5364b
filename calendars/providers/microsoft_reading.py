"""Reading an account's busy time from Graph.

`calendarView` expands series; a delta query says only whether anything changed, because its rounds carry
occurrences without their status and do not mention deleted ones.
"""

from collections.abc import Sequence
from typing import Any

from calendars.providers.base import (
    BusyItem,
    CalendarError,
    Changes,
    ClosesTime,
    LiveCheck,
    usually_closes_time,
)
from calendars.providers.microsoft_busy import busy_events, span_of
from calendars.providers.microsoft_errors import GraphRefusal, unavailable
from calendars.providers.microsoft_http import GraphHttp, calendar_path
from calendars.providers.microsoft_marks import BOOKING, showing
from calendars.providers.microsoft_sync import Place, read_token
from calendars.providers.times import rfc3339
from calendars.providers.windows_zones import to_iana
from calendars.span import Span
from calendars.zones import MINUTES_A_DAY

JSON = dict[str, Any]
_OF_A_BUSY_EVENT = (
    "id,type,seriesMasterId,start,end,isAllDay,isCancelled,showAs,responseStatus,transactionId,changeKey"
)
_CANNOT_ANSWER_FOR = {"not-found", "forbidden", "invalid"}


class GraphReader:
    """The reading half of a connected account."""

    def __init__(self, graph: GraphHttp) -> None:
        self._graph = graph

    def read_changes(self, calendar_id: str, token: str | None, window: Span) -> Changes:
        """Busy items in `window`, or what changed since `token`; a window that moved on is read in full.

        Changed single events are given alone. As soon as a series or a removal is among the changes, or the mailbox
        has another zone, everything is read again: Graph does not say which occurrences of a series are gone.
        """
        place = read_token(token)
        if place is None or not place.continues(calendar_id, window):
            return self._read_all(calendar_id, window)
        try:
            changed, link = self._walk(place.link)
        except GraphRefusal as refusal:
            if not refusal.is_sync_lost:
                raise
            return self._read_all(calendar_id, window)
        timezone = self.timezone()  # no change of an event tells that its whole days lie elsewhere now
        has_moved, place = timezone != place.timezone, Place(calendar_id, link, place.known, timezone)
        if has_moved or any(
            "@removed" in item or item.get("type") != "singleInstance" for item in changed.values()
        ):
            return self._full(place)
        found = busy_events(changed.values(), place.known, place.timezone)
        busy = {item.event_id for item in found.items}
        return Changes(
            is_full=False,
            items=found.items,
            removed=tuple(id_ for id_ in changed if id_ not in busy),
            token=place.to_token(),
            known=place.known,
            timezone=place.timezone,
            warnings=found.warnings,
        )

    def check_busy(
        self, calendar_ids: Sequence[str], window: Span, closes: ClosesTime = usually_closes_time
    ) -> LiveCheck:
        """Ask now, one calendar after the other (a mailbox takes four calls at a time, from everybody)."""
        others: list[BusyItem] = []
        unknown = []
        for calendar_id in calendar_ids:
            try:
                found = busy_events(self._view(calendar_id, window), window, None).items
            except CalendarError as error:
                if error.code not in _CANNOT_ANSWER_FOR:
                    raise
                unknown.append(calendar_id)
            else:
                others += [item for item in found if not item.booking and closes(calendar_id, item.kind)]
        # somebody waits for this: the zone is asked for only where whole days have to be placed
        timezone = self.timezone() if any(item.all_day for item in others) else None
        spans = (span_of(item, timezone) for item in others)
        return LiveCheck(tuple(sorted(span for span in spans if span.overlaps(window))), tuple(unknown))

    def timezone(self) -> str | None:
        """The mailbox's zone, in which its whole days lie; None when it is of the owner's own making or hidden."""
        try:
            settings = self._graph.get("/me/mailboxSettings")
        except GraphRefusal as refusal:
            if refusal.code != "forbidden":
                raise
            return None
        hours = (settings.get("workingHours") or {}).get("timeZone") or {}
        return to_iana(settings.get("timeZone")) or to_iana(hours.get("name"))

    def _read_all(self, calendar_id: str, window: Span) -> Changes:
        timezone = self.timezone()
        return self._full(Place(calendar_id, self._new_link(calendar_id, window), window, timezone))

    def _new_link(self, calendar_id: str, window: Span) -> str:
        """A link to changes from now on. A fresh round can be lost half-way as well: it is begun once again."""
        for _ in range(2):
            try:
                return self._walk(f"{calendar_path(calendar_id)}/calendarView/delta", _bounds(window))[1]
            except GraphRefusal as refusal:
                if not refusal.is_sync_lost:
                    raise
        raise unavailable("Graph lost a round of changes twice")

    def _full(self, place: Place) -> Changes:
        """All that is there. The link is older than this reading, so a change in between is told next time."""
        found = busy_events(self._view(place.calendar, place.known), place.known, place.timezone)
        return Changes(
            is_full=True,
            items=found.items,
            removed=(),
            token=place.to_token(),
            known=place.known,
            timezone=place.timezone,
            warnings=found.warnings,
        )

    def _walk(self, path: str, query: dict[str, str] | None = None) -> tuple[dict[str, JSON], str]:
        """One whole round of a delta query: items by id, the last one winning, and the link to go on from."""
        items: dict[str, JSON] = {}
        page: JSON = {}
        for page in self._graph.pages(path, query):
            items.update((item["id"], item) for item in page.get("value", []))
        if "@odata.deltaLink" not in page:
            raise unavailable("Graph's round of changes has no end")
        return items, str(page["@odata.deltaLink"])

    def _view(self, calendar_id: str, window: Span) -> list[JSON]:
        query = {
            **_bounds(window),
            "$select": _OF_A_BUSY_EVENT,
            "$expand": showing(BOOKING),
            "$top": "200",
        }
        return self._graph.items(f"{calendar_path(calendar_id)}/calendarView", query)


def _bounds(window: Span) -> dict[str, str]:
    """A day more on both sides: whole days lie in the mailbox's zone, the bounds in UTC."""
    return {
        "startDateTime": rfc3339(window.start - MINUTES_A_DAY),
        "endDateTime": rfc3339(window.end + MINUTES_A_DAY),
    }
