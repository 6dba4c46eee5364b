"""Our own events as iCalendar: a plain file to download, and invitations for where no provider sends them.

RFC 5545 (format), RFC 5546 (iTIP: what REQUEST and CANCEL must hold).
"""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Literal

from icalendar import Calendar, Event, vCalAddress, vText

from calendars.remote import Guest
from calendars.zones import find_zone

_PRODUCT = "-//Smart Scheduler//Smart Scheduler//EN"
_ADDRESS = re.compile(r"[^\s@<>\"\\,;:]{1,64}@[^\s@<>\"\\,;:]{1,255}")
# RFC 6868 would write quotes in names as ^', which Outlook shows as it is.
_UNFIT_FOR_NAMES = re.compile(r'["^\x00-\x1f\x7f]')
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting to be written down.

    `uid` is for life (`ics_uid.uid_of`, or the provider's own where the provider invites: two UIDs are two events).
    `start`, `end` and `updated` (the last change) are aware. With a `timezone` times are written in that IANA zone and
    its rules come along; without, in UTC. `sequence` rises with every change that guests must answer anew.
    """

    uid: str
    title: str
    start: datetime
    end: datetime
    updated: datetime
    description: str = ""
    location: str | None = None
    url: str | None = None
    timezone: str | None = None
    sequence: int = 0


def write_ics(meeting: Meeting) -> bytes:
    """A plain calendar file: no METHOD, organizer or guests, so that opening it invites nobody."""
    return _write(_event(meeting, "CONFIRMED"), meeting, None)


def write_invitation(
    meeting: Meeting, *, method: Literal["REQUEST", "CANCEL"], organizer: Guest, guests: tuple[Guest, ...]
) -> bytes:
    """An iTIP message to `guests`: an invitation or its update (REQUEST), or its cancellation (CANCEL).

    A CANCEL needs a higher `sequence` than the last REQUEST. Raises `ValueError` for an address that is none, for no
    guests, and for an organizer among the guests, who would be shown no buttons.
    """
    if not guests or organizer.email.lower() in {guest.email.lower() for guest in guests}:
        raise ValueError("an invitation goes to guests, and the organizer is none of them")
    event = _event(meeting, "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    event["ORGANIZER"] = _person(organizer)
    for guest in guests:
        event.add("ATTENDEE", _guest(guest, is_asked=method == "REQUEST"), encode=False)
    return _write(event, meeting, method)


def _write(event: Event, meeting: Meeting, method: str | None) -> bytes:
    calendar = Calendar()
    calendar.add("PRODID", _PRODUCT)
    calendar.add("VERSION", "2.0")
    calendar.add("CALSCALE", "GREGORIAN")
    if method is not None:
        calendar.add("METHOD", method)
    calendar.add_component(event)
    if meeting.timezone is not None:
        day = meeting.start.date()
        calendar.add_missing_timezones(first_date=day - timedelta(days=1), last_date=day + timedelta(days=2))
    data: bytes = calendar.to_ical()
    return data


def _event(meeting: Meeting, status: str) -> Event:
    zone = _zone_to_write(meeting)
    event = Event()
    event.add("UID", meeting.uid)
    event.add("DTSTAMP", meeting.updated.astimezone(UTC))
    event.add("LAST-MODIFIED", meeting.updated.astimezone(UTC))
    event.add("DTSTART", meeting.start.astimezone(zone))
    event.add("DTEND", meeting.end.astimezone(zone))
    event.add("SEQUENCE", meeting.sequence)
    event.add("SUMMARY", _plain(meeting.title))
    event.add("STATUS", status)
    event.add("TRANSP", "OPAQUE")
    for name, text in (("DESCRIPTION", meeting.description), ("LOCATION", meeting.location)):
        if text:
            event.add(name, _plain(text))
    if meeting.url:
        event.add("URL", _CONTROL.sub("", meeting.url))
    return event


def _zone_to_write(meeting: Meeting) -> tzinfo:
    if meeting.timezone is None:
        return UTC
    zone = find_zone(meeting.timezone)
    # The second coming of a repeated hour has no name in a zone: written down, it would be read as the first.
    is_second = any(at.astimezone(zone).fold for at in (meeting.start, meeting.end))
    return UTC if is_second else zone


def _guest(guest: Guest, *, is_asked: bool) -> vCalAddress:
    person = _person(guest)
    person.params["CUTYPE"] = vText("INDIVIDUAL")
    person.params["ROLE"] = vText("REQ-PARTICIPANT")
    if is_asked:
        person.params["PARTSTAT"] = vText("NEEDS-ACTION")
        person.params["RSVP"] = vText("TRUE")
    return person


def _person(guest: Guest) -> vCalAddress:
    if not _ADDRESS.fullmatch(guest.email):
        raise ValueError("this is not an e-mail address")
    person = vCalAddress(f"mailto:{guest.email}")
    if name := _UNFIT_FOR_NAMES.sub("", guest.name or "").strip():
        person.params["CN"] = vText(name)
    return person


def _plain(text: str) -> str:
    return _CONTROL.sub("", text.replace("\r\n", "\n"))
