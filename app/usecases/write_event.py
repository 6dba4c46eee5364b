"""Bring the provider's calendar to what the booking says; run as often as it takes, with one event as the result."""

import smtplib
from contextlib import suppress
from datetime import timedelta

from app import clock
from app.db import Session, transaction
from app.models import Booking, BookingState, EventState, ProviderEvent
from app.queue import URGENT, defer
from app.store.bookings import find_booking
from app.store.calendars import destination_calendar_of, find_calendar_by_key
from app.store.events import add_event, list_events
from app.store.records import add_activity
from app.usecases.announce import announce_mails, event_lock
from app.usecases.entry_place import Place, keep_entry, note_trouble, place_of, remove_entry
from app.usecases.event_draft import event_draft, event_key
from app.usecases.invite import invites_ourselves
from app.usecases.notify_booking import notify_booking
from app.usecases.provider_turns import Purpose, calling
from app.usecases.session_entry import session_place
from app.usecases.write_session import write_session
from calendars.providers.base import CalendarError, EventDraft, WrittenEvent

LINK_WAIT = timedelta(seconds=2)


def write_event(booking: str, sequence: int) -> None:
    """Write, move or remove the event of a booking. A newer change of the booking makes this one pointless.

    Raises CalendarError when the provider does not answer; the job is tried again later and the booking stands.
    """
    with transaction() as session:
        row = find_booking(session, booking)
        if row is None or row.sequence != sequence:
            return
        stale = places_to_leave(session, row)
        group = row.group.public_id if row.group else None
        wanted = wanted_place(session, row)
        draft = event_draft(row, invites=not invites_ourselves(session, row))
        is_handed_over = row.generation > 1 and row.state is BookingState.CONFIRMED
    if is_handed_over:
        # Our words first, then the provider's cancellation of the one meeting and invitation to the other. Mail
        # that cannot be sent now is no reason to wait: it has a job of its own.
        with suppress(OSError, smtplib.SMTPException):
            notify_booking(booking, sequence)
    trouble = [error for place in stale if (error := remove_entry(place))]
    if group is not None:
        write_session(group, booking)
    elif wanted is not None:
        _write(booking, sequence, wanted, draft)
    if trouble:
        raise trouble[
            0
        ]  # only now: a calendar that cannot be reached must not keep the meeting out of another
    _tell(booking, sequence, wanted)


def _tell(booking: str, sequence: int, place: Place | None) -> None:
    """Have the mails sent now, unless a video link is on its way: they wait a little for it."""
    with transaction() as session:
        row = find_booking(session, booking)
        if row is None:
            return
        is_link_coming = (
            place is not None
            and row.join_url is None
            and event_draft(row, invites=False).wants_video
            and not invites_ourselves(session, row)  # who invites nobody makes no link
        )
        if not is_link_coming:
            announce_mails(session, booking, sequence)


def places_to_leave(session: Session, booking: Booking) -> list[Place]:
    """Where entries of a booking stand that must go."""
    return [place for event in _to_remove(session, booking) if (place := _place(booking, event))]


def _to_remove(session: Session, booking: Booking) -> list[ProviderEvent]:
    """Events that must go: those of earlier generations, and all of a cancelled booking, or of one that is part of a
    session, which has an event of its own."""
    is_over = booking.state is BookingState.CANCELLED or booking.group is not None
    return [
        event
        for event in list_events(session, booking.id)
        if event.state is not EventState.CANCELLED and (is_over or event.generation < booking.generation)
    ]


def _place(booking: Booking, event: ProviderEvent) -> Place | None:
    return place_of(event, event_key(booking, event.generation))


def wanted_place(session: Session, booking: Booking) -> Place | None:
    """Where the event of a standing meeting is to be, by the rep's destination calendar; None when no provider of
    theirs takes events. An event that was never written follows the rep to another calendar."""
    if booking.state is BookingState.CANCELLED:
        return None
    if booking.group is not None:
        return session_place(session, booking.group)
    known = {event.generation: event for event in list_events(session, booking.id)}
    event = known.get(booking.generation)
    if event is None or event.event_id is None:
        calendar = destination_calendar_of(session, booking.rep_id)
        if calendar is None:
            return None
        event = event or add_event(session, booking.id, booking.generation, calendar.id)
        event.calendar_id = calendar.id
    if event.calendar_id is None:
        return None
    calendar = find_calendar_by_key(session, event.calendar_id)
    key = event_key(booking, booking.generation)
    return Place(event.id, calendar.connection_id, calendar.remote_id, key)


def _write(booking: str, sequence: int, place: Place, draft: EventDraft) -> None:
    try:
        with calling(place.connection_id, Purpose.WRITE) as calendar:
            written = calendar.put_event(place.remote_id, draft)
    except CalendarError as error:
        _note(place, error, booking)
        raise
    with transaction() as session:
        row = find_booking(session, booking, lock=True)
        assert row is not None
        if row.sequence != sequence:
            _write_again(session, row, place)
            return
        keep_written(session, row, place, written)
        _record(session, row, "event.written")
        _ask_again_for_link(session, row, written)


def _write_again(session: Session, booking: Booking, place: Place) -> None:
    """The meeting was changed while this was on its way, perhaps for so long that another worker has written the
    change already: then it now stands there as it was before. Nobody did that at the provider, so nobody is asked."""
    event = session.get_one(ProviderEvent, place.event_id)
    event.state, event.updated_at = EventState.PENDING, clock.now()
    defer(
        session,
        "write_event",
        lock=event_lock(booking.public_id),
        priority=URGENT,
        booking=booking.public_id,
        sequence=booking.sequence,
    )


def keep_written(session: Session, booking: Booking, place: Place, written: WrittenEvent) -> None:
    """Note how the provider has the entry."""
    keep_entry(session, place, written)
    booking.join_url = written.join_url or booking.join_url


def _ask_again_for_link(session: Session, booking: Booking, written: WrittenEvent) -> None:
    """Video links may be made a little later than the event."""
    if written.join_pending and not booking.join_url:
        defer(session, "fetch_join_link", at=clock.now() + LINK_WAIT, booking=booking.public_id)


def _note(place: Place, error: CalendarError, booking: str) -> None:
    """Keep the trouble beside the event. When there is no hope of writing it, our own mail invites instead."""
    if not note_trouble(place, error):
        return
    with transaction() as session:
        row = find_booking(session, booking)
        if row is not None:
            _record(session, row, "event.failed", code=error.code)
            announce_mails(session, row.public_id, row.sequence)


def _record(session: Session, booking: Booking, kind: str, **data: str) -> None:
    add_activity(
        session,
        kind,
        at=clock.now(),
        actor="system",
        lead_id=booking.lead_id,
        request_id=booking.request_id,
        booking_id=booking.id,
        rep_id=booking.rep_id,
        **data,
    )
