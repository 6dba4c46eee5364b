"""Robin's weeks in London: a calendar that is only published, never written to."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import icalendar

from app.demo.feeds.feed import Feed, entry

_ZONE = ZoneInfo("Europe/London")


def acme_feeds() -> Sequence[Feed]:
    """The feeds of Acme's people: Robin's."""
    return [Feed("/robin.ics", "robin@acme.test", "Robin", "Europe/London", _entries)]


def _entries(monday: date) -> list[icalendar.Event]:
    plan = _Plan(monday)
    return [
        plan.weekly("standup", "Stand-up", "MO,TU,WE,TH,FR", "09:15-09:30"),
        plan.weekly("renewals", "Renewals review", "TU", "14:00-15:00", exdate=plan.at(15, "14:00")),
        plan.once("renewals", "Renewals review", 9, "10:00-11:00", recurrence_id=plan.at(8, "14:00")),
        plan.weekly("school", "School run", "MO,WE,FR", "15:15-16:00", x_microsoft_cdo_busystatus="OOF"),
        plan.weekly("office-hours", "Office hours (come by)", "TH", "11:00-12:00", transp="TRANSPARENT"),
        plan.once("thames", "Thames Water: review", 2, "11:00-12:00"),
        plan.once("board", "Hold: board preparation", 7, "13:00-15:00", status="TENTATIVE"),
        plan.once("train", "Train to Leeds", 8, "07:30-10:15"),
        plan.once("pitch", "Pitch rehearsal", 10, "16:00-17:00", status="CANCELLED"),
        plan.days("leeds", "Leeds", 8, 1, transp="TRANSPARENT"),
        plan.days("leave", "Annual leave", 11, 1),
        plan.days("holiday", "Annual leave", 18, 2),
    ]


class _Plan:
    """Entries relative to a week; days are counted from its Monday, times are "HH:MM-HH:MM" in London."""

    def __init__(self, monday: date) -> None:
        self._monday = monday
        self._stamp = datetime.combine(monday, time(), UTC)

    def at(self, day: int, clock: str) -> datetime:
        """A time on a day."""
        return datetime.combine(self._monday + timedelta(days=day), time.fromisoformat(clock), _ZONE)

    def once(self, name: str, title: str, day: int, hours: str, **more: Any) -> icalendar.Event:
        """A single entry, or the override of one occurrence."""
        start, end = (self.at(day, clock) for clock in hours.split("-"))
        return entry(f"{name}@robin.acme.test", title, start, end, self._stamp, **more)

    def weekly(self, name: str, title: str, days: str, hours: str, **more: Any) -> icalendar.Event:
        """A weekly series that began four weeks before, on the first of its days."""
        first = ("MO", "TU", "WE", "TH", "FR").index(days[:2]) - 28
        rule = {"freq": "weekly", "byday": days.split(",")}
        return self.once(name, title, first, hours, rrule=rule, **more)

    def days(self, name: str, title: str, first: int, count: int, **more: Any) -> icalendar.Event:
        """Whole days."""
        start = self._monday + timedelta(days=first)
        end = start + timedelta(days=count)
        return entry(f"{name}@robin.acme.test", title, start, end, self._stamp, **more)
