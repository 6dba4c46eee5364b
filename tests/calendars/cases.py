"""Random cases, reproducible by their number; weeks with a clock change are the rule."""

import random
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from calendars.availability import ALWAYS, Limits, OwnBooking, RepTime
from calendars.hours import DayHours, Trip, WorkingHours
from calendars.shape import MeetingShape
from calendars.span import Span
from calendars.zones import to_minutes

# Zone, and a date near which something happens to its clocks.
CHANGES = (
    ("Europe/Berlin", "2026-03-29"), ("Europe/Berlin", "2026-10-25"),
    ("America/New_York", "2026-03-08"), ("America/New_York", "2026-11-01"),
    ("Asia/Beirut", "2026-03-29"), ("Asia/Beirut", "2026-10-25"),  # over midnight
    ("America/Havana", "2024-03-10"), ("America/Havana", "2024-11-03"),
    ("America/Santiago", "2026-04-05"), ("America/Santiago", "2026-09-06"),
    ("Africa/Cairo", "2026-04-24"), ("Africa/Cairo", "2026-10-30"),
    ("Atlantic/Azores", "2026-03-29"), ("Atlantic/Azores", "2026-10-25"),
    ("Australia/Lord_Howe", "2026-04-05"), ("Australia/Lord_Howe", "2026-10-04"),  # by half an hour
    ("Pacific/Chatham", "2026-04-05"), ("Pacific/Chatham", "2026-09-27"),  # +12:45
    ("Africa/Casablanca", "2026-02-15"), ("Africa/Casablanca", "2026-03-22"),  # twice around Ramadan
    ("America/St_Johns", "2010-03-14"), ("America/St_Johns", "2010-11-07"),  # one minute past midnight
    ("America/Caracas", "2016-05-01"), ("Asia/Pyongyang", "2018-05-05"),
    ("Pacific/Apia", "2011-12-30"), ("Pacific/Kwajalein", "1993-08-21"),  # the day that never was
    ("Africa/Monrovia", "1972-01-07"),  # off UTC by 44 minutes and 30 seconds before
)  # fmt: skip
CALM = (
    ("Asia/Kathmandu", "2026-06-10"),
    ("Pacific/Marquesas", "2026-06-10"),
    ("Asia/Kolkata", "2026-06-10"),
    ("UTC", "2026-06-10"),
)
MARGIN = 11 * 1440


@dataclass(frozen=True)
class Case:
    """One rep, one shape, one booking window; `region` is what the oracle looks at."""

    rep: RepTime
    shape: MeetingShape
    now: int
    lo: int
    hi: int
    region: Span


def minute_of(text: str) -> int:
    """`"2026-03-29"` or `"2026-03-29 01:00"`, in UTC."""
    return to_minutes(datetime.fromisoformat(text).replace(tzinfo=UTC))


@lru_cache(maxsize=8)
def random_case(number: int) -> Case:
    dice = random.Random(number)
    zone, day = dice.choice(CALM) if dice.random() < 0.1 else dice.choice(CHANGES)
    center = minute_of(day)
    now = center - dice.randrange(720, 2 * 1440)
    lo = now + dice.choice((0, 1, 60, 90, 1440))
    hi = center + dice.randrange(0, 3) * 1440 + dice.choice((0, 0, 60, 301))
    region = Span(center - MARGIN, center + MARGIN)
    other = "Pacific/Chatham" if day > "2026-07" else "America/New_York"
    shape = random_shape(dice, dice.choice((zone, zone, other)))
    return Case(random_rep(dice, zone, center), shape, now, lo, hi, region)


def random_shape(dice: random.Random, zone: str) -> MeetingShape:
    if dice.random() < 0.6:
        step = dice.choice((5, 15, 15, 20, 30, 45, 60, 60, 90))
        offset = dice.choice((0, 0, 0, dice.randrange(step)))
        buffers = (0, 0, 5, 10, 30)
        return MeetingShape(
            dice.choice((15, 30, 45, 60, 240)), dice.choice(buffers), dice.choice(buffers), step, offset, zone
        )
    step = dice.choice((1, 12, 16, 36, 48, 48, 72, 96))
    return MeetingShape(
        dice.randrange(1, 150), dice.randrange(40), dice.randrange(40), step, dice.randrange(step), zone
    )


