"""From our draft to what Graph is sent, leaving alone what the rep changed in the event."""

import hashlib
import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from html import escape
from typing import Any
from zoneinfo import ZoneInfo

from calendars.providers.base import EventDraft, Guest
from calendars.providers.microsoft_marks import BOOKING, KEY, WRITTEN, property_of, transaction_id

JSON = dict[str, Any]
_NOTE = "singleValueExtendedProperties"
_LINK = re.compile(r"https?://[^\s<>\"']+")
_TEAMS_BEGINS = re.compile(r"(?:<[^<>]*>\s*)*_{20,}")  # the line above the part of the body that Teams wrote


def new_event(draft: EventDraft, meeting_provider: str | None) -> JSON:
    """The body that creates the event; with a video meeting when a provider for it is given."""
    body: JSON = {
        "subject": draft.title,
        "body": _html(draft.description),
        **_times(draft),
        "attendees": [_attendee(guest) for guest in _invited(draft)],
        "showAs": "busy",
        "allowNewTimeProposals": False,
        "transactionId": transaction_id(draft.booking, draft.key),
        "singleValueExtendedProperties": [
            {"id": KEY, "value": draft.key},
            {"id": BOOKING, "value": draft.booking},
            {"id": WRITTEN, "value": _written(draft)},
        ],
    }
    if draft.hides_guests:
        body["hideAttendees"] = True
    if draft.location:
        body["location"] = {"displayName": draft.location}
    return body | (_online(meeting_provider) if meeting_provider else {})


def changes(event: Mapping[str, Any], draft: EventDraft, meeting_provider: str | None) -> JSON:
    """The body that brings the event to the draft; empty when it is there, for every change is mailed.

    Compared with what we wrote last and not with the event: what the rep changed since stays as it is.
    """
    before = _read_written(event)
    now = json.loads(_written(draft))
    body: JSON = {}
    if now["title"] != before.get("title"):
        body["subject"] = draft.title
    if now["place"] != before.get("place"):
        body["location"] = {"displayName": draft.location or ""}
    if now["text"] != before.get("text") and (text := _new_text(event, draft)):
        body["body"] = text
    if now["guests"] != before.get("guests"):
        body["attendees"] = _merged(event, before.get("guests", []), _invited(draft))
    if now["times"] != before.get("times"):
        body |= _times(draft) | ({"isAllDay": False} if event.get("isAllDay") else {})
    if meeting_provider and not event.get("isOnlineMeeting"):
        body |= _online(meeting_provider)
    if now != before:
        body["singleValueExtendedProperties"] = [{"id": WRITTEN, "value": _written(draft)}]
    return body


def in_parts(body: JSON, draft: EventDraft) -> list[JSON]:
    """The requests that carry a change. Strangers who come and go one by one are a request of their own, for then
    Exchange tells only those who changed (learn.microsoft.com/graph/api/event-update); our note of it follows."""
    if draft.hides_guests and body.keys() == {"attendees", _NOTE}:
        return [{"attendees": body["attendees"]}, {_NOTE: body[_NOTE]}]
    return [body]


def _invited(draft: EventDraft) -> tuple[Guest, ...]:
    # Exchange mails whoever attends; where somebody else invites, the event must not have attendees
    return draft.guests if draft.invite else ()


def _times(draft: EventDraft) -> JSON:
    zone = ZoneInfo(draft.timezone)
    return {name: _wall_clock(moment, zone) for name, moment in (("start", draft.start), ("end", draft.end))}


def _wall_clock(moment: datetime, zone: ZoneInfo) -> JSON:
    local = moment.astimezone(zone)
    return {"dateTime": local.strftime("%Y-%m-%dT%H:%M:%S"), "timeZone": zone.key}


def _attendee(guest: Guest) -> JSON:
    return {"type": "required", "emailAddress": {"address": guest.email, "name": guest.name or guest.email}}


def _merged(event: Mapping[str, Any], before: list[str], guests: tuple[Guest, ...]) -> list[JSON]:
    """Our guests, and those whom the rep added; attendees can only be replaced whole."""
    ours = {guest.email.casefold() for guest in guests} | set(before)
    others = [
        {"type": item.get("type", "required"), "emailAddress": item["emailAddress"]}
        for item in event.get("attendees") or ()
        if str(item["emailAddress"].get("address", "")).casefold() not in ours
    ]
    return [_attendee(guest) for guest in guests] + others


def _online(provider: str) -> JSON:
    return {"isOnlineMeeting": True, "onlineMeetingProvider": provider}


def _html(text: str) -> JSON:
    lines = _LINK.sub(lambda link: f'<a href="{link[0]}">{link[0]}</a>', escape(text, quote=False))
    return {"contentType": "html", "content": lines.replace("\n", "<br>\n")}


def _new_text(event: Mapping[str, Any], draft: EventDraft) -> JSON | None:
    """Our text above the part that Teams wrote: overwriting that part would end the meeting's link.

    None when the meeting is online and its part cannot be found: an older text is better than a lost link.
    """
    text = _html(draft.description)
    if not event.get("isOnlineMeeting"):
        return text
    present = str((event.get("body") or {}).get("content", ""))
    teams = _TEAMS_BEGINS.search(present)
    return {**text, "content": f"{text['content']}<br>\n{present[teams.start() :]}"} if teams else None


def _written(draft: EventDraft) -> str:
    guests = sorted(guest.email.casefold() for guest in _invited(draft))
    parts = {"title": draft.title, "text": draft.description, "place": draft.location or ""}
    digests = {name: hashlib.sha256(text.encode()).hexdigest()[:16] for name, text in parts.items()}
    times = [moment.astimezone(UTC).isoformat() for moment in (draft.start, draft.end)]
    return json.dumps({**digests, "guests": guests, "times": times}, sort_keys=True)


def _read_written(event: Mapping[str, Any]) -> JSON:
    try:
        found = json.loads(property_of(event, WRITTEN) or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
