"""A rep does not want a meeting: the next one by the same decision gets it; and a rep says that they will be there."""

from app import clock
from app.db import Session, db, transaction
from app.errors import Conflict, NotFound
from app.models import Booking, HandoverKind
from app.store.bookings import find_booking
from app.store.decisions import newest_route
from app.store.handovers import add_handover, forget_open_skips, who_had_it
from app.store.queues import leave_queue, queue_of
from app.store.records import add_activity, add_audit
from app.usecases.book_meeting import with_second_try
from app.usecases.correct_turns import checked_reason
from app.usecases.find_taker import find_next
from app.usecases.hand_over import begin_moving, hand_over
from app.usecases.hand_seat_over import begin_seat, hand_seat_over, next_for_seat
from app.usecases.moving import Moving
from app.usecases.route_request import queues_of
from app.usecases.wait_in_queue import wait_in_queue
from routing.route import Route

ALL_SKIPPED = "all-skipped"


def skip_meeting(booking_id: str, rep_id: int, reason: str, *, by: str) -> str | None:
    """Give a rep's own meeting, or their seat beside somebody else, to the next one; returns the new one's name.

    When nobody else can take that time it stays with the rep, who is still accountable, and waits in the queue of
    its pool until somebody takes it: None. A seat then stays with whoever has it: Conflict. Raises NotFound for
    somebody else's meeting, Conflict, Invalid without a reason, Unavailable.
    """
    reason = checked_reason(reason)
    found = find_booking(db.session(), booking_id)
    give_on = _skip if found is None or found.rep_id == rep_id else _skip_seat
    return with_second_try(lambda: give_on(booking_id, rep_id, reason, by))


def _skip_seat(booking_id: str, rep_id: int, reason: str, by: str) -> str:
    with transaction() as session:
        seat = begin_seat(session, booking_id, rep_id)
        taker = next_for_seat(seat)
        hand_seat_over(seat, taker, HandoverKind.SKIPPED, reason, by=by)
        return taker.rep.name


def _skip(booking_id: str, rep_id: int, reason: str, by: str) -> str | None:
    with transaction() as session:
        moving = begin_moving(session, booking_id)
        booking = moving.booking
        if booking.rep_id != rep_id:
            raise NotFound("This meeting is not yours.")
        rep = moving.company.rep_by_key(rep_id).public_id
        if rep in who_had_it(session, booking.request_id) and queue_of(session, booking.request_id):
            return None  # said before; somebody is being looked for
        add_handover(
            session,
            request_id=booking.request_id,
            booking_id=booking.id,
            rep_id=rep_id,
            kind=HandoverKind.SKIPPED,
            reason=reason,
            actor=by,
        )
        _note(session, booking, "meeting.skipped", by)
        add_audit(session, by, "booking.skipped", "booking", booking.public_id, rep=rep)
        taker = find_next(moving, who_had_it(session, booking.request_id))
        if taker is None:
            _ask_manager(moving)
            return None
        hand_over(moving, taker, by=by, how="skipped")
        return taker.rep.name


def _ask_manager(moving: Moving) -> None:
    """Nobody else can: it waits in the queue that answers for it, and stays where it is until somebody takes it."""
    record = newest_route(moving.session, moving.booking.request_id)
    queues = queues_of(Route.from_json(record.trace), moving.company.roster) if record else ()
    queue = next((queue for queue in queues if queue in moving.company.queues), None)
    if queue is None:
        raise Conflict("Nobody else can take this meeting, and no queue answers for it. Ask your manager.")
    wait_in_queue(moving.session, moving.company, moving.booking.request_id, queue, ALL_SKIPPED, clock.now())


def accept_meeting(booking_id: str, rep_id: int, *, by: str) -> None:
    """The rep will be there; whoever skipped it before keeps it after all. Again, nothing happens.

    Raises NotFound for somebody else's meeting, Conflict.
    """
    with transaction() as session:
        moving = begin_moving(session, booking_id)
        booking = moving.booking
        if booking.rep_id != rep_id:
            raise NotFound("This meeting is not yours.")
        if booking.accepted_at is not None:
            return
        booking.accepted_at = clock.now()
        forget_open_skips(session, booking.request_id, rep_id)
        leave_queue(session, booking.request_id)
        _note(session, booking, "meeting.accepted", by)


def _note(session: Session, booking: Booking, kind: str, by: str) -> None:
    add_activity(
        session,
        kind,
        at=clock.now(),
        actor=by,
        lead_id=booking.lead_id,
        request_id=booking.request_id,
        booking_id=booking.id,
        rep_id=booking.rep_id,
    )
