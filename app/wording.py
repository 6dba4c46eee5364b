"""Dates and times as people read them, with the zone they are meant in. English, and German for `de`."""

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

# Tables of our own: strftime would follow whatever locale the process was started with
_DAYS = {
    "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"),
    "de": ("Mo.", "Di.", "Mi.", "Do.", "Fr.", "Sa.", "So."),
}
_MONTHS = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "de": (
        *("Jan.", "Feb.", "März", "Apr.", "Mai", "Juni"),
        *("Juli", "Aug.", "Sept.", "Okt.", "Nov.", "Dez."),
    ),
}


@dataclass(frozen=True, slots=True)
class When:
    """A stretch of time in words: `Thu 26 Nov 2026`, `10:00–10:30`, `Berlin, UTC+1`; and the parts of a date tile."""

    day: str
    time: str
    zone: str
    month: str
    number: str

    def __str__(self) -> str:
        return f"{self.day}, {self.time} ({self.zone})"


def language_of(locale: str | None) -> str:
    """The language we write to somebody with this locale."""
    language = (locale or "").replace("_", "-").partition("-")[0].lower()
    return language if language in _DAYS else "en"


def describe_when(start: datetime, end: datetime, timezone: str, language: str = "en") -> When:
    """When something is, in the words of `language` and on the clocks of `timezone`."""
    zone = ZoneInfo(timezone)
    begins, ends = start.astimezone(zone), end.astimezone(zone)
    weekday, month = _DAYS[language][begins.weekday()], _MONTHS[language][begins.month - 1]
    number = f"{begins.day}." if language == "de" else str(begins.day)
    return When(
        f"{weekday} {number} {month} {begins.year}",
        f"{begins:%H:%M}–{ends:%H:%M}",
        say_zone(timezone, start),
        month,
        str(begins.day),
    )


def say_zone(timezone: str, at: datetime) -> str:
    """`Berlin, UTC+1`: the place people know, and what its clocks read at that moment."""
    shift = at.astimezone(ZoneInfo(timezone)).utcoffset()
    minutes = round(shift.total_seconds() / 60) if shift else 0
    sign, of_hour = ("−", -minutes) if minutes < 0 else ("+", minutes)
    hours, rest = divmod(of_hour, 60)
    offset = f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "") if minutes else "UTC"
    place = timezone.rpartition("/")[2].replace("_", " ")
    return offset if place == "UTC" else f"{place}, {offset}"
