"""An invitation inside a message, as facts."""

from dataclasses import dataclass
from datetime import date, datetime
from email.message import EmailMessage
from typing import Any

from icalendar import Calendar


@dataclass(frozen=True, slots=True)
class Invitation:
    """What a calendar attachment says. `method` is empty for a plain file that invites nobody."""

    method: str
    uid: str
    sequence: int
    title: str
    start: str
    end: str
    timezone: str
    location: str
    status: str
    organizer: str
    attendees: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """Return plain JSON."""
        return {
            "method": self.method,
            "uid": self.uid,
            "sequence": self.sequence,
            "title": self.title,
            "start": self.start,
            "end": self.end,
            "timezone": self.timezone,
            "location": self.location,
            "status": self.status,
            "organizer": self.organizer,
            "attendees": list(self.attendees),
        }


def find_invitation(message: EmailMessage) -> Invitation | None:
    """Return the first event of the first calendar part; None when there is none or it cannot be read."""
    for part in message.walk():
        if part.get_content_type() == "text/calendar":
            try:
                return _read(part.get_payload(decode=True))
            except (ValueError, KeyError, TypeError, IndexError):
                return None
    return None


def _read(content: Any) -> Invitation:
    calendar = Calendar.from_ical(content)
    event = calendar.walk("VEVENT")[0]
    start, end = event.decoded("DTSTART"), event.decoded("DTEND")
    attendees = event.get("ATTENDEE", [])
    return Invitation(
        method=str(calendar.get("METHOD", "")),
        uid=str(event.get("UID", "")),
        sequence=int(event.get("SEQUENCE", 0)),
        title=str(event.get("SUMMARY", "")),
        start=_when(start),
        end=_when(end),
        timezone=str(event["DTSTART"].params.get("TZID", "")) or "UTC",
        location=str(event.get("LOCATION", "")),
        status=str(event.get("STATUS", "")),
        organizer=_address(event.get("ORGANIZER", "")),
        attendees=tuple(_address(one) for one in (attendees if isinstance(attendees, list) else [attendees])),
    )


def _when(moment: datetime | date) -> str:
    return moment.isoformat()


def _address(value: Any) -> str:
    text = str(value)
    return text[7:] if text.lower().startswith("mailto:") else text
