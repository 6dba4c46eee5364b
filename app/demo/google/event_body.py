"""What a request may say about an event, checked as the real service checks it."""

import re
from collections.abc import Callable
from typing import Any

from app.demo.google.errors import Refused
from app.demo.google.recurrence import check_rules
from app.demo.google.times import moment, read_moment
from app.demo.google.world import Calendar, Resource

_ID = re.compile(r"[0-9a-v]{5,1024}")
_EMAIL = re.compile(r"[^@\s<>\"]+@[^@\s<>\"]+\.[^@\s<>\"]+")
_TEXTS = ("summary", "description", "location", "colorId")
_CHOICES = {
    "status": {"confirmed", "tentative", "cancelled"},
    "transparency": {"opaque", "transparent"},
    "visibility": {"default", "public", "private", "confidential"},
    "eventType": {"default", "focusTime", "outOfOffice", "workingLocation", "birthday", "fromGmail"},
}
_FLAGS = ("guestsCanInviteOthers", "guestsCanModify", "guestsCanSeeOtherGuests", "anyoneCanAddSelf")
_ANSWERS = {"needsAction", "declined", "tentative", "accepted"}


def read_id(body: Resource) -> str | None:
    """The id that the caller chose, if any."""
    if body.get("id") is None:
        return None
    if body.get("iCalUID") is not None:
        raise Refused(400, "invalid", "Only one of id and iCalUID may be given.", "id")
    if not isinstance(body["id"], str) or not _ID.fullmatch(body["id"]):
        raise Refused(400, "invalid", "Invalid resource id value.", "id")
    return str(body["id"])


def read_fields(body: Resource) -> Resource:
    """The writable fields that the body has; null takes a field away; what nobody knows is dropped."""
    return {name: _READERS[name](value, name) for name, value in body.items() if name in _READERS}


def check_event(event: Resource, calendar: Calendar) -> None:
    """Refuse an event whose parts do not fit each other."""
    for name in ("start", "end"):
        if name not in event:
            raise Refused(400, "required", f"Missing {name} time.", name)
    if ("date" in event["start"]) != ("date" in event["end"]):
        raise Refused(400, "invalid", "Start and end times must either both be date or both be dateTime.")
    if moment(event["end"], calendar.timezone) < moment(event["start"], calendar.timezone):
        raise Refused(400, "timeRangeEmpty")
    if "date" in event["start"] and event["start"] == event["end"]:
        raise Refused(400, "timeRangeEmpty")
    if event.get("recurrence"):
        check_rules(event["recurrence"], event["start"])


def _text(value: Any, name: str) -> str:
    if not isinstance(value, str | None):
        raise Refused(400, "invalid", f"Invalid value for: {name}", name)
    return value or ""


def _attendee(given: Any) -> Resource:
    email = given.get("email") if isinstance(given, dict) else None
    if not isinstance(email, str) or not _EMAIL.fullmatch(email):
        raise Refused(400, "invalid", "Invalid attendee email.", "attendees")
    answer = given.get("responseStatus", "needsAction")
    if answer not in _ANSWERS:
        raise Refused(400, "invalid", "Invalid value for: responseStatus", "attendees")
    attendee: Resource = {"email": email.lower(), "responseStatus": answer}
    for name in ("displayName", "comment", "optional", "organizer", "resource"):
        if given.get(name):
            attendee[name] = given[name]
    return attendee


def _properties(given: Any, _: str) -> Resource:
    kept: Resource = {}
    for place in ("private", "shared"):
        for key, value in ((given or {}).get(place) or {}).items():
            if len(key) > 44 or (value is not None and (not isinstance(value, str) or len(value) > 1024)):
                raise Refused(400, "invalid", "Invalid extended property.", "extendedProperties")
            kept.setdefault(place, {})[key] = value
    return kept


def _choice(value: Any, name: str) -> str:
    if value not in _CHOICES[name]:
        raise Refused(400, "invalid", f"Invalid value for: {name}", name)
    return str(value)


def _attendees(value: Any, _: str) -> list[Resource]:
    return [_attendee(each) for each in value or []]


def _as_given(value: Any, _: str) -> Any:
    return value


_READERS: dict[str, Callable[[Any, str], Any]] = {
    **dict.fromkeys(_TEXTS, _text),
    **dict.fromkeys(_CHOICES, _choice),
    **dict.fromkeys(_FLAGS, lambda value, _: bool(value)),
    **dict.fromkeys(("start", "end"), read_moment),
    **dict.fromkeys(("reminders", "source", "recurrence"), _as_given),
    "attendees": _attendees,
    "extendedProperties": _properties,
}
