"""Somebody changed the entry of a meeting in the rep's own calendar: the meeting follows, or the rep is asked.

What is done there never cancels on the prospect by itself. A time that the rep chose is taken over where the company
wants that and the time of everybody who takes part allows it; everything else waits for the rep's word.
"""

from app import clock
from app.db import Session, transaction
from app.models import Booking, BookingState, Deviation, ProviderEvent
from app.queue import defer
from app.store.availability import touch_reps
from app.store.bookings import find_booking
from app.store.calendars import find_calendar_by_key
from app.store.company import load_company
from app.store.lives import is_paused
from app.store.own_events import standing_event
from app.store.records import add_activity, add_audit
from app.store.requests import lock_request
from app.store.reservations import database_now, wait_briefly
from app.usecases.announce import announce
from app.usecases.event_draft import event_key
from app.usecases.provider_turns import Purpose, calling
from app.usecases.take_moved_time import MovedTo, take_moved_time
from calendars.providers.base import WrittenEvent
from routing.refusal import Refusal

FOLLOW, ASK = "follow", "ask"
"""What a move in the rep's calendar does: the meeting moves as well, or the rep is asked."""

IN_CALENDAR = "calendar"


def follow_event(booking: str) -> None:
    """Look at a meeting's entry itself and act on what somebody did to it; nothing when it is as it should be.

    Raises CalendarError when the provider does not answer.
    """
    with transaction() as session:
        place = _place(session, booking)
    if place is None:
        return
    connection_id, remote_id, key = place
    with calling(connection_id, Purpose.SYNC) as calendar:
        seen = calendar.get_event(remote_id, key)
    with transaction() as session:
        wait_briefly(session)
        _act(session, booking, key, seen)


def _place(session: Session, booking_id: str) -> tuple[int, str, str] | None:
    """Connection, calendar and key of an entry that is to be looked at."""
    booking = find_booking(session, booking_id)
    event = _standing(session, booking)
    if booking is None or event is None or event.calendar_id is None:
        return None
    calendar = find_calendar_by_key(session, event.calendar_id)
    return calendar.connection_id, calendar.remote_id, event_key(booking, booking.generation)


def _standing(session: Session, booking: Booking | None) -> ProviderEvent | None:
    if booking is None or booking.state is not BookingState.CONFIRMED or booking.starts_at <= clock.now():
        return None
    return standing_event(session, booking)


def _act(session: Session, booking_id: str, key: str, seen: WrittenEvent | None) -> None:
    found = find_booking(session, booking_id)
    if found is None:
        return
    lock_request(session, found.request_id)
    booking = find_booking(session, booking_id, lock=True)
    event = _standing(session, booking)
    if booking is None or event is None or key != event_key(booking, booking.generation):
        return  # changed meanwhile, by us
    if seen is not None:
        event.etag, event.replies = seen.etag, {who: said.value for who, said in seen.replies.items()}
    deviation, obstacle = _deviation(booking, seen), None
    if deviation is Deviation.MOVED and seen is not None and _may_follow(session, seen):
        obstacle = _follow(session, booking, event, seen)
        deviation = deviation if obstacle else None
    event.obstacle = {**obstacle.to_json()} if obstacle else None
    _note(session, booking, event, deviation, seen)


def _deviation(booking: Booking, seen: WrittenEvent | None) -> Deviation | None:
    if seen is None:
        return Deviation.GONE
    if not seen.holds_time:
        return Deviation.LET_GO
    if seen.start is None or seen.end is None:
        return None  # the provider does not say
    return Deviation.MOVED if (seen.start, seen.end) != (booking.starts_at, booking.ends_at) else None


def _may_follow(session: Session, seen: WrittenEvent) -> bool:
    """Whether the company wants meetings to follow, or this one did before a restore; and the new time lies ahead."""
    now = database_now(session)
    follows = load_company(session, now.date()).settings.get("calendar_moves", FOLLOW) == FOLLOW
    return (follows or is_paused(session)) and seen.start is not None and seen.start > now


def _follow(session: Session, booking: Booking, event: ProviderEvent, seen: WrittenEvent) -> Refusal | None:
    """Take over the time of its entry; or who cannot come then, and nothing is changed."""
    now = database_now(session)
    company = load_company(session, now.date())
    assert seen.start is not None and seen.end is not None
    taken = take_moved_time(session, company, MovedTo(booking, event, seen.start, seen.end), now)
    if isinstance(taken, Refusal):
        return taken
    booking.starts_at, booking.ends_at = seen.start, seen.end
    booking.sequence += 1
    touch_reps(session, taken)
    _record(session, booking, "meeting.rescheduled")
    add_audit(session, IN_CALENDAR, "booking.rescheduled", "booking", booking.public_id)
    if not is_paused(
        session
    ):  # after the backup that was restored it followed before: everybody was told then
        announce(session, booking)
    return None


def _note(
    session: Session,
    booking: Booking,
    event: ProviderEvent,
    deviation: Deviation | None,
    seen: WrittenEvent | None,
) -> None:
    """Keep how the entry differs; the rep is asked once for each way in which it does."""
    seen_start = seen.start if seen and deviation is Deviation.MOVED else None
    is_news = deviation is not None and (deviation, seen_start) != (event.deviation, event.seen_start)
    event.deviation, event.seen_start = deviation, seen_start
    if deviation is None:
        event.deviated_at = None
        return
    if is_news:
        event.deviated_at = clock.now()
        _record(session, booking, "event.deviated", how=deviation.value)
        if is_paused(session):
            return  # it may have been meant, and settled, after the backup that was restored
        defer(session, "mail_deviation", event=event.id, at_instant=event.deviated_at.isoformat())


def _record(session: Session, booking: Booking, kind: str, **data: str) -> None:
    add_activity(
        session,
        kind,
        at=clock.now(),
        actor=IN_CALENDAR,
        lead_id=booking.lead_id,
        request_id=booking.request_id,
        booking_id=booking.id,
        rep_id=booking.rep_id,
        **data,
    )
