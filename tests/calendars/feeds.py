"""Feeds for the tests, and what is read from them."""

from datetime import UTC, datetime, timedelta

from calendars.ics_read import FeedContent, read_feed
from calendars.providers.base import AllDay, BusyItem
from calendars.span import Span
from calendars.zones import to_instant
from tests.calendars.cases import minute_of

SPRING = Span(minute_of("2026-03-01"), minute_of("2026-05-01"))
AUTUMN = Span(minute_of("2026-10-01"), minute_of("2026-12-01"))


def event(*lines: str, uid: str = "one") -> str:
    return "\r\n".join(("BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z", *lines, "END:VEVENT"))


def feed(*parts: str, head: tuple[str, ...] = ()) -> bytes:
    lines = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:test", *head, *parts, "END:VCALENDAR", "")
    return "\r\n".join(lines).encode()


def timed(start: str, end: str, *more: str, uid: str = "one", zone: str = "Europe/Berlin") -> str:
    return event(f"DTSTART;TZID={zone}:{start}", f"DTEND;TZID={zone}:{end}", *more, uid=uid)


def times_of(when: Span | AllDay) -> tuple[str, str]:
    """When it is: instants, or dates."""
    if isinstance(when, AllDay):
        return f"DTSTART;VALUE=DATE:{when.first:%Y%m%d}", f"DTEND;VALUE=DATE:{when.until:%Y%m%d}"
    start, end = (f"{to_instant(minute):%Y%m%dT%H%M%SZ}" for minute in when)
    return f"DTSTART:{start}", f"DTEND:{end}"


def weekly(start: datetime, minutes: int, times: int) -> str:
    """A weekly series, at the same time by the clock of the zone of `start`."""
    end = start + timedelta(minutes=minutes)
    edges = (f"{at:%Y%m%dT%H%M%S}" for at in (start, end))
    return timed(*edges, f"RRULE:FREQ=WEEKLY;COUNT={times}", uid="weekly", zone=str(start.tzinfo))


def read(data: bytes, window: Span = SPRING, zone: str = "Europe/Berlin", **options: object) -> FeedContent:
    return read_feed(data, window, zone, **options)  # type: ignore[arg-type]


def busy(data: bytes, window: Span = SPRING, zone: str = "Europe/Berlin", **options: object) -> list[str]:
    """What is busy, as `"2026-03-23 09:00-10:00"` in UTC, or as dates for whole days."""
    return [shown(item) for item in read(data, window, zone, **options).busy]


def shown(item: BusyItem) -> str:
    if item.all_day is not None:
        return f"{item.all_day.first}..{item.all_day.until}"
    assert item.span is not None
    start, end = (to_instant(minute).astimezone(UTC) for minute in item.span)
    return f"{start:%Y-%m-%d %H:%M}-{end:%H:%M}"
