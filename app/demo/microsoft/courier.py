"""Tells an event's attendees of it, as Exchange does: there is no switch to keep it quiet."""

from dataclasses import dataclass
from typing import Any

from app.demo.microsoft.recurrence import occurrence_of
from app.demo.microsoft.world import Account, Event, World
from app.demo.stand_in import Meeting, Outbox, Person

JSON = dict[str, Any]
_ANSWERS = {"accepted": "ACCEPTED", "declined": "DECLINED", "tentativelyAccepted": "TENTATIVE"}


@dataclass(frozen=True, slots=True)
class Courier:
    """Puts invitations and cancellations into the outbox."""

    world: World
    outbox: Outbox

    def invite(self, account: Account, event: Event, people: list[JSON] | None = None) -> None:
        """METHOD:REQUEST to every attendee, or to these people alone."""
        self._tell("REQUEST", account, event, event.attendees if people is None else people)

    def cancel(self, account: Account, event: Event, people: list[JSON]) -> None:
        """METHOD:CANCEL to these people."""
        self._tell("CANCEL", account, event, people)

    def _tell(self, method: str, account: Account, event: Event, people: list[JSON]) -> None:
        if not people:
            return
        guests = [_person(person) for person in people]
        everybody = guests if method == "CANCEL" else [_person(person) for person in event.attendees]
        when = occurrence_of(event, account.zone)
        meeting = Meeting(
            uid=event.ical_uid,
            sequence=event.sequence,
            title=event.subject,
            start=when.start,
            end=when.end,
            timezone=event.zone,
            organizer=Person(account.email, account.name, "ACCEPTED"),
            guests=everybody,
            written_at=self.world.now(),
            location=event.location or ("Microsoft Teams Meeting" if event.is_online else None),
            join_url=event.teams,
            hides_guests=event.hides_attendees,
        )
        self.outbox.tell(method, meeting, guests)


def _person(person: JSON) -> Person:
    return Person(person["address"], person.get("name"), _ANSWERS.get(person["response"], "NEEDS-ACTION"))
