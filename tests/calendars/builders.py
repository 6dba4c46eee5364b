"""Small words for the tests: a rep, a shape, and the local times that are offered."""

from collections.abc import Mapping
from datetime import date, datetime
from zoneinfo import ZoneInfo

from calendars.availability import (
    ALWAYS,
    NO_LIMITS,
    Limits,
    OwnBooking,
    RepTime,
    compile_rep,
    list_starts,
    start_bits,
    why_not,
)
from calendars.frame import Frame
from calendars.hours import DayHours, WorkingHours, parse_hours
from calendars.shape import MeetingShape
from calendars.span import Span
from calendars.sweep import sweep_starts
from calendars.zones import to_instant, to_minutes

BERLIN = "Europe/Berlin"


def at(text: str, zone: str = BERLIN, fold: int = 0) -> int:
    """`"2026-11-23 10:00"` on that zone's clock, as UTC minutes; fold 1 is its second coming."""
    return to_minutes(datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone), fold=fold))


def span(day: str, hours: str, zone: str = BERLIN) -> Span:
    """`span("2026-11-23", "10:00-11:00")`."""
    start, end = hours.split("-")
    return Span(at(f"{day} {start}", zone), at(f"{day} {end}", zone))


def schedule(
    *hours: str,
    zone: str = BERLIN,
    overrides: Mapping[str, tuple[str, ...]] | None = None,
    holidays: tuple[str, ...] = (),
) -> WorkingHours:
    """The same hours on every day of the week."""
    every: DayHours = tuple(parse_hours(text) for text in hours)
    exceptions = {date.fromisoformat(d): tuple(map(parse_hours, h)) for d, h in (overrides or {}).items()}
    return WorkingHours(zone, (every,) * 7, exceptions, frozenset(map(date.fromisoformat, holidays)))


def rep(
    hours: WorkingHours | None = None,
    *,
    busy: tuple[Span, ...] = (),
    known: tuple[Span, ...] = (ALWAYS,),
    time_off: tuple[Span, ...] = (),
    bookings: tuple[OwnBooking, ...] = (),
    limits: Limits = NO_LIMITS,
) -> RepTime:
    """Works 09:00-17:00 every day in Berlin unless told otherwise."""
    return RepTime(hours or schedule("09:00-17:00"), time_off, known, busy, bookings, limits)


def shape(
    minutes: int = 30, before: int = 0, after: int = 0, step: int = 30, offset: int = 0, zone: str = BERLIN
) -> MeetingShape:
    return MeetingShape(minutes, before, after, step, offset, zone)


def starts(who: RepTime, what: MeetingShape, lo: int, hi: int) -> list[int]:
    """The offered starts; bits, intervals and the check at booking are asked, and must agree."""
    frame = Frame.for_shape(lo, hi, what)
    found = list_starts(start_bits(compile_rep(who, frame), what, frame), frame, what, lo, hi)
    assert found == sweep_starts(who, what, lo, hi)
    assert found == [minute for minute in range(lo, hi) if why_not(who, minute, what, lo, hi) is None]
    return found


def offered(who: RepTime, what: MeetingShape, day: str, days: int = 1) -> list[str]:
    """The offered starts on a local date (and the next ones) as the rep's clock reads them."""
    zone = who.hours.timezone
    lo = at(f"{day} 00:00", zone)
    clock = ZoneInfo(zone)
    form = "%H:%M" if days == 1 else "%d %H:%M"
    found = starts(who, what, lo, lo + (days + 1) * 1440)
    local = [to_instant(minute).astimezone(clock) for minute in found]
    first = date.fromisoformat(day)
    return [reading.strftime(form) for reading in local if (reading.date() - first).days < days]
