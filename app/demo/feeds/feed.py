"""One published calendar."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import icalendar


@dataclass(slots=True)
class Feed:
    """A person's calendar, published at `path` below the server's address.

    `entries` gives the seeded entries for the week that begins on a Monday; `added` are those that came later.
    """

    path: str
    email: str
    name: str
    timezone: str
    entries: Callable[[date], list[icalendar.Event]]
    added: list[icalendar.Event] = field(default_factory=list)

    def calendar(self, monday: date) -> icalendar.Calendar:
        """The whole feed; the same bytes as long as nothing in it changed."""
        calendar = icalendar.Calendar()
        calendar.add("prodid", "-//Calendar publisher stand-in//EN")
        calendar.add("version", "2.0")
        calendar.add("method", "PUBLISH")
        calendar.add("x-wr-calname", self.name)
        calendar.add("x-wr-timezone", self.timezone)
        calendar.add("x-published-ttl", "PT15M")
        for entry in [*self.entries(monday), *self.added]:
            calendar.add_component(entry)
        calendar.add_missing_timezones(
            first_date=date(monday.year - 1, 1, 1), last_date=date(monday.year + 2, 1, 1)
        )
        return calendar


def entry(
    uid: str, title: str, start: datetime | date, end: datetime | date, stamp: datetime, **more: Any
) -> icalendar.Event:
    """An entry; further properties by their names, with `_` for `-` (`transp="TRANSPARENT"`)."""
    made = icalendar.Event()
    made.add("uid", uid)
    made.add("dtstamp", stamp)
    made.add("dtstart", start)
    made.add("dtend", end)
    made.add("summary", title)
    for name, value in more.items():
        made.add(name.replace("_", "-"), value)
    return made
