"""The owner of a CalDAV calendar: an application that stores whole objects."""

from datetime import datetime, timedelta
from uuid import uuid4

from tests.calendars.providers.case_caldav import _ZONE as CALDAV_ZONE
from tests.demo.google.running import REMY
from tests.faults.history import HOME, Entry
from tests.fixtures.radicale import Person, Reply


class CalDavOwner:
    """Remy, with a calendar application that stores whole objects at Radicale."""

    email = REMY

    def __init__(self, person: Person) -> None:
        self.person = person

    def add(self, entry: Entry) -> None:
        """See `Owner`."""
        entry.remote = f"{uuid4().hex}.ics"
        self.change(entry)

    def change(self, entry: Entry) -> None:
        """See `Owner`."""
        self.person.put(entry.remote, _ics(entry))

    def delete(self, entry: Entry) -> None:
        """See `Owner`."""
        self.person.delete(entry.remote)

    def move_one(self, entry: Entry, number: int) -> None:
        """See `Owner`."""
        self.change(entry)

    def drop_one(self, entry: Entry, number: int) -> None:
        """See `Owner`."""
        self.change(entry)

    def set_zone(self, name: str) -> None:
        """See `Owner`."""
        self.person.request("PROPPATCH", self.person.calendar, CALDAV_ZONE.format(name=name), status=207)

    def break_reading(self, fault: str, size: int) -> None:
        """See `Owner`."""
        replies = {
            "429": Reply(429, headers={"Retry-After": "7"}),
            "500": Reply(500),
            "reset": Reply(),
            "nonsense": Reply(200, b"<html>", {"Content-Type": "text/html"}),
        }
        relay, asked = self.person.server.relay, []

        def fail_later(method: str, path: str, body: bytes) -> Reply | None:
            asked.append(method)
            return Reply(503) if len(asked) == size + 1 else None

        if fault == "expired":
            self.person.server.forget_sync_tokens(self.person.name)
        elif fault == "later page":
            relay.answer = fail_later
        elif fault in replies:
            relay.replies = [replies[fault]] * 4

    def heal(self) -> None:
        """See `Owner`."""
        self.person.server.relay.forget()


def _ics(entry: Entry) -> str:
    """The object of an entry, its exceptions beside it."""
    rule = f"RRULE:FREQ=WEEKLY;COUNT={entry.weeks}" if entry.is_series else ""
    gone = [f"EXDATE;TZID={HOME}:{entry.begins(number):%Y%m%dT%H%M%S}" for number in sorted(entry.dropped)]
    master = _component(entry, entry.start, rule, *gone)
    moved = [
        _component(entry, at, f"RECURRENCE-ID;TZID={HOME}:{entry.begins(number):%Y%m%dT%H%M%S}")
        for number, at in sorted(entry.moved.items())
        if number not in entry.dropped
    ]
    return "\n".join(
        ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//T//T//EN", master, *moved, "END:VCALENDAR"]
    )


def _component(entry: Entry, start: datetime, *more: str) -> str:
    end = start + timedelta(minutes=entry.minutes)
    edges = [
        f"DTSTART;TZID={HOME}:{start:%Y%m%dT%H%M%S}",
        f"DTEND;TZID={HOME}:{end:%Y%m%dT%H%M%S}",
    ]
    if entry.days:
        last = start + timedelta(days=entry.days)
        edges = [f"DTSTART;VALUE=DATE:{start:%Y%m%d}", f"DTEND;VALUE=DATE:{last:%Y%m%d}"]
    lines = [
        "BEGIN:VEVENT",
        f"UID:{entry.remote}",
        "DTSTAMP:20260101T000000Z",
        *edges,
        f"STATUS:{'CANCELLED' if entry.is_cancelled else 'CONFIRMED'}",
        f"TRANSP:{'TRANSPARENT' if entry.is_free else 'OPAQUE'}",
        "ORGANIZER:mailto:boss@globex.test",
        f"ATTENDEE;PARTSTAT={'DECLINED' if entry.is_declined else 'ACCEPTED'}:mailto:{REMY}",
        *more,
        "END:VEVENT",
    ]
    return "\n".join(line for line in lines if line)