def random_rep(dice: random.Random, zone: str, center: int) -> RepTime:
    limits = Limits(
        dice.choice((None, None, 1, 2)), dice.choice((None, None, 3)), dice.choice((None, None, 20, 60, 90))
    )
    more = random.Random(dice.random())
    hours = random_hours(dice, zone, center)
    if more.random() < 0.3:
        limits = random_limits(more, limits)
    known: tuple[Span, ...] = (ALWAYS,)
    if dice.random() < 0.4:
        known = random_spans(dice, center, 3, longest=5 * 1440)
    return RepTime(
        hours=replace(hours, travel=random_trips(more, center)) if more.random() < 0.3 else hours,
        time_off=random_spans(dice, center, dice.choice((0, 0, 2)), longest=1500),
        known=known,
        busy=random_spans(dice, center, dice.randrange(25), longest=dice.choice((60, 200, 3000))),
        bookings=tuple(
            OwnBooking(
                Span(s, max(e, s + 1)), dice.choice((0, 10, 17)), dice.choice((0, 5, 31)), more.choice((0, 1))
            )
            for s, e in random_spans(dice, center, dice.randrange(4), longest=90)
        ),
        limits=limits,
        within=random_within(more, hours, zone, center),
        kind=1,
        kind_limits=random_limits(more, Limits()) if more.random() < 0.2 else Limits(),
        timezone=more.choice(("", "", "", "America/New_York")),
    )


def random_limits(dice: random.Random, usual: Limits) -> Limits:
    return replace(
        usual,
        per_month=dice.choice((None, 2, 4)),
        minutes_per_day=dice.choice((None, None, 40, 90)),
        minutes_per_week=dice.choice((None, None, 60, 200)),
        minutes_per_month=dice.choice((None, None, 90)),
        in_a_row=dice.choice((None, 1, 1, 2)),
        pause=dice.choice((1, 15, 90)),
    )


def random_trips(dice: random.Random, center: int) -> tuple[Trip, ...]:
    first = date(1970, 1, 1) + timedelta(days=center // 1440 + dice.randrange(-3, 2))
    zones = ("Asia/Tokyo", "Pacific/Honolulu", "Pacific/Kiritimati", "America/New_York")
    short = Trip(first, first, dice.choice(zones))
    return dice.choice(((short,), (short, Trip(first, first + timedelta(days=2), dice.choice(zones)))))


def random_within(
    dice: random.Random, hours: WorkingHours, zone: str, center: int
) -> tuple[WorkingHours, ...]:
    """The hours of a meeting type in place of the rep's, beside them, or nothing said."""
    if dice.random() < 0.7:
        return ()
    other = random_hours(dice, dice.choice((zone, "America/New_York")), center)
    return dice.choice(((other,), (hours, other)))


def random_spans(dice: random.Random, center: int, count: int, longest: int) -> tuple[Span, ...]:
    spans = []
    for _ in range(count):
        start = center + dice.randrange(-5 * 1440, 6 * 1440)
        start -= dice.choice((0, start % 5, start % 30))
        spans.append(Span(start, start + dice.choice((0, 1, 30, 60, dice.randrange(longest)))))
    return tuple(spans)


def random_hours(dice: random.Random, zone: str, center: int) -> WorkingHours:
    around = [date(1970, 1, 1) + timedelta(days=center // 1440 + n) for n in range(-4, 6)]
    weekly = tuple(random_day(dice) if dice.random() < 0.85 else () for _ in range(7))
    overrides = {day: random_day(dice) for day in around if dice.random() < 0.12}
    holidays = frozenset(day for day in around if dice.random() < 0.08)
    return WorkingHours(zone, weekly, overrides, holidays)


def random_day(dice: random.Random) -> DayHours:
    return tuple(random_interval(dice) for _ in range(dice.choice((0, 1, 1, 2, 3))))


def random_interval(dice: random.Random) -> tuple[int, int]:
    grain = dice.choice((1, 15, 60))
    start = dice.choice((0, 540, 1320, dice.randrange(1440) // grain * grain))
    length = dice.choice((30, 480, 1440, 1 + dice.randrange(1440)))
    return start, min(2880, start + length)
