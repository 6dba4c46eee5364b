"""From Graph's events to the time they take, in the words of the busy table."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from calendars.busy_table import Answer, Entry, Shown, kind_of
from calendars.providers.base import AllDay, BusyItem, BusyKind
from calendars.providers.microsoft_errors import unavailable
from calendars.providers.microsoft_marks import booking_of
from calendars.providers.times import outward, whole_days
from calendars.providers.windows_zones import to_iana
from calendars.span import Span

JSON = Mapping[str, Any]
# In lower case: older answers are capitalized. What is not here is busy, `unknown` among it.
_SHOWN = {
    "free": Shown.FREE,
    "tentative": Shown.TENTATIVE,
    "oof": Shown.OUT_OF_OFFICE,
    "workingelsewhere": Shown.ELSEWHERE,
}
_ANSWERS = {
    "organizer": Answer.ACCEPTED,
    "accepted": Answer.ACCEPTED,
    "tentativelyaccepted": Answer.TENTATIVE,
    "declined": Answer.DECLINED,
    "notresponded": Answer.UNANSWERED,
}
# Zones lie between UTC-12 and UTC+14: where a zone is unknown, every minute that could be meant is busy.
_EAST, _WEST = 14 * 60, 12 * 60


@dataclass(frozen=True, slots=True)
class BusyEvents:
    """The busy ones among some events; `strange` counts those whose zone nobody knows."""

    items: tuple[BusyItem, ...]
    strange: int

    @property
    def warnings(self) -> tuple[str, ...]:
        """Words for the rep."""
        if not self.strange:
            return ()
        noun = "1 event has" if self.strange == 1 else f"{self.strange} events have"
        return (f"{noun} an unknown time zone and block more time than they take",)


def busy_events(events: Iterable[JSON], known: Span, timezone: str | None) -> BusyEvents:
    """Those that take time within `known`; whole days are placed in `timezone`. Raises CalendarError."""
    items, strange = [], 0
    for event in events:
        try:
            item, is_strange = _busy_item(event)
        except (AttributeError, KeyError, TypeError, ValueError) as error:
            raise unavailable(
                f"Graph showed an event that cannot be read ({type(error).__name__})"
            ) from error
        if item is not None and span_of(item, timezone).overlaps(known):
            items.append(item)
            strange += is_strange
    return BusyEvents(tuple(items), strange)


def span_of(item: BusyItem, timezone: str | None) -> Span:
    """The minutes an item takes; whole days from midnight to midnight in `timezone`."""
    if item.all_day is not None:
        return whole_days(item.all_day, timezone)
    assert item.span is not None
    return item.span


def event_span(event: JSON) -> tuple[Span, bool]:
    """The minutes of a timed event, and whether its zone is unknown (then they are generous)."""
    start, start_known = _instant(event["start"])
    end, end_known = _instant(event["end"])
    span = outward(start, max(start, end))
    if start_known and end_known:
        return span, False
    return Span(span.start - _EAST, span.end + _WEST), True


def event_kind(event: JSON) -> BusyKind | None:
    """How the event occupies its owner; None if it does not."""
    answer = str((event.get("responseStatus") or {}).get("response") or "").casefold()
    return kind_of(
        Entry(
            answer=_ANSWERS.get(answer, Answer.NONE),
            shown=_SHOWN.get(str(event.get("showAs") or "").casefold(), Shown.BUSY),
            is_all_day=bool(event.get("isAllDay")),
            is_cancelled=bool(event.get("isCancelled")),
        )
    )


def _busy_item(event: JSON) -> tuple[BusyItem | None, bool]:
    kind = event_kind(event)
    if kind is None:
        return None, False
    series = event.get("seriesMasterId")
    all_day, span, is_strange = None, None, False
    if event.get("isAllDay"):
        # midnights under whatever label was asked for: dates, not instants
        all_day = AllDay(_date(event["start"]), _date(event["end"]))
    else:
        span, is_strange = event_span(event)
        if span.start == span.end:
            return None, False
    item = BusyItem(
        event_id=series or event["id"],
        instance_key=event["id"] if series else "",
        kind=kind,
        span=span,
        all_day=all_day,
        etag=event.get("@odata.etag") or event.get("changeKey"),
        booking=booking_of(event),
    )
    return item, is_strange


def _date(moment: JSON) -> date:
    return date.fromisoformat(moment["dateTime"][:10])


def _instant(moment: JSON) -> tuple[datetime, bool]:
    """The naive wall clock in the zone named beside it; as UTC, and False, when nobody knows the zone."""
    wall_clock = datetime.fromisoformat(moment["dateTime"][:26])
    zone = to_iana(moment.get("timeZone") or "UTC")
    if zone is None:
        return wall_clock.replace(tzinfo=UTC), False
    return wall_clock.replace(tzinfo=ZoneInfo(zone)).astimezone(UTC), True
