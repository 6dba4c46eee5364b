"""Which of Google's events occupy time, and how."""

from datetime import date
from typing import Any

from calendars.providers.base import AllDay, BusyItem, BusyKind
from calendars.providers.times import outward, parse_instant
from calendars.span import Span

# On an event's private properties: our booking's id, our key, the draft last written, the guests we put there
BOOKING, KEY, DRAFT, GUESTS = (f"smart_scheduler_{name}" for name in ("booking", "key", "draft", "guests"))

# What is asked of events.list: enough to tell busy from free, and nothing about what people do
FIELDS = (
    "kind,timeZone,nextPageToken,items(id,status,etag,recurringEventId,start,end,transparency,eventType,"
    f"attendees(self,responseStatus),extendedProperties/private/{BOOKING})"
)

_NEVER_BUSY = {"workingLocation", "birthday"}

Resource = dict[str, Any]


def busy_item(event: Resource) -> BusyItem | None:
    """The stretch the event occupies, or None when it leaves its time free. Raises ValueError on nonsense."""
    kind = _kind(event)
    if kind is None:
        return None
    span, all_day = _when(event)
    series = event.get("recurringEventId")
    return BusyItem(
        event_id=series or event["id"],
        instance_key=event["id"] if series else "",
        kind=kind,
        span=span,
        all_day=all_day,
        etag=event.get("etag"),
        booking=event.get("extendedProperties", {}).get("private", {}).get(BOOKING),
    )


def _kind(event: Resource) -> BusyKind | None:
    """First match wins; None is free."""
    event_type = event.get("eventType", "default")
    answer = next((each.get("responseStatus") for each in event.get("attendees", ()) if each.get("self")), "")
    if event.get("status") == "cancelled" or answer == "declined":
        return None
    if event.get("transparency") == "transparent" or event_type in _NEVER_BUSY:
        return None
    if event_type == "outOfOffice":
        return BusyKind.OUT_OF_OFFICE
    if answer in {"tentative", "needsAction"} or event.get("status") == "tentative":
        return BusyKind.TENTATIVE
    return BusyKind.BUSY


def _when(event: Resource) -> tuple[Span | None, AllDay | None]:
    start, end = event.get("start") or {}, event.get("end") or {}
    if "date" in start:
        return None, AllDay(date.fromisoformat(start["date"]), date.fromisoformat(end["date"]))
    try:
        return outward(parse_instant(start["dateTime"]), parse_instant(end["dateTime"])), None
    except KeyError:
        raise ValueError("an event without a time") from None
