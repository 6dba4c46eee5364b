"""Dates and times as people read them, with the zone they are meant in."""

from datetime import datetime
from zoneinfo import ZoneInfo


def say_when(start: datetime, end: datetime, timezone: str) -> str:
    """`Thu 26 Nov 2026, 10:00–10:30 (Berlin, UTC+1)`."""
    zone = ZoneInfo(timezone)
    begins, ends = start.astimezone(zone), end.astimezone(zone)
    day = f"{begins:%a} {begins.day} {begins:%b %Y}"
    return f"{day}, {begins:%H:%M}–{ends:%H:%M} ({say_zone(timezone, start)})"


def say_zone(timezone: str, at: datetime) -> str:
    """`Berlin, UTC+1`: the place people know, and what its clocks read at that moment."""
    shift = at.astimezone(ZoneInfo(timezone)).utcoffset()
    minutes = round(shift.total_seconds() / 60) if shift else 0
    sign, of_hour = ("−", -minutes) if minutes < 0 else ("+", minutes)
    hours, rest = divmod(of_hour, 60)
    offset = f"UTC{sign}{hours}" + (f":{rest:02}" if rest else "") if minutes else "UTC"
    place = timezone.rpartition("/")[2].replace("_", " ")
    return offset if place == "UTC" else f"{place}, {offset}"
