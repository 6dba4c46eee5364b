"""A session as the entry we want in the rep's calendar: one for everybody, in which no guest sees another."""

from collections.abc import Sequence

from app.db import Session
from app.models import Booking, GroupSession, ProviderEvent
from app.store.calendars import destination_calendar_of, find_calendar_by_key
from app.store.events import add_session_event, list_session_events
from app.usecases.entry_place import Place
from app.usecases.event_draft import meeting_place, people_of
from calendars.providers.base import EventDraft

_DESCRIPTION = "To move or cancel your own seat, follow the link in the mail that confirmed it."


def session_key(group: GroupSession, generation: int) -> str:
    """What a session's entry is found by; another generation is another entry."""
    return f"{group.public_id}:{generation}"


def session_draft(group: GroupSession, invited: Sequence[Booking]) -> EventDraft:
    """The shared entry. It names nobody but us, and holds no link of anybody's own: whoever reads it may be a stranger
    to the others. `invited` are those whom the provider asks, and not our own mail."""
    return EventDraft(
        key=session_key(group, group.generation),
        booking=group.public_id,
        title=f"{group.meeting_type.name} with {group.rep.name}",
        description=_DESCRIPTION,
        start=group.starts_at,
        end=group.ends_at,
        timezone=group.rep.timezone,
        guests=tuple(guest for booking in invited for guest in people_of(booking)),
        location=meeting_place(group),
        wants_video=group.meeting_type.location == "video" and group.rep.meeting_link is None,
        invite=bool(invited),
        hides_guests=True,
    )


def session_place(session: Session, group: GroupSession) -> Place | None:
    """Where the entry of a session that stands is to be; None when no provider of the rep's takes events. An entry that
    was never written follows the rep to another calendar."""
    event = session_event(session, group)
    if event is None or event.event_id is None:
        calendar = destination_calendar_of(session, group.rep_id)
        if calendar is None:
            return None
        event = event or add_session_event(session, group.id, group.generation, calendar.id)
        event.calendar_id = calendar.id
    if event.calendar_id is None:
        return None
    calendar = find_calendar_by_key(session, event.calendar_id)
    key = session_key(group, group.generation)
    return Place(event.id, calendar.connection_id, calendar.remote_id, key)


def session_event(session: Session, group: GroupSession) -> ProviderEvent | None:
    """The entry of the session as it now is, if there is one."""
    events = list_session_events(session, group.id)
    return next((event for event in events if event.generation == group.generation), None)
