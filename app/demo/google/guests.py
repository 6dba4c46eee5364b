"""Who is told when an event is written, and what."""

from datetime import datetime

from app.demo.google.conference import meet_link
from app.demo.google.errors import Refused
from app.demo.google.resources import begins, ends
from app.demo.google.world import Calendar, Resource, World
from app.demo.stand_in import Meeting, Outbox, Person

_TOLD_OF = ("start", "end", "summary", "location", "description", "status", "recurrence")
_ANSWERS = {
    "needsAction": "NEEDS-ACTION",
    "declined": "DECLINED",
    "tentative": "TENTATIVE",
    "accepted": "ACCEPTED",
}


def check_send_updates(value: str | None) -> str:
    """The sendUpdates parameter; absent means that nobody is told."""
    if value not in {None, "all", "externalOnly", "none"}:
        raise Refused(400, "invalidParameter", "Invalid value", "sendUpdates")
    return value or "none"


class Announcer:
    """Tells guests of what happened to an event of one calendar."""

    def __init__(self, world: World, outbox: Outbox, calendar: Calendar, send_updates: str) -> None:
        self._world, self._outbox, self._calendar, self._send = world, outbox, calendar, send_updates

    def announce(self, before: Resource | None, after: Resource, now: datetime) -> None:
        """Invite, update or cancel: whatever the step from `before` to `after` means to each guest."""
        was = self._guests(before) if before is not None and before["status"] != "cancelled" else {}
        will = self._guests(after) if after["status"] != "cancelled" else {}
        is_news = before is None or any((before.get(key) or "") != (after.get(key) or "") for key in _TOLD_OF)
        told = [guest for email, guest in will.items() if is_news or email not in was]
        gone = [guest for email, guest in was.items() if email not in will]
        meeting = self._meeting(after, now)
        self._outbox.tell("REQUEST", meeting, told)
        self._outbox.tell("CANCEL", meeting, gone)

    def _guests(self, event: Resource) -> dict[str, Person]:
        people = {}
        for attendee in event.get("attendees", ()):
            email = attendee["email"]
            is_inside = email in self._world.accounts
            is_host = email == event["organizer"]["email"] or attendee.get("resource")
            if not is_host and (self._send == "all" or (self._send == "externalOnly" and not is_inside)):
                people[email] = _person(attendee)
        return people

    def _meeting(self, event: Resource, now: datetime) -> Meeting:
        organizer = event["organizer"]
        return Meeting(
            uid=event["iCalUID"],
            sequence=event["sequence"],
            title=event.get("summary", "(No title)"),
            start=begins(event, self._calendar),
            end=ends(event, self._calendar),
            timezone=event["start"].get("timeZone", self._calendar.timezone),
            organizer=Person(organizer["email"], organizer.get("displayName")),
            guests=[_person(attendee) for attendee in event.get("attendees", ())],
            written_at=now,
            description=event.get("description", ""),
            location=event.get("location"),
            join_url=meet_link(event) if "conferenceData" in event else None,
            hides_guests=event.get("guestsCanSeeOtherGuests") is False,
        )


def _person(attendee: Resource) -> Person:
    return Person(attendee["email"], attendee.get("displayName"), _ANSWERS[attendee["responseStatus"]])
