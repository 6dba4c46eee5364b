"""Subscriptions of Microsoft Graph to a calendar's events.

Source: https://learn.microsoft.com/graph/api/resources/subscription. Outlook events: under seven days at most.
"""

from datetime import datetime
from typing import Any

from calendars.providers.microsoft_errors import GraphRefusal, unavailable
from calendars.providers.microsoft_http import GraphHttp, calendar_path
from calendars.providers.push import Channel, ChannelDraft

JSON = dict[str, Any]


class GraphPush:
    """An account's subscriptions."""

    def __init__(self, graph: GraphHttp) -> None:
        self._graph = graph

    def watch(self, calendar_id: str, draft: ChannelDraft) -> Channel:
        """Subscribe to a calendar. Graph calls our address back before it answers."""
        body = {
            "changeType": "created,updated,deleted",
            "notificationUrl": draft.address,
            "lifecycleNotificationUrl": f"{draft.address}/lifecycle",
            "resource": self._graph.own(f"{calendar_path(calendar_id)}/events"),
            "expirationDateTime": _stamp(draft.expires_at),
            "clientState": draft.secret,
        }
        answer = self._graph.write("POST", "/subscriptions", body)
        return _channel(answer)

    def extend(self, remote_id: str, until: datetime) -> Channel | None:
        """Move the end of a subscription, which also authorizes it anew; None when it is gone."""
        body = {"expirationDateTime": _stamp(until)}
        try:
            return _channel(self._graph.write("PATCH", f"/subscriptions/{remote_id}", body))
        except GraphRefusal as refusal:
            if refusal.status not in {404, 410}:
                raise
            return None

    def unwatch(self, remote_id: str) -> None:
        """End a subscription; one that is gone has ended."""
        try:
            self._graph.write("DELETE", f"/subscriptions/{remote_id}")
        except GraphRefusal as refusal:
            if refusal.status not in {404, 410}:
                raise


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%S.0000000Z")


def _channel(answer: JSON | None) -> Channel:
    try:
        assert answer is not None
        text = str(answer["expirationDateTime"])[:19]
        return Channel(str(answer["id"]), datetime.fromisoformat(f"{text}+00:00"))
    except (AssertionError, KeyError, ValueError):
        raise unavailable("Graph's subscription cannot be read") from None
