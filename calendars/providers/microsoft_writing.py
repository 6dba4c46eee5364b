"""Writing our events through Graph, so that writing twice is writing once."""

from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

from calendars.providers.base import EventDraft, Reply, WrittenEvent
from calendars.providers.microsoft_busy import event_kind
from calendars.providers.microsoft_drafts import changes, in_parts, new_event
from calendars.providers.microsoft_errors import GraphRefusal, unavailable
from calendars.providers.microsoft_http import GraphHttp, calendar_path
from calendars.providers.microsoft_marks import WRITTEN, showing, with_key

JSON = dict[str, Any]
_REPLIES = {
    "accepted": Reply.ACCEPTED,
    "declined": Reply.DECLINED,
    "tentativelyAccepted": Reply.TENTATIVE,
}


class GraphWriter:
    """The writing half of a connected account."""

    def __init__(self, graph: GraphHttp) -> None:
        self._graph = graph

    def put_event(self, calendar_id: str, draft: EventDraft) -> WrittenEvent:
        """Create the event, or bring the one with this key to the draft; without `invite` it has no attendees.

        The event is looked for before it is created, and its transaction id stops a twin from a lost answer.
        """
        try:
            return self._put(calendar_id, draft)
        except GraphRefusal as refusal:
            if refusal.status not in {404, 409, 412}:
                raise
            return self._put(calendar_id, draft)  # somebody else was at the event: look again, once

    def get_event(self, calendar_id: str, key: str) -> WrittenEvent | None:
        """The live event with this key, or None when it is gone or cancelled."""
        found = self._find(calendar_id, key)
        return self._written(found[0]) if found else None

    def cancel_event(self, calendar_id: str, key: str) -> None:
        """Remove the event (and a twin, should there be one); Exchange tells its guests. Already gone is success."""
        for event in self._find(calendar_id, key):
            try:
                self._graph.write("DELETE", _event_path(event))
            except GraphRefusal as refusal:
                if refusal.status not in {404, 410}:
                    raise

    def _find(self, calendar_id: str, key: str) -> list[JSON]:
        """The live events with this key, the oldest first; more than one only after a mishap."""
        query = {"$filter": with_key(key), "$expand": showing(WRITTEN)}
        found = self._graph.items(f"{calendar_path(calendar_id)}/events", query)
        live = [event for event in found if not event.get("isCancelled")]
        return sorted(live, key=lambda event: (str(event.get("createdDateTime")), event["id"]))

    def _put(self, calendar_id: str, draft: EventDraft) -> WrittenEvent:
        found = self._find(calendar_id, draft.key)
        event: JSON | None = found[0] if found else None
        path = _event_path(event) if event else ""
        needs_video = draft.wants_video and not (event or {}).get("isOnlineMeeting")
        provider = self._meeting_provider(calendar_id) if needs_video else None
        if event is None:
            event = self._graph.write(
                "POST", f"{calendar_path(calendar_id)}/events", new_event(draft, provider)
            )
        elif body := changes(event, draft, provider):
            for part in in_parts(body, draft):
                etag = event["@odata.etag"] if event else None
                event = self._graph.write("PATCH", path, part, if_match=etag)
        if event is None:
            raise unavailable("Graph did not show the event it wrote")
        return self._written(event)

    def _meeting_provider(self, calendar_id: str) -> str | None:
        """Which video service the calendar's owner may use; None for none."""
        query = {"$select": "allowedOnlineMeetingProviders,defaultOnlineMeetingProvider"}
        calendar = self._graph.get(calendar_path(calendar_id), query)
        allowed = calendar.get("allowedOnlineMeetingProviders") or []
        usual = calendar.get("defaultOnlineMeetingProvider")
        return str(usual) if usual in allowed else next(iter(allowed), None)

    def _written(self, event: JSON) -> WrittenEvent:
        if event.get("isOnlineMeeting") and not _join_url(event):
            event = self._graph.get(_event_path(event))  # the link comes moments after the event
        return WrittenEvent(
            event_id=event["id"],
            etag=event.get("@odata.etag"),
            ical_uid=event.get("iCalUId"),
            join_url=_join_url(event),
            join_pending=bool(event.get("isOnlineMeeting")) and not _join_url(event),
            html_link=event.get("webLink"),
            start=_instant(event.get("start")),
            end=_instant(event.get("end")),
            holds_time=event_kind(event) is not None,
            replies=_replies(event),
        )


def _join_url(event: JSON) -> str | None:
    return (event.get("onlineMeeting") or {}).get("joinUrl") or None


def _instant(edge: JSON | None) -> datetime | None:
    """Graph answers in UTC, as every call of ours asks, without saying so beside the number."""
    text = str((edge or {}).get("dateTime") or "")[:19]
    return datetime.fromisoformat(text).replace(tzinfo=UTC) if text else None


def _replies(event: JSON) -> dict[str, Reply]:
    found = {}
    for each in event.get("attendees") or ():
        said = (each.get("status") or {}).get("response")
        address = str((each.get("emailAddress") or {}).get("address") or "").lower()
        if address and said in _REPLIES:
            found[address] = _REPLIES[said]
    return found


def _event_path(event: JSON) -> str:
    return f"/me/events/{quote(event['id'], safe='')}"
