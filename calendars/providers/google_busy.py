"""What Google's events say of their owner's time, in the words of the busy table."""

from datetime import date
from typing import Any

from calendars.busy_table import Answer, Entry, Nature, kind_of
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

_NATURES = {
    "workingLocation": Nature.WORKING_LOCATION,
    "birthday": Nature.BIRTHDAY,
    "outOfOffice": Nature.OUT_OF_OFFICE,
    "focusTime": Nature.FOCUS_TIME,
    "fromGmail": Nature.FROM_MAIL,
}
_ANSWERS = {
    "accepted": Answer.ACCEPTED,
    "tentative": Answer.TENTATIVE,
    "declined": Answer.DECLINED,
    "needsAction": Answer.UNANSWERED,
}

Resource = dict[str, Any]


def busy_item(event: Resource) -> BusyItem | None:
    """The stretch the event occupies, or None when it leaves its time free. Raises ValueError on nonsense."""
    kind = event_kind(event)
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


def event_kind(event: Resource) -> BusyKind | None:
    """How the event occupies its owner; None if it does not."""
    answer = next((each.get("responseStatus") for each in event.get("attendees", ()) if each.get("self")), "")
    return kind_of(
        Entry(
            nature=_NATURES.get(event.get("eventType", ""), Nature.PLAIN),
            answer=_ANSWERS.get(answer, Answer.NONE),
            # left out, it is opaque: Google always says
            is_transparent=event.get("transparency") == "transparent",
            is_all_day="date" in (event.get("start") or {}),
            is_tentative=event.get("status") == "tentative",
            is_cancelled=event.get("status") == "cancelled",
        )
    )


def _when(event: Resource) -> tuple[Span | None, AllDay | None]:
    start, end = event.get("start") or {}, event.get("end") or {}
    if "date" in start:
        return None, AllDay(date.fromisoformat(start["date"]), date.fromisoformat(end["date"]))
    try:
        return outward(parse_instant(start["dateTime"]), parse_instant(end["dateTime"])), None
    except KeyError:
        raise ValueError("an event without a time") from None
