"""Writing our meetings to Google, so that writing twice is writing once.

The event's id is derived from the draft's key, and an id is taken for good: Google answers 409 to a second insert,
also when the event was deleted since. What is found under it is then brought to the draft, or brought back.
"""

from calendars.providers.base import CalendarError, EventDraft, WrittenEvent
from calendars.providers.google_api import GoogleApi, Resource
from calendars.providers.google_errors import GoogleRefused
from calendars.providers.google_event import (
    changed_event,
    concerns_guests,
    event_id_of,
    is_ours,
    is_up_to_date,
    new_event,
    written_event,
)

_ATTEMPTS = 2


def put_event(api: GoogleApi, calendar_id: str, draft: EventDraft) -> WrittenEvent:
    """Insert under the id that the key stands for; where that is taken, bring what is there to the draft."""
    request = api.events.insert(
        calendarId=calendar_id,
        body=new_event(draft),
        conferenceDataVersion=1,
        sendUpdates=_send_updates(draft),
    )
    try:
        return written_event(api.call(request))
    except GoogleRefused as refused:
        if refused.reason != "duplicate":
            raise
    return _update(api, calendar_id, draft, attempts=_ATTEMPTS)


def get_event(api: GoogleApi, calendar_id: str, key: str) -> WrittenEvent | None:
    """The live event with this key, or None when it is gone or cancelled."""
    event = _find(api, calendar_id, key)
    return None if event is None or event.get("status") == "cancelled" else written_event(event)


def cancel_event(api: GoogleApi, calendar_id: str, key: str) -> None:
    """Delete the event; Google tells its guests. Already gone is success, a calendar closed to us is not."""
    request = api.events.delete(calendarId=calendar_id, eventId=event_id_of(key), sendUpdates="all")
    try:
        api.call(request)
    except GoogleRefused as refused:
        if refused.code != "not-found":
            raise
        if refused.status == 404:
            api.require_calendar(calendar_id)


def _update(api: GoogleApi, calendar_id: str, draft: EventDraft, *, attempts: int) -> WrittenEvent:
    event = _find(api, calendar_id, draft.key)
    if event is None or not is_ours(event, draft):
        raise CalendarError("another event has this id", code="conflict", permanent=True)
    if is_up_to_date(event, draft):
        return written_event(event)
    try:
        return written_event(api.call(_patch(api, calendar_id, draft, event)))
    except GoogleRefused as refused:
        if refused.reason != "conditionNotMet" or attempts <= 1:
            raise
    return _update(api, calendar_id, draft, attempts=attempts - 1)


def _patch(api: GoogleApi, calendar_id: str, draft: EventDraft, event: Resource) -> object:
    request = api.events.patch(
        calendarId=calendar_id,
        eventId=event["id"],
        body=changed_event(draft, event),
        conferenceDataVersion=1,
        # who moved it here told them already, and words alone are no reason for a mail
        sendUpdates=_send_updates(draft) if concerns_guests(event, draft) else "none",
    )
    # Somebody who edits in this very moment must not be overwritten unseen
    request.headers["If-Match"] = event["etag"]
    return request


def _find(api: GoogleApi, calendar_id: str, key: str) -> Resource | None:
    try:
        return api.call(api.events.get(calendarId=calendar_id, eventId=event_id_of(key)))
    except GoogleRefused as refused:
        if refused.code != "not-found":
            raise
    api.require_calendar(calendar_id)
    return None


def _send_updates(draft: EventDraft) -> str:
    return "all" if draft.invite else "none"
