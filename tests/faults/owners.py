"""The owner of a calendar at each service: does there what the model says, and lets readings of it meet a fault."""

from datetime import datetime, timedelta
from typing import Any, Protocol

from tests.demo.google.running import REMY, Google
from tests.demo.microsoft.running import ROSA, Microsoft
from tests.faults.history import HOME, Entry, instant

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


class Owner(Protocol):
    """Whoever edits the calendar."""

    email: str

    def add(self, entry: Entry) -> None:
        """A new entry; it learns its name at the service."""

    def change(self, entry: Entry) -> None:
        """Time, transparency, answer and whether it stands, as the entry now says."""

    def delete(self, entry: Entry) -> None:
        """Take it away for good."""

    def move_one(self, entry: Entry, number: int) -> None:
        """One occurrence of a series, to where the entry says."""

    def drop_one(self, entry: Entry, number: int) -> None:
        """One occurrence of a series less."""

    def set_zone(self, name: str) -> None:
        """The calendar's zone."""

    def break_reading(self, fault: str, size: int) -> None:
        """Let the next reading meet a fault; `size` is which page or how many times."""

    def heal(self) -> None:
        """No faults any more."""


class _StandIn:
    """What the two stand-ins have in common."""

    side: Google | Microsoft
    path: str

    def break_reading(self, fault: str, size: int) -> None:
        """See `Owner`."""
        status = {"429": 429, "500": 500, "later page": 500}
        if fault == "expired":
            self.side.ctl("expire-sync-tokens")
        elif fault in status:
            skip = size if fault == "later page" else 0
            self._page_by([1] * (2 * size) if skip else [])
            self.side.ctl("fail", kind="status", path=self.path, status=status[fault], skip=skip, times=4)
        elif fault == "empty page":
            self._page_by([0, 1, 0, 2])
        elif fault != "dies":
            kind = {"reset": "reset-before", "nonsense": "not-json"}[fault]
            self.side.ctl("fail", kind=kind, path=self.path, times=4)

    def heal(self) -> None:
        """See `Owner`."""
        self.side.ctl("heal")
        self._page_by([])

    def _page_by(self, sizes: list[int]) -> None:
        raise NotImplementedError


class GoogleOwner(_StandIn):
    """Remy, on Google's screen."""

    email = REMY
    path = "/calendar/v3/calendars/*/events"

    def __init__(self, google: Google) -> None:
        self.side: Google = google

    def add(self, entry: Entry) -> None:
        """See `Owner`."""
        entry.remote = self.side.create(organizer="boss@globex.test", **self._fields(entry))

    def change(self, entry: Entry) -> None:
        """See `Owner`."""
        self.side.change(entry.remote, **self._fields(entry))

    def delete(self, entry: Entry) -> None:
        """See `Owner`."""
        self.side.delete(entry.remote)

    def move_one(self, entry: Entry, number: int) -> None:
        """See `Owner`."""
        self.side.change(self._one(entry, number), **edges(entry.moved[number], entry.minutes))

    def drop_one(self, entry: Entry, number: int) -> None:
        """See `Owner`."""
        self.side.delete(self._one(entry, number))

    def set_zone(self, name: str) -> None:
        """See `Owner`."""
        self.side.ctl("calendar", email=REMY, timezone=name)

    def _page_by(self, sizes: list[int]) -> None:
        self.side.ctl("pages", sizes=sizes)

    def _one(self, entry: Entry, number: int) -> str:
        return f"{entry.remote}_{instant(entry.begins(number)):%Y%m%dT%H%M%SZ}"

    def _fields(self, entry: Entry) -> dict[str, Any]:
        answer = "declined" if entry.is_declined else "accepted"
        fields: dict[str, Any] = {
            "status": "cancelled" if entry.is_cancelled else "confirmed",
            "transparency": "transparent" if entry.is_free else "opaque",
            "attendees": [{"email": REMY, "responseStatus": answer}],
        }
        if entry.days:
            last = entry.start.date() + timedelta(days=entry.days)
            return fields | {"start": {"date": str(entry.start.date())}, "end": {"date": str(last)}}
        if entry.is_series:
            fields["recurrence"] = [f"RRULE:FREQ=WEEKLY;COUNT={entry.weeks}"]
        return fields | edges(entry.start, entry.minutes)


class MicrosoftOwner(_StandIn):
    """Rosa, in Outlook."""

    email = ROSA
    path = "/v1.0/*"

    def __init__(self, microsoft: Microsoft) -> None:
        self.side: Microsoft = microsoft

    def add(self, entry: Entry) -> None:
        """See `Owner`."""
        entry.remote = self.side.create(self._fields(entry))

    def change(self, entry: Entry) -> None:
        """See `Owner`."""
        response = "declined" if entry.is_declined else "accepted"
        said = {"response": response, "isCancelled": entry.is_cancelled}
        self.side.ctl("mutate-event", op="respond", email=ROSA, id=entry.remote, **said)
        self.side.change(entry.remote, self._fields(entry))

    def delete(self, entry: Entry) -> None:
        """See `Owner`."""
        self.side.delete(entry.remote)

    def move_one(self, entry: Entry, number: int) -> None:
        """See `Owner`."""
        self.side.change(self._one(entry, number), edges(entry.moved[number], entry.minutes))

    def drop_one(self, entry: Entry, number: int) -> None:
        """See `Owner`."""
        self.side.delete(self._one(entry, number))

    def set_zone(self, name: str) -> None:
        """See `Owner`."""
        self.side.ctl("settings", email=ROSA, timezone=name)

    def _page_by(self, sizes: list[int]) -> None:
        self.side.ctl("switch", pages=sizes)

    def _one(self, entry: Entry, number: int) -> str:
        return f"{entry.remote}.{entry.begins(number):%Y%m%d}"

    def _fields(self, entry: Entry) -> dict[str, Any]:
        fields: dict[str, Any] = {"showAs": "free" if entry.is_free else "busy"}
        if entry.days:
            first = datetime.combine(entry.start.date(), datetime.min.time())
            return fields | {"isAllDay": True, **edges(first, entry.days * 24 * 60)}
        if entry.is_series:
            pattern = {
                "type": "weekly",
                "interval": 1,
                "daysOfWeek": [_DAYS[entry.start.weekday()]],
                "firstDayOfWeek": "monday",
            }
            lasts = {"type": "numbered", "numberOfOccurrences": entry.weeks}
            fields["recurrence"] = {
                "pattern": pattern,
                "range": lasts | {"startDate": str(entry.start.date())},
            }
        return fields | edges(entry.start, entry.minutes)


def edges(start: datetime, minutes: int) -> dict[str, Any]:
    """Start and end as both services take them."""
    end = start + timedelta(minutes=minutes)
    return {
        name: {"dateTime": _written(at), "timeZone": HOME} for name, at in (("start", start), ("end", end))
    }


def _written(wall: datetime) -> str:
    return wall.strftime("%Y-%m-%dT%H:%M:%S")
