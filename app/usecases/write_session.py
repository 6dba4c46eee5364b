"""Bring the entry of a session to who is there now. It may be run as often and as late as it likes: it looks at the
session, and not at what changed."""

from datetime import timedelta

from app import clock
from app.db import Session, transaction
from app.models import Booking, EventState, GroupSession
from app.queue import defer
from app.store.events import list_session_events
from app.store.group_sessions import find_group_session, standing_bookings
from app.store.records import add_activity
from app.usecases.announce import announce_mails, announce_session
from app.usecases.entry_place import Place, keep_entry, note_trouble, place_of, remove_entry
from app.usecases.invite import invites_ourselves
from app.usecases.provider_turns import Purpose, calling
from app.usecases.session_entry import session_draft, session_key, session_place
from calendars.providers.base import CalendarError, EventDraft, WrittenEvent

LINK_WAIT = timedelta(seconds=2)


def write_session(group: str, booking: str | None = None) -> None:
    """Write the session's entry with all who are there, or remove it when nobody is. `booking`: the one whose change
    this is, for the record.

    Raises CalendarError when the provider does not answer; the job is tried again later and the session stands.
    """
    with transaction() as session:
        row = find_group_session(session, group)
        if row is None:
            return
        people = standing_bookings(session, row.id)
        stale = _to_remove(session, row, is_over=not people)
        wanted = session_place(session, row) if people else None
        draft = session_draft(row, [each for each in people if not invites_ourselves(session, each)])
    trouble = [error for place in stale if (error := remove_entry(place))]
    if wanted is not None:
        _write(group, booking, wanted, draft)
    if trouble:
        raise trouble[0]


def _to_remove(session: Session, group: GroupSession, *, is_over: bool) -> list[Place]:
    """Entries that must go: those of earlier generations, and all when nobody is there any more."""
    events = (
        event
        for event in list_session_events(session, group.id)
        if event.state is not EventState.CANCELLED and (is_over or event.generation < group.generation)
    )
    places = (place_of(event, session_key(group, event.generation)) for event in events)
    return [place for place in places if place]


def _write(group: str, booking: str | None, place: Place, draft: EventDraft) -> None:
    try:
        with calling(place.connection_id, Purpose.WRITE) as calendar:
            written = calendar.put_event(place.remote_id, draft)
    except CalendarError as error:
        if note_trouble(place, error):
            _give_up(group, error)
        raise
    with transaction() as session:
        keep_entry(session, place, written)
        _keep_link(session, group, booking, written)
        _check_people(session, group, draft)


def _check_people(session: Session, group: str, draft: EventDraft) -> None:
    """Somebody came or left while this was on its way, perhaps for so long that another worker has written that
    already: then it now stands there as it was before."""
    row = find_group_session(session, group)
    assert row is not None
    people = [each for each in standing_bookings(session, row.id) if not invites_ourselves(session, each)]
    if session_draft(row, people).guests != draft.guests:
        announce_session(session, row)


def _keep_link(session: Session, group: str, booking: str | None, written: WrittenEvent) -> None:
    row = find_group_session(session, group)
    assert row is not None
    people = standing_bookings(session, row.id)
    share_link(session, row, written.join_url)
    for each in people:
        if each.public_id == booking:
            _record(session, each, "event.written")
    if written.join_pending and not row.join_url and people:
        defer(session, "fetch_join_link", at=clock.now() + LINK_WAIT, booking=people[0].public_id)


def share_link(session: Session, group: GroupSession, url: str | None) -> None:
    """The video link of a session is everybody's."""
    group.join_url = url or group.join_url
    for each in standing_bookings(session, group.id):
        each.join_url = group.join_url or each.join_url


def _give_up(group: str, error: CalendarError) -> None:
    """There is no hope of writing it: our own mails invite instead, each guest alone."""
    with transaction() as session:
        row = find_group_session(session, group)
        for each in standing_bookings(session, row.id) if row else ():
            _record(session, each, "event.failed", code=error.code)
            announce_mails(session, each.public_id, each.sequence)


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
