"""Bring the provider's calendar to what the booking says; run as often as it takes, with one event as the result."""

from dataclasses import dataclass
from datetime import timedelta

from app import clock
from app.db import Session, transaction
from app.models import Booking, BookingState, EventState, ProviderEvent
from app.queue import URGENT, defer
from app.store.bookings import find_booking
from app.store.calendars import destination_calendar_of, find_calendar_by_key
from app.store.events import add_event, list_events
from app.store.records import add_activity
from app.usecases.describe_booking import manage_link
from app.usecases.open_calendar import note_failure, open_calendar
from calendars.providers.base import CalendarError, EventDraft, Guest, WrittenEvent

JOIN_LINK_TRIES = 6


@dataclass(frozen=True, slots=True)
class _Place:
    """Where an event of ours is, or is to be."""

    event_id: int
    connection_id: int
    remote_id: str
    key: str


def write_event(booking: str, sequence: int) -> None:
    """Write, move or remove the event of a booking. A newer change of the booking makes this one pointless.

    Raises CalendarError when the provider does not answer; the job is tried again later and the booking stands.
    """
    with transaction() as session:
        row = find_booking(session, booking)
        if row is None or row.sequence != sequence:
            return
        stale = [_place(row, event) for event in _to_remove(session, row)]
        draft = _draft(row)
        wanted = _wanted(session, row) if row.state is BookingState.CONFIRMED else None
    for place in filter(None, stale):
        _remove(place)
    if wanted is not None:
        _write(booking, sequence, wanted, draft)
    with transaction() as session:
        defer(
            session,
            "notify_booking",
            lock=f"mail:{booking}",
            priority=URGENT,
            booking=booking,
            sequence=sequence,
        )


def _to_remove(session: Session, booking: Booking) -> list[ProviderEvent]:
    """Events that must go: those of earlier generations, and all of a cancelled booking."""
    return [
        event
        for event in list_events(session, booking.id)
        if event.state is not EventState.CANCELLED
        and (booking.state is BookingState.CANCELLED or event.generation < booking.generation)
    ]


def _place(booking: Booking, event: ProviderEvent) -> _Place | None:
    if event.calendar is None:
        return None
    calendar = event.calendar
    key = _key(booking, event.generation)
    return _Place(event.id, calendar.connection_id, calendar.remote_id, key)


def _key(booking: Booking, generation: int) -> str:
    return f"{booking.public_id}:{generation}"


def _wanted(session: Session, booking: Booking) -> _Place | None:
    """The event to write, in the rep's destination calendar; None when no provider of theirs takes events."""
    known = {event.generation: event for event in list_events(session, booking.id)}
    event = known.get(booking.generation)
    if event is None:
        calendar = destination_calendar_of(session, booking.rep_id)
        if calendar is None:
            return None
        event = add_event(session, booking.id, booking.generation, calendar.id)
    if event.calendar_id is None:
        return None
    calendar = find_calendar_by_key(session, event.calendar_id)
    return _Place(event.id, calendar.connection_id, calendar.remote_id, _key(booking, booking.generation))


def _draft(booking: Booking) -> EventDraft:
    """The shared event: title, links, people. What the lead wrote goes to the rep alone, by mail."""
    lead = booking.lead
    guests = [Guest(lead.email or "", lead.name), *(Guest(email) for email in booking.guests)]
    link = manage_link(booking)
    return EventDraft(
        key=_key(booking, booking.generation),
        booking=booking.public_id,
        title=_title(booking),
        description=f"To move or cancel this meeting: {link}",
        start=booking.starts_at,
        end=booking.ends_at,
        timezone=booking.rep.timezone,
        guests=tuple(guest for guest in guests if guest.email),
        location=booking.rep.meeting_link or None,
        wants_video=booking.meeting_type.location == "video" and booking.rep.meeting_link is None,
        invite=True,
    )


def _title(booking: Booking) -> str:
    who = booking.lead.company or booking.lead.name or booking.lead.email
    return f"{booking.meeting_type.name}: {who} and {booking.rep.name}"


def _remove(place: _Place) -> None:
    try:
        open_calendar(place.connection_id).cancel_event(place.remote_id, place.key)
    except CalendarError as error:
        _note(place, error)
        raise
    with transaction() as session:
        event = session.get_one(ProviderEvent, place.event_id)
        event.state, event.error, event.updated_at = EventState.CANCELLED, None, clock.now()


def _write(booking: str, sequence: int, place: _Place, draft: EventDraft) -> None:
    try:
        written = open_calendar(place.connection_id).put_event(place.remote_id, draft)
    except CalendarError as error:
        _note(place, error)
        raise
    with transaction() as session:
        event = session.get_one(ProviderEvent, place.event_id)
        event.state, event.error, event.updated_at = EventState.WRITTEN, None, clock.now()
        event.event_id, event.etag = written.event_id, written.etag
        event.ical_uid, event.html_link = written.ical_uid, written.html_link
        row = find_booking(session, booking)
        assert row is not None
        if written.join_url:
            row.join_url = written.join_url
        add_activity(
            session,
            "event.written",
            at=clock.now(),
            actor="system",
            lead_id=row.lead_id,
            request_id=row.request_id,
            booking_id=row.id,
            rep_id=row.rep_id,
        )
        _ask_again_for_link(session, row, sequence, written)


def _ask_again_for_link(session: Session, booking: Booking, sequence: int, written: WrittenEvent) -> None:
    """Video links may be made a little later than the event."""
    if written.join_pending and not booking.join_url:
        defer(
            session,
            "fetch_join_link",
            once=f"join:{booking.public_id}",
            at=clock.now() + timedelta(seconds=2),
            booking=booking.public_id,
        )


def fetch_join_link(booking: str) -> None:
    """Take over a video link that the provider made after the event. Raises CalendarError while there is none."""
    with transaction() as session:
        row = find_booking(session, booking)
        if row is None or row.join_url or row.state is BookingState.CANCELLED:
            return
        place = _wanted(session, row)
    if place is None:
        return
    found = open_calendar(place.connection_id).get_event(place.remote_id, place.key)
    if found is not None and found.join_pending:
        raise CalendarError(
            "the video link is not made yet", code="unavailable", permanent=False, retry_after=2
        )
    with transaction() as session:
        row = find_booking(session, booking)
        if row is not None and found is not None and found.join_url:
            row.join_url = found.join_url


def _note(place: _Place, error: CalendarError) -> None:
    note_failure(place.connection_id, error)
    with transaction() as session:
        event = session.get_one(ProviderEvent, place.event_id)
        event.error, event.updated_at = str(error), clock.now()
        if error.permanent:
            event.state = EventState.FAILED
