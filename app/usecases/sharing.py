"""What several prospects at one session have in common: the turn, and the entry in the rep's calendar."""

from collections.abc import Sequence

from app.db import Session
from app.models import Booking, GroupSession, Outcome
from app.store.charges import charges_of
from app.store.group_sessions import standing_bookings
from routing.assignment import Assignment
from routing.joining import JOINED


def note_turn(session: Session, booking: Booking, assignment: Assignment) -> None:
    """Whoever opens a session charges the turn for it; those who join charge nothing, and have its video link."""
    if booking.group_session_id is None:
        return
    session.refresh(booking, ["group"])
    assert booking.group is not None
    if assignment.reason != JOINED:
        booking.group.assignment_id = booking.assignment_id
    booking.join_url = booking.group.join_url


def others_at(session: Session, booking: Booking) -> Sequence[Booking]:
    """Who else is at the session that a booking is, or was, part of; nobody at a meeting of one's own."""
    if booking.group_session_id is None:
        return ()
    return [other for other in standing_bookings(session, booking.group_session_id) if other.id != booking.id]


def turn_of(session: Session, booking: Booking) -> int | None:
    """The assignment whose turn is given back when a booking comes to nothing. A session's turn is given back when
    nobody is left who may have come: until then it took place."""
    if booking.group is None:
        return booking.assignment_id
    if any(other.outcome is not Outcome.NO_SHOW for other in others_at(session, booking)):
        return None
    return booking.group.assignment_id


def turn_pools(session: Session, group: GroupSession) -> set[int]:
    """The keys of the pools in which the session is a turn."""
    if group.assignment_id is None:
        return set()
    return {charge.pool_id for charge in charges_of(session, group.assignment_id)}


def close_if_empty(session: Session, group: GroupSession | None) -> None:
    """Where nobody is left at a session, whoever comes later finds a new entry."""
    if group is None:
        return
    session.flush()
    if not standing_bookings(session, group.id):
        group.generation += 1
        group.join_url = None
