"""What an iCalendar feed says about its owner's time.

Parsing is icalendar's work, expansion recurring-ical-events' and x-wr-timezone's; this module keeps one bad event from
costing the others, and never lets an event vanish without a word. Feeds come from strangers: use `ics_guard`, which
does the same in a child that can be killed, and with which the parser's global memory of zone definitions dies.
"""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

import recurring_ical_events
from icalendar import Calendar, Event, FreeBusy, vDuration, vPeriod, vText
from x_wr_timezone import to_standard

from calendars import ics_busy, ics_rules, ics_time
from calendars.ics_text import FeedError, find_moment, find_name, find_text, get_moment, parse
from calendars.ics_uid import booking_of
from calendars.ics_warnings import Trouble, sentences
from calendars.remote import BusyItem
from calendars.span import Span
from calendars.zones import UnknownZoneError, day_span, find_zone, to_instant, to_minutes

__all__ = ["FeedContent", "FeedError", "read_feed"]

MAX_EVENTS = 20_000
MAX_ITEMS = 20_000
_MAX_UID = 255
_SOURCE = "X-READ-SOURCE"
# Readings without a zone, and zones up to 14 hours off, may lie a day beside the window.
_MARGIN = timedelta(days=2)
_AN_HOUR = timedelta(hours=1)
# What the libraries raise over a stranger's event.
_LIBRARY_ERRORS = (ValueError, KeyError, TypeError, AttributeError, IndexError, ArithmeticError)


@dataclass(frozen=True, slots=True)
class FeedContent:
    """What a feed holds inside a window, by start. `timezone` is the zone in which its all-day dates are meant;
    `warnings` are sentences for the feed's owner."""

    busy: tuple[BusyItem, ...]
    warnings: tuple[str, ...]
    name: str | None
    timezone: str


def read_feed(
    data: bytes,
    window: Span,
    default_zone: str,
    *,
    owners: frozenset[str] = frozenset(),
) -> FeedContent:
    """Read a feed's body. `default_zone` is for times and dates of a feed that names none.

    `owners` are addresses in lower case: an invitation that one of them declined is free. Raises `FeedError` if the
    feed as a whole is unusable, and `UnknownZoneError` for `default_zone`.
    """
    find_zone(default_zone)
    calendars = parse(data)
    troubles = Counter[Trouble]()
    items: list[tuple[int, BusyItem]] = []
    for calendar in calendars:
        zone = _zone_of(calendar, default_zone, troubles)
        reader = _Reader(window, zone, owners, troubles)
        items.extend(reader.read(calendar))
        if len(items) > MAX_ITEMS:
            raise FeedError("too-expensive", "this feed has too many occurrences")
    first = calendars[0]
    return FeedContent(
        busy=tuple(item for _, item in sorted(items, key=lambda pair: pair[0])),
        warnings=sentences(troubles),
        name=find_name(first),
        timezone=_zone_of(first, default_zone, Counter()),
    )


