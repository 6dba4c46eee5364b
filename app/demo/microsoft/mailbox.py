"""What Exchange does when an event is written: versions, Teams links, mails to the attendees."""

import secrets
from copy import deepcopy
from dataclasses import asdict
from typing import Any

from app.demo.microsoft.courier import Courier
from app.demo.microsoft.editing import write
from app.demo.microsoft.errors import GraphError
from app.demo.microsoft.lookup import get_calendar, get_occurrence
from app.demo.microsoft.world import Account, Calendar, Event, World, new_event_id

JSON = dict[str, Any]
_DECIDES_AGAIN = ("start", "end", "zone", "is_all_day", "recurrence")
_RULE = "_" * 80  # Teams separates its part of the body with such a line


class Mailbox:
    """Writes events and sees to what follows."""

    def __init__(self, world: World, courier: Courier) -> None:
        self._world = world
        self._courier = courier

    def create(self, account: Account, calendar: Calendar, body: JSON) -> Event:
        """A new event; with a transactionId seen before, the event it made then."""
        if not calendar.can_edit:
            raise GraphError(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
        if not {"start", "end"} <= set(body):
            raise GraphError(400, "ErrorInvalidRequest", "The properties start and end are required.")
        transaction = body.get("transactionId")
        for event in account.events.values():
            if transaction and event.transaction_id == transaction:
                return event
        event = Event(new_event_id(), calendar.id, "", "", "", "UTC")
        event.start = event.end = "2000-01-01T00:00:00"
        write(event, body, calendar, is_new=True)
        self._call_teams(event)
        account.events[event.id] = event
        self._world.touch(event)
        self._courier.invite(account, event)
        return event

    def change(self, account: Account, event: Event, body: JSON) -> None:
        """Merge the body's properties; attendees are replaced whole. Everybody hears of it; of a change of the
        attendees alone only those who changed, and of the caller's own properties nobody."""
        calendar = get_calendar(account, event.calendar)
        draft = deepcopy(event)
        write(draft, body, calendar)
        before = asdict(event)
        for name in Event.__slots__:
            setattr(event, name, getattr(draft, name))
        after = asdict(event)
        if any(before[name] != after[name] for name in _DECIDES_AGAIN):
            event.sequence += 1
        self._call_teams(event)
        self._world.touch(event)
        if event.response == "organizer" and set(body) != {"singleValueExtendedProperties"}:
            self._tell(account, event, before, only_new=set(body) == {"attendees"})

    def change_occurrence(self, event: Event, key: str, body: JSON) -> None:
        """Make one occurrence of a series an exception."""
        day = f"{key[:4]}-{key[4:6]}-{key[6:]}"
        known = event.exceptions.get(day) or {}
        draft = deepcopy(event)
        draft.recurrence = None
        for name, value in known.items():
            setattr(draft, name, value)
        plain = asdict(draft)
        write(draft, body, Calendar("", ""))
        changed = {name: value for name, value in asdict(draft).items() if value != plain[name]}
        event.exceptions[day] = {**known, **changed}
        self._world.touch(event)

    def delete(self, account: Account, event: Event, key: str = "") -> None:
        """Remove the event, or one occurrence; by the organizer this cancels it for everybody."""
        if key:
            get_occurrence(account, event, key)
            event.exceptions[f"{key[:4]}-{key[4:6]}-{key[6:]}"] = None
            self._world.touch(event)
            return
        self._world.remove(account, event)
        if event.response == "organizer" and not event.is_cancelled:
            event.sequence += 1
            self._courier.cancel(account, event, event.attendees)

    def touch(self, event: Event) -> None:
        """Mark the event as changed."""
        self._world.touch(event)

    def wait_for_teams(self, event: Event) -> None:
        """A read: after enough of them Teams has made its link and written it into the body."""
        if event.teams and event.teams_reads:
            event.teams_reads -= 1
            self._world.is_saved = False
            if not event.teams_reads:
                event.body += (
                    f"<br>{_RULE}<br>Microsoft Teams <a href='{event.teams}'>{event.teams}</a><br>{_RULE}"
                )

    def _call_teams(self, event: Event) -> None:
        if event.is_online and event.teams is None and not event.ical_uid:
            event.teams = f"https://teams.microsoft.com/l/meetup-join/19%3ameeting_{secrets.token_hex(12)}/0"
            event.teams_reads = self._world.switches.teams_reads + 1

    def _tell(self, account: Account, event: Event, before: JSON, *, only_new: bool) -> None:
        still = {person["address"].casefold() for person in event.attendees}
        gone = [person for person in before["attendees"] if person["address"].casefold() not in still]
        known = {person["address"].casefold() for person in before["attendees"]} if only_new else set()
        told = [person for person in event.attendees if person["address"].casefold() not in known]
        self._courier.cancel(account, event, gone)
        self._courier.invite(account, event, told)
