"""Writes events and calendars the way Graph does."""

from typing import Any

from app.demo.microsoft.prefer import Preferences
from app.demo.microsoft.recurrence import Occurrence
from app.demo.microsoft.times import show, show_date
from app.demo.microsoft.world import Account, Calendar, Event

JSON = dict[str, Any]
NEVER = "0001-01-01T00:00:00Z"  # what Exchange writes for a moment that never was
_ALWAYS = {"id", "@odata.etag", "@odata.type"}


def event_json(
    account: Account, occurrence: Occurrence, prefer: Preferences, *, as_master: bool = False
) -> JSON:
    """A whole event: single, master, occurrence or exception."""
    event = occurrence.event
    return {
        **_identity(occurrence, prefer, as_master=as_master),
        **_times(occurrence, prefer),
        "createdDateTime": event.created,
        "lastModifiedDateTime": event.modified,
        "changeKey": change_key(event),
        "categories": list(event.categories),
        "transactionId": event.transaction_id,
        "iCalUId": event.ical_uid + occurrence.key.replace("-", ""),
        "subject": event.subject,
        "bodyPreview": "",
        "body": {"contentType": "html", "content": event.body},
        "sensitivity": "normal",
        "importance": "normal",
        "isAllDay": event.is_all_day,
        "isCancelled": event.is_cancelled,
        "isOrganizer": event.response == "organizer",
        "responseRequested": True,
        "responseStatus": {"response": event.response, "time": NEVER},
        "showAs": event.show_as,
        "recurrence": event.recurrence if as_master else None,
        "location": {"displayName": event.location, "locationType": "default"},
        "organizer": {"emailAddress": event.organizer or {"name": account.name, "address": account.email}},
        "attendees": [_attendee(person) for person in event.attendees],
        "hideAttendees": event.hides_attendees,
        "isOnlineMeeting": event.is_online,
        "onlineMeetingProvider": "teamsForBusiness" if event.is_online else "unknown",
        "onlineMeetingUrl": None,
        "onlineMeeting": {"joinUrl": event.teams} if event.teams and not event.teams_reads else None,
        "webLink": f"https://outlook.office365.com/owa/?itemid={event.id}",
    }


def stub_json(occurrence: Occurrence, prefer: Preferences) -> JSON:
    """An unchanged occurrence as delta queries give it: almost nothing but its times."""
    times = _times(occurrence, prefer)
    return {**_identity(occurrence, prefer), "start": times["start"], "end": times["end"]}


def calendar_json(account: Account, calendar: Calendar) -> JSON:
    """A calendar; its id never changes."""
    return {
        "id": calendar.id,
        "name": calendar.name,
        "color": "auto",
        "hexColor": calendar.color,
        "isDefaultCalendar": calendar.is_default,
        "changeKey": "nfZyf7VcrEKLNoU37KWlkQAAA0x0+w==",
        "canShare": calendar.can_edit,
        "canViewPrivateItems": calendar.can_edit,
        "canEdit": calendar.can_edit,
        "allowedOnlineMeetingProviders": list(calendar.providers),
        "defaultOnlineMeetingProvider": calendar.providers[0] if calendar.providers else "unknown",
        "isRemovable": not calendar.is_default,
        "owner": {"name": account.name, "address": account.email},
    }


def properties_json(event: Event, wanted: set[str]) -> list[JSON]:
    """The extended properties asked for by `$expand`."""
    return [{"id": id_, "value": value} for id_, value in event.properties.items() if id_ in wanted]


def change_key(event: Event) -> str:
    """The event's version."""
    return f"CQAAABYAAAB{event.revision:08d}"


def etag(event: Event) -> str:
    """The version as an ETag."""
    return f'W/"{change_key(event)}"'


def select(item: JSON, names: str | None) -> JSON:
    """Only the properties named by `$select`, and those that are always there."""
    if not names:
        return item
    wanted = {name.strip() for name in names.split(",")} | _ALWAYS
    return {name: value for name, value in item.items() if name in wanted}


def shown_id(immutable: str, event: Event, prefer: Preferences) -> str:
    """The immutable id when it was preferred; else one that changes when the event moves."""
    return immutable if prefer.immutable_ids else f"AAMk{event.moves}_{immutable}"


def _identity(occurrence: Occurrence, prefer: Preferences, *, as_master: bool = False) -> JSON:
    event = occurrence.event
    master = shown_id(event.id, event, prefer)
    kind = "seriesMaster" if as_master else "singleInstance"
    if occurrence.key:
        kind = "exception" if occurrence.is_exception else "occurrence"
    return {
        "@odata.etag": etag(event),
        "id": shown_id(occurrence.id, event, prefer),
        "type": kind,
        "seriesMasterId": master if occurrence.key else None,
    }


def _times(occurrence: Occurrence, prefer: Preferences) -> JSON:
    event = occurrence.event
    if event.is_all_day:
        start, end = (show_date(event.start, prefer.zone), show_date(event.end, prefer.zone))
    else:
        start, end = show(occurrence.start, prefer.zone), show(occurrence.end, prefer.zone)
    return {
        "start": start,
        "end": end,
        "originalStartTimeZone": event.zone,
        "originalEndTimeZone": event.zone,
    }


def _attendee(person: JSON) -> JSON:
    return {
        "type": person.get("type", "required"),
        "status": {"response": person.get("response", "none"), "time": NEVER},
        "emailAddress": {"name": person.get("name") or person["address"], "address": person["address"]},
    }
