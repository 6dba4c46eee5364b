"""How times, spans and counts are written on pages. UTC inside; every function takes the reader's zone."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup

from app.clock import now

_STEPS = ((60, "min", 60), (24 * 3600, "h", 3600), (7 * 24 * 3600, "d", 24 * 3600))


def day_words(instant: datetime | date, zone: str = "UTC") -> str:
    """`Thu 26 Nov`, with the year when it is not this one."""
    on = instant.astimezone(ZoneInfo(zone)).date() if isinstance(instant, datetime) else instant
    year = f" {on.year}" if on.year != now().year else ""
    return f"{on:%a} {on.day} {on:%b}{year}"


def clock_words(instant: datetime, zone: str) -> str:
    """`10:00` on the wall in `zone`."""
    return f"{instant.astimezone(ZoneInfo(zone)):%H:%M}"


def moment_words(instant: datetime, zone: str) -> str:
    """`Thu 26 Nov, 10:00`."""
    return f"{day_words(instant, zone)}, {clock_words(instant, zone)}"


def zone_words(zone: str) -> str:
    """The city of a zone: `New York` for `America/New_York`."""
    return zone.rsplit("/", 1)[-1].replace("_", " ")


def ago_words(instant: datetime) -> str:
    """`4 min ago`, `in 2 h`, `3 d ago`; weeks and more are a date."""
    seconds = (now() - instant).total_seconds()
    for limit, unit, size in _STEPS[:1] if abs(seconds) < 60 else _STEPS:
        if abs(seconds) < (3600 if unit == "min" else limit):
            count = int(abs(seconds) // size)
            if unit == "min" and count == 0:
                return "just now" if seconds >= 0 else "in a moment"
            return f"{count} {unit} ago" if seconds >= 0 else f"in {count} {unit}"
    return day_words(instant)


def ago(instant: datetime | None, zone: str = "UTC") -> Markup:
    """Relative time as a `<time>` element that says the absolute one on hover and to assistive technology."""
    if instant is None:
        return Markup('<span class="muted">never</span>')
    full = f"{moment_words(instant, zone)} ({zone_words(zone)})"
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        instant.isoformat(), full, ago_words(instant)
    )


def moment(instant: datetime, zone: str) -> Markup:
    """An absolute time as a `<time>` element with its zone on hover."""
    return Markup('<time datetime="{}" title="{}">{}</time>').format(
        instant.isoformat(), f"{zone_words(zone)} time", moment_words(instant, zone)
    )


def span_words(starts_at: datetime, ends_at: datetime, zone: str) -> str:
    """`10:00–10:30`."""
    return f"{clock_words(starts_at, zone)}–{clock_words(ends_at, zone)}"


def minutes_words(minutes: int) -> str:
    """`90` as `1 h 30 min`."""
    hours, rest = divmod(minutes, 60)
    parts = ([f"{hours} h"] if hours else []) + ([f"{rest} min"] if rest or not hours else [])
    return " ".join(parts)


def count_words(count: int, one: str, many: str | None = None) -> str:
    """`1 rep`, `2 reps`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def date_range_words(first: date, last: date) -> str:
    """`20–27 Dec`, both days included."""
    if first == last:
        return day_words(first)
    return f"{day_words(first)} – {day_words(last)}"


def is_past(instant: datetime) -> bool:
    """Whether an instant lies behind us."""
    return instant < now()


def is_within(instant: datetime, hours: int) -> bool:
    """Whether an instant is less than `hours` away from now, in the future."""
    return timedelta(0) <= instant - now() <= timedelta(hours=hours)
