"""Where an entry of ours stands in a provider's calendar, and taking it away from there."""

from dataclasses import dataclass

from app import clock
from app.db import Session, transaction
from app.models import EventState, ProviderEvent
from app.usecases.provider_turns import Purpose, calling
from calendars.providers.base import CalendarError, WrittenEvent


@dataclass(frozen=True, slots=True)
class Place:
    """Where an event of ours is, or is to be."""

    event_id: int
    connection_id: int
    remote_id: str
    key: str


def place_of(event: ProviderEvent, key: str) -> Place | None:
    """The place of an entry that has this key; None when its calendar is gone."""
    calendar = event.calendar
    return Place(event.id, calendar.connection_id, calendar.remote_id, key) if calendar else None


def remove_entry(place: Place) -> CalendarError | None:
    """Take the entry away. Returns what went wrong, which is kept beside it."""
    try:
        with calling(place.connection_id, Purpose.CANCEL) as calendar:
            calendar.cancel_event(place.remote_id, place.key)
    except CalendarError as error:
        note_trouble(place, error)
        return error
    with transaction() as session:
        event = session.get_one(ProviderEvent, place.event_id)
        event.state, event.error, event.updated_at = EventState.CANCELLED, None, clock.now()
    return None


def keep_entry(session: Session, place: Place, written: WrittenEvent) -> None:
    """Note how the provider has the entry."""
    event = session.get_one(ProviderEvent, place.event_id)
    event.state, event.error, event.updated_at = EventState.WRITTEN, None, clock.now()
    event.event_id, event.etag = written.event_id, written.etag
    event.ical_uid, event.html_link = written.ical_uid, written.html_link


def note_trouble(place: Place, error: CalendarError) -> bool:
    """Keep the trouble beside the entry. Returns whether there is no hope of ever writing it."""
    with transaction() as session:
        event = session.get_one(ProviderEvent, place.event_id)
        event.error, event.updated_at = str(error), clock.now()
        if error.is_hopeless:
            event.state = EventState.FAILED
    return error.is_hopeless
