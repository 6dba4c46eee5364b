"""Feeds for the tests, and what is read from them."""

from datetime import UTC

from calendars.ics_read import FeedContent, read_feed
from calendars.providers.base import BusyItem
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
