"""Say what became of a meeting; a prospect who did not come gives the rep's turn back."""

from app import clock
from app.db import Session, transaction
from app.errors import Conflict, NotFound
from app.models import Booking, BookingState, Outcome
from app.store.bookings import find_booking
from app.store.records import add_activity, add_audit
from app.store.requests import lock_request
from app.store.reservations import wait_briefly
from app.usecases.give_turn_back import NO_SHOW, give_turn_back, take_turn_again
from app.usecases.sharing import turn_of


def record_outcome(booking_id: str, outcome: Outcome, *, by: str, rep_id: int | None = None) -> None:
    """Keep the outcome of a meeting that has begun; saying it again does nothing, another one corrects it.

    With `rep_id` (a key), only that rep's own meetings. Raises NotFound, and Conflict before the meeting has begun
    or when it was cancelled.
    """
    with transaction() as session:
        wait_briefly(session)
        booking = _find(session, booking_id, rep_id)
        if booking.state is not BookingState.CONFIRMED:
            raise Conflict("This meeting was cancelled; there is nothing to record.")
        if booking.starts_at > clock.now():
            raise Conflict("This meeting has not begun yet.")
        before = booking.outcome
        if before is outcome:
            return
        booking.outcome, booking.outcome_by, booking.outcome_at = outcome, by, clock.now()
        turn = turn_of(session, booking)
        if turn is not None and outcome is Outcome.NO_SHOW:
            give_turn_back(session, turn, NO_SHOW)
        elif turn is not None and before is Outcome.NO_SHOW:
            take_turn_again(session, turn, "outcome_corrected", by)
        add_activity(
            session,
            "meeting.outcome",
            at=clock.now(),
            actor=by,
            lead_id=booking.lead_id,
            request_id=booking.request_id,
            booking_id=booking.id,
            rep_id=booking.rep_id,
            outcome=outcome.value,
        )
        add_audit(session, by, "booking.outcome", "booking", booking.public_id, outcome=outcome.value)


def _find(session: Session, booking_id: str, rep_id: int | None) -> Booking:
    """The meeting, locked after its request. Raises NotFound."""
    found = find_booking(session, booking_id)
    if found is None or rep_id not in {None, found.rep_id}:
        raise NotFound("There is no such meeting.")
    lock_request(session, found.request_id)
    booking = find_booking(session, booking_id, lock=True)
    assert booking is not None
    return booking
