"""calendarList and freeBusy."""

from datetime import datetime, timedelta

from werkzeug.datastructures import MultiDict

from app.demo.google.access import ROLES, Caller
from app.demo.google.errors import Refused
from app.demo.google.event_list import list_events
from app.demo.google.times import bound, moment
from app.demo.google.world import Calendar, Resource

_MAX_CALENDARS = 50
_MAX_RANGE = timedelta(days=93)


def show_calendar(caller: Caller, calendar: Calendar) -> Resource:
    """An entry of the account's list."""
    entry: Resource = {
        "kind": "calendar#calendarListEntry",
        "etag": f'"{calendar.version}"',
        "id": calendar.id,
        "summary": calendar.summary,
        "timeZone": calendar.timezone,
        "backgroundColor": calendar.color,
        "selected": True,
        "accessRole": caller.account.roles[calendar.id],
        "conferenceProperties": {"allowedConferenceSolutionTypes": ["hangoutsMeet"]},
    }
    return entry | ({"primary": True} if calendar.id == caller.account.email else {})


def list_calendars(caller: Caller, query: MultiDict[str, str]) -> Resource:
    """calendarList.list, in pages."""
    size = query.get("maxResults", 100, type=int)
    offset = query.get("pageToken", 0, type=int)
    least = query.get("minAccessRole", "freeBusyReader")
    if size < 1 or least not in ROLES:
        raise Refused(400, "invalidParameter", "Invalid value")
    found = [
        show_calendar(caller, caller.world.calendars[calendar_id])
        for calendar_id, role in caller.account.roles.items()
        if ROLES.index(role) >= ROLES.index(least)
    ]
    if caller.world.page_sizes:
        size = caller.world.page_sizes.pop(0)
    end = offset + min(size, 250)
    answer: Resource = {"kind": "calendar#calendarList", "etag": '"l"', "items": found[offset:end]}
    return answer | ({"nextPageToken": str(end)} if found[end:] else {"nextSyncToken": "list"})


def query_free_busy(caller: Caller, body: Resource) -> Resource:
    """freeBusy.query: merged busy stretches, and errors by calendar inside a successful answer."""
    low, high = bound(body.get("timeMin"), "timeMin"), bound(body.get("timeMax"), "timeMax")
    if low is None or high is None:
        raise Refused(400, "required", "Required", "timeMin")
    if low >= high:
        raise Refused(400, "timeRangeEmpty")
    if high - low > _MAX_RANGE:
        raise Refused(400, "timeRangeTooLong")
    names = [item["id"] for item in body.get("items", [])]
    if len(names) > min(body.get("calendarExpansionMax", _MAX_CALENDARS), _MAX_CALENDARS):
        raise Refused(400, "tooManyCalendarsRequested")
    answers = {name: _busy_of(caller, name, low, high) for name in names}
    return {
        "kind": "calendar#freeBusy",
        "timeMin": body["timeMin"],
        "timeMax": body["timeMax"],
        "calendars": answers,
    }


def _busy_of(caller: Caller, name: str, low: datetime, high: datetime) -> Resource:
    try:
        calendar = caller.calendar(name)
    except Refused as refused:
        reason = "notFound" if refused.status == 404 else "internalError"
        return {"errors": [{"domain": "global", "reason": reason}], "busy": []}
    query = MultiDict(
        {
            "singleEvents": "true",
            "timeMin": low.isoformat(),
            "timeMax": high.isoformat(),
            "orderBy": "startTime",
            "maxResults": "2500",
        }
    )
    merged: list[list[datetime]] = []
    for event in list_events(caller, calendar, query, low)["items"]:
        if _is_busy(event):
            begins, ends = (moment(event[key], calendar.timezone) for key in ("start", "end"))
            begins, ends = max(begins, low), min(ends, high)
            if merged and begins <= merged[-1][1]:
                merged[-1][1] = max(merged[-1][1], ends)
            else:
                merged.append([begins, ends])
    return {"busy": [{"start": _z(begins), "end": _z(ends)} for begins, ends in merged]}


def _is_busy(event: Resource) -> bool:
    answers = {each["responseStatus"] for each in event.get("attendees", ()) if each.get("self")}
    return event.get("transparency") != "transparent" and "declined" not in answers


def _z(instant: datetime) -> str:
    return instant.isoformat().replace("+00:00", "Z")
