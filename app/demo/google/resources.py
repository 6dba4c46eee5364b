"""Events as answers show them, and the store's own bookkeeping."""

import hashlib
from datetime import datetime

from flask import request

from app.demo.google.access import Caller
from app.demo.google.times import moment, show, stamp
from app.demo.google.world import Calendar, Resource

_BUSY_ONLY = {
    "kind", "id", "status", "start", "end", "transparency", "visibility", "iCalUID", "etag", "updated",
    "recurringEventId", "originalStartTime", "eventType",
}  # fmt: skip


def store(calendar: Calendar, event: Resource, now: datetime) -> Resource:
    """Keep the event under a new version of its calendar."""
    calendar.version += 1
    event |= {"_version": calendar.version, "updated": stamp(now)}
    calendar.events[event["id"]] = event
    return event


def etag_of(event: Resource) -> str:
    """The event's entity tag, quotes included; occurrences share their series' version."""
    digest = hashlib.sha256(f"{event['id']}/{event['_version']}".encode()).hexdigest()
    return f'"{int(digest[:12], 16)}"'


def begins(event: Resource, calendar: Calendar) -> datetime:
    """The instant at which it starts."""
    return moment(event["start"], calendar.timezone)


def ends(event: Resource, calendar: Calendar) -> datetime:
    """The instant at which it ends."""
    return moment(event["end"], calendar.timezone)


def show_event(caller: Caller, calendar: Calendar, event: Resource, timezone: str | None = None) -> Resource:
    """The event as the API shows it to this account, times in `timezone` or the calendar's own."""
    if event["status"] == "cancelled" and "start" not in event:
        return {"kind": "calendar#event", "etag": etag_of(event), "id": event["id"], "status": "cancelled"}
    shown = {key: value for key, value in event.items() if not key.startswith("_")}
    shown |= {"kind": "calendar#event", "etag": etag_of(event), "htmlLink": _link(caller, calendar, event)}
    for key in ("start", "end", "originalStartTime"):
        if key in event:
            shown[key] = show(event[key], timezone or calendar.timezone)
    for key in ("organizer", "creator"):
        shown[key] = _marked(event[key], calendar)
    if "attendees" in event:
        shown["attendees"] = [_marked(attendee, calendar) for attendee in event["attendees"]]
    if caller.account.roles[calendar.id] == "freeBusyReader":
        return {key: value for key, value in shown.items() if key in _BUSY_ONLY} | {"visibility": "private"}
    return shown


def stub(event: Resource) -> Resource:
    """What remains visible of a deleted event in a list."""
    kept = {"id", "status", "recurringEventId", "originalStartTime", "_version"}
    return {key: value for key, value in event.items() if key in kept}


def _marked(person: Resource, calendar: Calendar) -> Resource:
    return {**person, "self": True} if person.get("email") == calendar.id else person


def _link(caller: Caller, calendar: Calendar, event: Resource) -> str:
    on = begins(event, calendar).date().isoformat()
    return f"{request.host_url}calendar/{caller.account.email}?week={on}"
