"""Lock a session with everybody who is at it, for what concerns all of them."""

from app.db import Session
from app.models import Booking
from app.store.bookings import find_booking
from app.store.group_sessions import standing_bookings
from app.store.requests import lock_request
from app.store.reservations import lock_pools, lock_reps
from app.usecases.sharing import turn_pools


def lock_all_at(session: Session, booking: Booking) -> list[Booking]:
    """The standing bookings of the session that a booking is part of, locked in the order in which they came.

    Requests before pools before reps, as everywhere; nobody can join while the rep is locked, so whoever came
    while the others were being locked is locked last.
    """
    group = booking.group
    assert group is not None
    locked = _lock(session, group.id, set())
    lock_pools(session, turn_pools(session, group))
    lock_reps(session, {group.rep_id})
    _lock(session, group.id, locked)
    found = [
        find_booking(session, each.public_id, lock=True) for each in standing_bookings(session, group.id)
    ]
    return [each for each in found if each is not None]


def _lock(session: Session, group_id: int, known: set[int]) -> set[int]:
    wanted = {each.request_id for each in standing_bookings(session, group_id)} - known
    for request_id in sorted(wanted):
        lock_request(session, request_id)
    return known | wanted
