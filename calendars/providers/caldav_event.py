"""Our meetings as CalDAV objects, and what we know them by.

The object's address and UID are derived from the draft's key. It carries a digest of the draft it was written from:
so a repeated write is seen to be one, and does not undo what the rep changed since.
"""

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from hashlib import sha256
from urllib.parse import quote

from icalendar import Calendar, Component, Event, vCalAddress, vText

from calendars.ics_busy import event_kind
from calendars.ics_text import FeedError, find_text, parse
from calendars.ics_uid import uid_of
from calendars.ics_write import Meeting, write_ics
from calendars.providers.base import EventDraft, Guest

BOOKING = "X-SMART-SCHEDULER-BOOKING"
DRAFT = "X-SMART-SCHEDULER-DRAFT"
_MAX_BYTES = 512 * 1024


@dataclass(frozen=True, slots=True)
class Written:
    """What an object of ours says about itself."""

    uid: str
    sequence: int
    digest: str
    is_cancelled: bool
    start: datetime | None = None
    end: datetime | None = None
    holds_time: bool = True


def uid_of_key(key: str) -> str:
    """The UID for a draft's key, `<booking>:<generation>`: the one our own invitations have."""
    booking, _, generation = key.rpartition(":")
    return uid_of(booking, int(generation))


def address_of(calendar: str, uid: str) -> str:
    """Where the object with this UID is written."""
    return f"{calendar.rstrip('/')}/{quote(uid, safe='@')}.ics"


def digest_of(draft: EventDraft) -> str:
    """One text for all that a draft says."""
    values = json.dumps(asdict(draft), default=str, sort_keys=True)
    return sha256(values.encode()).hexdigest()[:32]


def write_object(draft: EventDraft, owners: Collection[str], sequence: int) -> bytes:
    """The object's body. Guests are named only where the owner's address is known, and never asked by the server."""
    meeting = Meeting(
        uid=uid_of_key(draft.key),
        title=draft.title,
        start=draft.start,
        end=draft.end,
        updated=datetime.now(UTC),
        description=draft.description,
        location=draft.location,
        timezone=draft.timezone,
        sequence=sequence,
    )
    calendar = Calendar.from_ical(write_ics(meeting))
    [event] = calendar.events
    event[BOOKING], event[DRAFT] = vText(draft.booking), vText(digest_of(draft))
    _add_people(event, draft.guests, sorted(each for each in owners if "@" in each))
    data: bytes = calendar.to_ical()
    return data


def read_object(data: bytes) -> Written | None:
    """What an object says about itself; None where it is none that can be read."""
    if len(data) > _MAX_BYTES:
        return None
    try:
        events = [each for calendar in parse(data) for each in calendar.walk("VEVENT")]
    except FeedError:
        return None
    if not events:
        return None
    sequence = find_text(events[0], "SEQUENCE")
    return Written(
        find_text(events[0], "UID"),
        int(sequence) if sequence.isascii() and sequence.isdigit() else 0,
        find_text(events[0], DRAFT),
        find_text(events[0], "STATUS").upper() == "CANCELLED",
        _instant(events[0], "DTSTART"),
        _instant(events[0], "DTEND"),
        event_kind(events[0], (), is_all_day=False) is not None,
    )


def _instant(event: Component, name: str) -> datetime | None:
    """When it starts or ends; None for whole days, floating times and what cannot be read."""
    value = getattr(event.get(name), "dt", None)
    return value if isinstance(value, datetime) and value.tzinfo is not None else None


def _add_people(event: Event, guests: Collection[Guest], owners: list[str]) -> None:
    if not guests or not owners:
        return
    event["ORGANIZER"] = vCalAddress(f"mailto:{owners[0]}")
    for guest in guests:
        person = vCalAddress(f"mailto:{guest.email}")
        person.params["PARTSTAT"] = vText("NEEDS-ACTION")
        # RFC 6638, 7.1: the invitation is our own mail, and must not be the server's as well
        person.params["SCHEDULE-AGENT"] = vText("CLIENT")
        event.add("ATTENDEE", person, encode=False)
