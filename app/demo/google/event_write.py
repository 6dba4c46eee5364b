"""events.insert, patch, update and delete."""

import copy
import secrets
from dataclasses import dataclass
from datetime import datetime

from werkzeug.datastructures import MultiDict

from app.demo.google.access import Caller
from app.demo.google.conference import request_conference
from app.demo.google.errors import Refused
from app.demo.google.event_body import check_event, read_fields, read_id
from app.demo.google.guests import Announcer, check_send_updates
from app.demo.google.recurrence import find_occurrence
from app.demo.google.resources import etag_of, store
from app.demo.google.times import stamp
from app.demo.google.world import Calendar, Resource
from app.demo.stand_in import Outbox

_ALPHABET = "0123456789abcdefghijklmnopqrstuv"
# What an update without them takes away
_REPLACED = (
    "summary", "description", "location", "attendees", "recurrence", "transparency", "visibility",
    "extendedProperties", "reminders", "source",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Writer:
    """One write by one caller to one calendar, with the parameters of its query."""

    caller: Caller
    calendar: Calendar
    query: MultiDict[str, str]
    outbox: Outbox
    now: datetime

    def insert(self, body: Resource) -> Resource:
        """A new event, under the id that the caller chose or one of ours."""
        event_id = read_id(body) or "".join(secrets.choice(_ALPHABET) for _ in range(26))
        announcer = self._announcer()
        if event_id in self.calendar.events:
            raise Refused(409, "duplicate")
        event = self._blank(event_id, body) | read_fields(body)
        check_event(event, self.calendar)
        request_conference(event, body, self._conference_version())
        store(self.calendar, event, self.now)
        announcer.announce(None, event, self.now)
        return event

    def change(self, event_id: str, body: Resource, if_match: str | None, *, replace: bool) -> Resource:
        """Merge `body` into the event, or (`replace`) let it take the place of everything that can be written."""
        before = self._writable(event_id, if_match)
        announcer = self._announcer()
        event = copy.deepcopy(before)
        if replace:
            for name in _REPLACED:
                event.pop(name, None)
            if self._conference_version() == "1" and "conferenceData" not in body:
                event.pop("conferenceData", None)
                event.pop("hangoutLink", None)
        _merge(event, read_fields(body))
        check_event(event, self.calendar)
        request_conference(event, body, self._conference_version())
        if any(before.get(key) != event.get(key) for key in ("start", "end", "recurrence", "status")):
            event["sequence"] += 1
        if (before["start"], before["end"]) != (event["start"], event["end"]):
            self._ask_again(event)
        store(self.calendar, event, self.now)
        announcer.announce(before, event, self.now)
        return event

    def delete(self, event_id: str, if_match: str | None) -> None:
        """Cancel the event; what remains keeps its id."""
        before = self._writable(event_id, if_match)
        if before["status"] == "cancelled":
            raise Refused(410, "deleted")
        announcer = self._announcer()
        event = {**before, "status": "cancelled", "sequence": before["sequence"] + 1}
        store(self.calendar, event, self.now)
        cancel_exceptions(self.calendar, event_id, self.now)
        announcer.announce(before, event, self.now)

    def _announcer(self) -> Announcer:
        send_updates = check_send_updates(self.query.get("sendUpdates"))
        return Announcer(self.caller.world, self.outbox, self.calendar, send_updates)

    def _conference_version(self) -> str:
        return self.query.get("conferenceDataVersion", "0")

    def _writable(self, event_id: str, if_match: str | None) -> Resource:
        event = find_event(self.calendar, event_id)
        if if_match not in {None, "*", etag_of(event)}:
            raise Refused(412, "conditionNotMet", location="If-Match")
        if event["organizer"]["email"] != self.calendar.id:
            raise Refused(403, "forbiddenForNonOrganizer")
        return event

    def _blank(self, event_id: str, body: Resource) -> Resource:
        account = self.caller.account
        return {
            "id": event_id,
            "status": "confirmed",
            "created": stamp(self.now),
            "creator": {"email": account.email},
            "organizer": {"email": self.calendar.id, "displayName": account.name},
            "iCalUID": body.get("iCalUID") or f"{event_id}@google.com",
            "sequence": 0,
            "eventType": "default",
        }

    def _ask_again(self, event: Resource) -> None:
        for attendee in event.get("attendees", ()):
            if attendee["email"] != self.calendar.id:
                attendee["responseStatus"] = "needsAction"


def cancel_exceptions(calendar: Calendar, series: str, now: datetime) -> None:
    """The exceptions of a series go with it."""
    for other in list(calendar.events.values()):
        if other.get("recurringEventId") == series and other["status"] != "cancelled":
            store(calendar, {**other, "status": "cancelled"}, now)


def find_event(calendar: Calendar, event_id: str) -> Resource:
    """The event or occurrence with this id, cancelled or not."""
    event = calendar.events.get(event_id) or find_occurrence(calendar, event_id)
    if event is None:
        raise Refused(404, "notFound")
    return event


def _merge(event: Resource, fields: Resource) -> None:
    """Patch semantics: objects merge and null takes away, arrays are replaced whole."""
    for name, value in fields.items():
        if name == "extendedProperties":
            held = event.setdefault(name, {})
            for place, pairs in value.items():
                merged = held.get(place, {}) | pairs
                held[place] = {key: text for key, text in merged.items() if text is not None}
        elif value in ("", None, []):
            event.pop(name, None)
        else:
            event[name] = value
