"""Finds what an address names: a calendar, an event, one occurrence of a series."""

from app.demo.microsoft.errors import GraphError
from app.demo.microsoft.recurrence import Occurrence, find_occurrence, occurrence_of
from app.demo.microsoft.world import Account, Calendar, Event


def get_calendar(account: Account, calendar_id: str | None) -> Calendar:
    """The calendar, the default one for None; ids are case-sensitive."""
    calendar = account.calendar(calendar_id)
    if calendar is None:
        raise GraphError(404, "ErrorItemNotFound", "The specified object was not found in the store.")
    return calendar


def get_event(account: Account, event_id: str, calendar_id: str | None = None) -> tuple[Event, str]:
    """The event and, for an occurrence of a series, its original date as YYYYMMDD (else empty)."""
    immutable, moves = _immutable(event_id)
    own, _, key = immutable.partition(".")
    event = account.events.get(own)
    outdated = event is not None and moves is not None and moves != event.moves
    elsewhere = event is not None and calendar_id is not None and event.calendar != calendar_id
    if event is None or outdated or elsewhere or (key and not event.recurrence):
        raise GraphError(404, "ErrorItemNotFound", "The specified object was not found in the store.")
    return event, key


def get_occurrence(account: Account, event: Event, key: str) -> Occurrence:
    """The event as one stretch: the occurrence `key` of a series, or the event itself."""
    if not key:
        return occurrence_of(event, account.zone)
    found = find_occurrence(event, account.zone, key)
    if found is None:
        raise GraphError(404, "ErrorItemNotFound", "The specified object was not found in the store.")
    return found


def events_in(account: Account, calendar: Calendar) -> list[Event]:
    """The events and series masters of a calendar."""
    return [event for event in account.events.values() if event.calendar == calendar.id]


def _immutable(event_id: str) -> tuple[str, int | None]:
    if event_id.startswith("AAMk"):
        moves, _, rest = event_id.removeprefix("AAMk").partition("_")
        return rest, int(moves) if moves.isdigit() else -1
    return event_id, None
