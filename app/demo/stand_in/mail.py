"""The invitations and cancellations that a calendar service mails to guests (iTIP, RFC 5546, by iMIP, RFC 6047)."""

import logging
import smtplib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from email.message import EmailMessage
from email.utils import formataddr
from html import escape
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress

_log = logging.getLogger(__name__)
_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody at a meeting; `answer` is a PARTSTAT such as NEEDS-ACTION or ACCEPTED."""

    email: str
    name: str | None = None
    answer: str = "NEEDS-ACTION"


@dataclass(frozen=True, slots=True)
class Meeting:
    """A meeting as its guests are told of it. `start` and `end` are aware; `timezone` is where it is shown.
    `hides_guests`: each reads of nobody but themselves."""

    uid: str
    sequence: int
    title: str
    start: datetime
    end: datetime
    timezone: str
    organizer: Person
    guests: Sequence[Person]
    written_at: datetime
    description: str = ""
    location: str | None = None
    join_url: str | None = None
    hides_guests: bool = False


@dataclass(slots=True)
class Outbox:
    """Messages to guests: noted in `sent` always, mailed when there is a server (`smtp`: host and port).

    A mail server that is away must not fail the calendar's own work, so trouble is logged and the mail dropped.
    """

    smtp: tuple[str, int] | None = None
    sent: list[dict[str, Any]] = field(default_factory=list)
    _waiting: list[EmailMessage] = field(default_factory=list)
    _lock: Lock = field(default_factory=Lock)

    def tell(self, method: str, meeting: Meeting, guests: Sequence[Person]) -> None:
        """Note and queue one mail per guest. `method` is REQUEST or CANCEL."""
        for guest in guests:
            note = {"method": method, "to": guest.email, "uid": meeting.uid, "sequence": meeting.sequence}
            with self._lock:
                self.sent.append({**note, "at": meeting.written_at.isoformat(), "title": meeting.title})
                if self.smtp is not None:
                    shown = replace(meeting, guests=[guest]) if meeting.hides_guests else meeting
                    self._waiting.append(invitation(method, shown, guest))

    def flush(self) -> None:
        """Mail what waits."""
        with self._lock:
            waiting, self._waiting = self._waiting, []
        if not waiting or self.smtp is None:
            return
        try:
            with smtplib.SMTP(*self.smtp, timeout=_SECONDS) as server:
                for message in waiting:
                    server.send_message(message)
        except (OSError, smtplib.SMTPException) as error:
            _log.warning("the mail server did not take %d invitations: %s", len(waiting), error)

    def clear(self) -> None:
        """Forget what was sent."""
        with self._lock:
            self.sent.clear()
            self._waiting.clear()


def invitation(method: str, meeting: Meeting, to: Person) -> EmailMessage:
    """One guest's mail: plain and HTML text, the iTIP part, and the same as an attachment."""
    data = _itip(method, meeting)
    message = EmailMessage()
    message["From"] = formataddr((meeting.organizer.name or "", meeting.organizer.email))
    message["To"] = formataddr((to.name or "", to.email))
    message["Subject"] = f"{_SUBJECTS[method]}: {meeting.title} @ {_when(meeting)}"
    message["Message-ID"] = f"<{meeting.uid}.{meeting.sequence}.{method.lower()}.{to.email}>"
    message.set_content(_plain(method, meeting))
    message.add_alternative(_html(method, meeting), subtype="html")
    message.add_alternative(data.decode(), subtype="calendar", params={"method": method})
    message.add_attachment(data, maintype="application", subtype="ics", filename="invite.ics")
    return message


_SUBJECTS = {"REQUEST": "Invitation", "CANCEL": "Canceled event"}


def _itip(method: str, meeting: Meeting) -> bytes:
    zone = ZoneInfo(meeting.timezone)
    event = Event()
    event.add("uid", meeting.uid)
    event.add("sequence", meeting.sequence)
    event.add("dtstamp", meeting.written_at)
    event.add("dtstart", meeting.start.astimezone(zone))
    event.add("dtend", meeting.end.astimezone(zone))
    event.add("summary", meeting.title)
    event.add("status", "CANCELLED" if method == "CANCEL" else "CONFIRMED")
    event.add("organizer", _address(meeting.organizer))
    for guest in meeting.guests:
        event.add("attendee", _attendee(guest))
    for name, value in (("description", _details(meeting)), ("location", meeting.location)):
        if value:
            event.add(name, value)
    calendar = Calendar()
    calendar.add("prodid", "-//Smart Scheduler demo//Calendar stand-in//EN")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    calendar.add_component(event)
    calendar.add_missing_timezones()
    return bytes(calendar.to_ical())


def _address(person: Person) -> vCalAddress:
    address = vCalAddress(f"mailto:{person.email}")
    address.params["CN"] = person.name or person.email
    return address


def _attendee(guest: Person) -> vCalAddress:
    address = _address(guest)
    address.params.update(
        {"CUTYPE": "INDIVIDUAL", "ROLE": "REQ-PARTICIPANT", "PARTSTAT": guest.answer, "RSVP": "TRUE"}
    )
    return address


def _when(meeting: Meeting) -> str:
    zone = ZoneInfo(meeting.timezone)
    start, end = meeting.start.astimezone(zone), meeting.end.astimezone(zone)
    return f"{start:%a %d %b %Y, %H:%M}–{end:%H:%M} ({meeting.timezone})"


def _details(meeting: Meeting) -> str:
    parts = [meeting.description, f"Join: {meeting.join_url}" if meeting.join_url else ""]
    return "\n\n".join(part for part in parts if part)


def _plain(method: str, meeting: Meeting) -> str:
    verb = "has canceled this event" if method == "CANCEL" else "has invited you"
    who = meeting.organizer.name or meeting.organizer.email
    return f"{_when(meeting)}\n\n{who} {verb}: {meeting.title}\n\n{_details(meeting)}\n"


def _html(method: str, meeting: Meeting) -> str:
    lines = "".join(f"<p>{escape(line)}</p>" for line in _plain(method, meeting).splitlines() if line)
    return (
        '<!doctype html><html lang="en"><body style="font:16px/1.5 system-ui,sans-serif;max-width:600px;'
        f'margin:24px auto;padding:0 16px">{lines}</body></html>'
    )
