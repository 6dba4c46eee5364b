"""Words for writing down a mailbox's events relative to a week."""

import base64
import hashlib
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from app.demo.microsoft.world import Account, Calendar, Event

_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_BEGAN = 8  # weeks before the present one in which the series began


@dataclass(slots=True)
class Planner:
    """Fills one account. Days are counted from the present week's Monday (0), times are "HH:MM"-"HH:MM"."""

    account: Account
    monday: date
    _taken: set[str] = field(default_factory=set)

    def calendar(self, name: str, **more: Any) -> str:
        """Add a calendar and give its id."""
        made = Calendar(self._id("AAMkCal", name), name, **more)
        self.account.calendars.append(made)
        return made.id

    def once(self, title: str, day: int, hours: str, **more: Any) -> Event:
        """A single event."""
        start, end = (f"{self.monday + timedelta(days=day)}T{hour}:00" for hour in hours.split("-"))
        return self._add(title, start, end, more)

    def weekly(self, title: str, days: tuple[int, ...], hours: str, *, every: int = 1, **more: Any) -> Event:
        """A weekly series on these weekdays, which began some weeks ago."""
        began = self.monday - timedelta(weeks=_BEGAN)
        pattern = {
            "type": "weekly",
            "interval": every,
            "daysOfWeek": [_NAMES[day] for day in days],
            "firstDayOfWeek": "monday",
        }
        recurrence = {"pattern": pattern, "range": {"type": "noEnd", "startDate": began.isoformat()}}
        first = (began - self.monday).days + days[0]
        event = self.once(title, first, hours, **more)
        event.recurrence = recurrence
        return event

    def whole_days(self, title: str, first: int, count: int = 1, **more: Any) -> Event:
        """An all-day event of `count` days."""
        start = self.monday + timedelta(days=first)
        return self._add(
            title,
            f"{start}T00:00:00",
            f"{start + timedelta(days=count)}T00:00:00",
            {"is_all_day": True, **more},
        )

    def move(self, event: Event, day: int, to_day: int, hours: str) -> None:
        """Move one occurrence of a series."""
        start, end = (f"{self.monday + timedelta(days=to_day)}T{hour}:00" for hour in hours.split("-"))
        event.exceptions[(self.monday + timedelta(days=day)).isoformat()] = {"start": start, "end": end}

    def skip(self, event: Event, day: int) -> None:
        """Delete one occurrence of a series."""
        event.exceptions[(self.monday + timedelta(days=day)).isoformat()] = None

    def _add(self, title: str, start: str, end: str, more: dict[str, Any]) -> Event:
        calendar = more.pop("calendar", self.account.calendars[0].id)
        id_ = self._id("AAkALg", title)
        event = Event(id_, calendar, title, start, end, self.account.zone, **more)
        self.account.events[id_] = event
        return event

    def _id(self, prefix: str, title: str) -> str:
        while title in self._taken:
            title += "'"
        self._taken.add(title)
        digest = hashlib.sha256(f"{self.account.email} {title}".encode()).digest()
        return prefix + base64.urlsafe_b64encode(digest).rstrip(b"=").decode().replace("_", "-")
