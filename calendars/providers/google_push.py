"""Push channels of Google Calendar.

Source: https://developers.google.com/workspace/calendar/api/guides/push. A channel lives a week at most and cannot
be extended; there is no list of channels.
"""

from datetime import UTC, datetime

from calendars.providers.base import CalendarError
from calendars.providers.google_api import GoogleApi
from calendars.providers.google_errors import unusable
from calendars.providers.push import Channel, ChannelDraft


def watch(api: GoogleApi, calendar_id: str, draft: ChannelDraft) -> Channel:
    """Open a channel on a calendar's events."""
    body = {
        "id": draft.key,
        "type": "web_hook",
        "address": draft.address,
        "token": draft.secret,
        "expiration": str(int(draft.expires_at.timestamp() * 1000)),
    }
    answer = api.call(api.events.watch(calendarId=calendar_id, body=body))
    try:
        # milliseconds, as text; asking for too long is cut without a word
        expires_at = datetime.fromtimestamp(int(answer["expiration"]) / 1000, UTC)
        return Channel(str(answer["resourceId"]), expires_at)
    except (KeyError, ValueError, OverflowError):
        raise unusable() from None


def unwatch(api: GoogleApi, key: str, remote_id: str) -> None:
    """Stop a channel; one that Google does not know is stopped."""
    try:
        api.call(api.channels.stop(body={"id": key, "resourceId": remote_id}), may_be_empty=True)
    except CalendarError as error:
        if error.code != "not-found":
            raise