@dataclass(slots=True)
class _Reader:
    window: Span
    zone: str
    owners: frozenset[str]
    troubles: Counter[Trouble]
    lengths: dict[int, ics_time.Length] = field(default_factory=dict)

    @property
    def tz(self) -> ZoneInfo:
        return find_zone(self.zone)

    def read(self, calendar: Calendar) -> Iterator[tuple[int, BusyItem]]:
        for group in self._groups(calendar):
            yield from self._items_of(group, calendar)
        busy_only = (part for part in calendar.subcomponents if isinstance(part, FreeBusy))
        for number, component in enumerate(busy_only):
            yield from self._periods(component, number)

    def _groups(self, calendar: Calendar) -> list[list[Event]]:
        """Events that belong together by their UID, unreadable ones left out."""
        groups: dict[str, list[Event]] = defaultdict(list)
        events = (part for part in calendar.subcomponents if isinstance(part, Event))
        for number, event in enumerate(events):
            if number >= MAX_EVENTS:
                raise FeedError("too-large", "this feed has too many events")
            if self._is_readable(event):
                event.subcomponents = []  # reminders: not our business, and they may be deep
                event[_SOURCE] = vText(str(number))
                groups[_uid(event)].append(event)
                self._measure(event, number)
        return list(groups.values())

    def _is_readable(self, event: Event) -> bool:
        start = find_moment(event, "DTSTART")
        if start is None:
            self.troubles[Trouble.UNREADABLE] += 1
            return False
        has_zone = "TZID" in getattr(event["DTSTART"], "params", {})
        if has_zone and isinstance(start, datetime) and start.tzinfo is None:
            self.troubles[Trouble.UNKNOWN_ZONE] += 1
        return True

    def _measure(self, event: Event, number: int) -> None:
        if not isinstance(find_moment(event, "DTSTART"), datetime):
            return
        try:
            length = ics_time.length_of(event, self.tz)
        except _LIBRARY_ERRORS:  # an end that cannot be read: better an hour than nothing
            length = ics_time.Length(0, _AN_HOUR, _AN_HOUR)
            self.troubles[Trouble.NO_END] += 1
            event.pop("DTEND", None)
            event["DURATION"] = vDuration(_AN_HOUR)
        self.lengths[number] = length
        self.troubles[Trouble.SWAPPED] += length.is_swapped

    def _items_of(self, group: list[Event], calendar: Calendar) -> list[tuple[int, BusyItem]]:
        is_series = any(name in event for event in group for name in ("RRULE", "RDATE", "RECURRENCE-ID"))
        self.troubles[Trouble.OLD_EXCEPTIONS] += any("EXRULE" in event for event in group)
        try:
            occurrences = self._expand(group, calendar) if is_series else group
        except _LIBRARY_ERRORS:
            self.troubles[Trouble.NOT_FOLLOWED] += 1
            return [item for event in group for item in self._from_then_on(event)]
        return [item for occurrence in occurrences for item in self._item_or_trouble(occurrence, is_series)]

    def _from_then_on(self, event: Event) -> tuple[tuple[int, BusyItem], ...]:
        """All time from the event's start: nobody knows when it comes again, and unknown is never free."""
        start = get_moment(event, "DTSTART")
        is_all_day = not isinstance(start, datetime)
        kind = ics_busy.event_kind(event, self.owners, is_all_day=is_all_day)
        if kind is None:
            return ()
        if isinstance(start, datetime):
            first = ics_time.span_between(start, start, self.tz).start
        else:
            first = day_span(self.zone, start, start).start
        span = Span(max(first, self.window.start), self.window.end)
        found = self._within(BusyItem(_uid(event), _instance_key(event), kind, span=span))
        return () if found is None else (found,)

    def _item_or_trouble(self, event: Event, is_series: bool) -> tuple[tuple[int, BusyItem], ...]:
        try:
            item = self._item(event, is_series=is_series)
        except _LIBRARY_ERRORS:  # at the end of the calendar, for instance
            self.troubles[Trouble.UNREADABLE] += 1
            return ()
        return () if item is None else (item,)

    def _expand(self, group: list[Event], calendar: Calendar) -> list[Event]:
        if not all(ics_rules.is_bearable(event, self.window) for event in group):
            raise ValueError("a rule that is not followed")
        alone = Calendar()
        if self._has_own_zone(calendar):
            alone["X-WR-TIMEZONE"] = calendar["X-WR-TIMEZONE"]
        for event in group:
            ics_rules.extend_until(event)
            alone.add_component(event)
        start, end = to_instant(self.window.start) - _MARGIN, to_instant(self.window.end) + _MARGIN
        found: list[Event] = recurring_ical_events.of(to_standard(alone)).between(start, end)
        return found

    def _has_own_zone(self, calendar: Calendar) -> bool:
        return find_text(calendar, "X-WR-TIMEZONE") == self.zone

    def _item(self, event: Event, *, is_series: bool) -> tuple[int, BusyItem] | None:
        start, end = get_moment(event, "DTSTART"), find_moment(event, "DTEND")
        is_all_day = not isinstance(start, datetime)
        kind = ics_busy.event_kind(event, self.owners, is_all_day=is_all_day)
        if kind is None:
            return None
        number = int(find_text(event, _SOURCE))
        uid = _uid(event)
        key = _instance_key(event) if is_series else ""
        booking = booking_of(uid)
        if is_all_day:
            days = ics_time.all_day(event)
            return self._within(BusyItem(uid, key, kind, all_day=days, booking=booking))
        length = self.lengths[number]
        if end is not None and length.is_swapped:
            start, end = min(start, end), max(start, end)
        span = ics_time.occurrence_span(start, end or start + length.reading, length, self.tz)
        return self._within(BusyItem(uid, key, kind, span=span, booking=booking))

    def _within(self, item: BusyItem) -> tuple[int, BusyItem] | None:
        if item.span is not None:
            span = item.span
        else:
            assert item.all_day is not None
            span = day_span(self.zone, item.all_day.first, item.all_day.until)
        return (span.start, item) if span.start < span.end and span.overlaps(self.window) else None

    def _periods(self, component: FreeBusy, number: int) -> Iterator[tuple[int, BusyItem]]:
        periods: Any = component.get("FREEBUSY", [])
        for place, period in enumerate(periods if isinstance(periods, list) else [periods]):
            if not isinstance(period, vPeriod):
                self.troubles[Trouble.UNREADABLE] += 1
                continue
            kind = ics_busy.freebusy_kind(period.params.get("FBTYPE"))
            if kind is not None:
                span = ics_time.span_between(period.start, period.end, self.tz)
                found = self._within(BusyItem(f"freebusy-{number}", str(place), kind, span))
                yield from () if found is None else (found,)


def _zone_of(calendar: Calendar, default_zone: str, troubles: Counter[Trouble]) -> str:
    """The zone a feed says it is in; the default if it says none, or none that exists."""
    name = find_text(calendar, "X-WR-TIMEZONE")
    try:
        return find_zone(name).key if name else default_zone
    except UnknownZoneError:
        troubles[Trouble.BOGUS_CALENDAR_ZONE] += 1
        return default_zone


def _uid(event: Event) -> str:
    """The event's UID: made up where there is none, shortened where it is beyond RFC 7986's 255 octets."""
    uid = find_text(event, "UID") or f"without-uid-{find_text(event, _SOURCE)}"
    return uid if len(uid) <= _MAX_UID else f"sha256-{sha256(uid.encode()).hexdigest()}"


def _instance_key(event: Event) -> str:
    """The instant (or date) that an occurrence had before anybody moved it."""
    value = find_moment(event, "RECURRENCE-ID") or get_moment(event, "DTSTART")
    if isinstance(value, datetime) and value.tzinfo is not None:
        return str(to_minutes(value))
    return value.isoformat()
