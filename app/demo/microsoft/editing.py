"""What a caller may write into an event, and what Exchange refuses."""

from datetime import datetime
from typing import Any

from app.demo.microsoft.errors import GraphError
from app.demo.microsoft.recurrence import expand
from app.demo.microsoft.times import read_wall_clock, to_utc
from app.demo.microsoft.world import Calendar, Event

JSON = dict[str, Any]
_SHOW_AS = {"free", "tentative", "busy", "oof", "workingElsewhere", "unknown"}
_IGNORED = {
    "isReminderOn", "reminderMinutesBeforeStart", "allowNewTimeProposals", "responseRequested",
    "importance", "sensitivity", "onlineMeetingProvider",
}  # fmt: skip
_WRITTEN = {
    "subject", "body", "start", "end", "location", "attendees", "showAs", "isAllDay", "recurrence",
    "categories", "hideAttendees", "isOnlineMeeting", "transactionId", "singleValueExtendedProperties",
}  # fmt: skip
_MOST_ATTENDEES = 500


def write(event: Event, body: JSON, calendar: Calendar, *, is_new: bool = False) -> None:
    """Bring the body's properties into the event; raises GraphError and leaves the event half written."""
    unknown = set(body) - _WRITTEN - _IGNORED
    if unknown:
        name = sorted(unknown)[0]
        raise GraphError(400, "RequestBodyRead", f"The property '{name}' does not exist on type 'Event'.")
    if "transactionId" in body and not is_new:
        raise GraphError(
            400, "ErrorInvalidRequest", "transactionId can be set only when an event is created."
        )
    _write_words(event, body)
    _write_times(event, body)
    _write_people(event, body)
    _write_meeting(event, body, calendar)
    for item in body.get("singleValueExtendedProperties", []):
        event.properties[_property_id(item)] = str(item["value"])


def _write_words(event: Event, body: JSON) -> None:
    event.subject = str(body.get("subject", event.subject))
    if "location" in body:
        event.location = str((body["location"] or {}).get("displayName", ""))
    event.categories = list(body.get("categories", event.categories))
    event.show_as = body.get("showAs", event.show_as)
    if event.show_as not in _SHOW_AS:
        raise GraphError(400, "RequestBodyRead", f"Requested value '{event.show_as}' was not found.")
    event.transaction_id = body.get("transactionId", event.transaction_id)
    if "body" in body:
        event.body = str(body["body"].get("content", ""))
        if event.teams and not event.teams_reads and event.teams not in event.body:
            event.teams = None  # the link lives in the body: whoever overwrites it, loses it


def _write_times(event: Event, body: JSON) -> None:
    event.is_all_day = bool(body.get("isAllDay", event.is_all_day))
    if "recurrence" in body:
        event.recurrence = body["recurrence"]
        if event.recurrence and not all((body.get(edge) or {}).get("timeZone") for edge in ("start", "end")):
            raise GraphError(
                400, "ErrorInvalidRequest", "Missing time zone definition for a recurring event."
            )
    if "start" in body:
        start, event.zone = read_wall_clock(body["start"])
        event.start = start.isoformat()
    if "end" in body:
        end, zone = read_wall_clock(body["end"])
        if zone != event.zone:
            raise GraphError(400, "ErrorInvalidRequest", "The start and end must be in one time zone here.")
        event.end = end.isoformat()
    _check_times(event)


def _check_times(event: Event) -> None:
    start, end = datetime.fromisoformat(event.start), datetime.fromisoformat(event.end)
    if to_utc(end, event.zone) < to_utc(start, event.zone):
        message = "Start time must be before or equal to the end time."
        raise GraphError(400, "ErrorPropertyValidationFailure", message)
    if event.is_all_day and (start.time() != end.time() or start.hour or start.minute or start == end):
        message = "The Event.Start property for an all-day event needs to be set to midnight."
        raise GraphError(400, "ErrorPropertyValidationFailure", message)
    if event.recurrence:
        try:
            expand(event, event.zone, (to_utc(start, event.zone), to_utc(end, event.zone)))
        except (KeyError, ValueError):
            raise GraphError(400, "ErrorInvalidRequest", "The recurrence is malformed.") from None


def _write_people(event: Event, body: JSON) -> None:
    event.hides_attendees = bool(body.get("hideAttendees", event.hides_attendees))
    if "attendees" not in body:
        return
    if len(body["attendees"]) > _MOST_ATTENDEES:
        raise GraphError(400, "ErrorExceededMaxRecipientLimit", "Too many attendees.")
    known = {person["address"].casefold(): person.get("response", "none") for person in event.attendees}
    event.attendees = []
    for item in body["attendees"]:
        person = item.get("emailAddress") or {}
        address = str(person.get("address", ""))
        if "@" not in address:
            raise GraphError(400, "ErrorInvalidRecipients", "At least one recipient is not valid.")
        response = known.get(address.casefold(), "none")
        name = str(person.get("name") or address)
        kind = item.get("type", "required")
        event.attendees.append({"address": address, "name": name, "type": kind, "response": response})


def _write_meeting(event: Event, body: JSON, calendar: Calendar) -> None:
    if "isOnlineMeeting" not in body:
        return
    if event.is_online and not body["isOnlineMeeting"]:
        raise GraphError(400, "ErrorInvalidRequest", "An online meeting cannot be turned off again.")
    provider = body.get("onlineMeetingProvider", "teamsForBusiness")
    event.is_online = event.is_online or (bool(body["isOnlineMeeting"]) and provider in calendar.providers)


def _property_id(item: Any) -> str:
    parts = str((item or {}).get("id", "")).split(" ")
    if len(parts) != 4 or parts[0] != "String" or parts[2] != "Name" or "value" not in item:
        raise GraphError(400, "ErrorInvalidProperty", "The extended property id is malformed.")
    return str(item["id"])
