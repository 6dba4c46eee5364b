"""Each meeting that stands, once: a session that prospects share is one, however many have a seat."""

from sqlalchemy import Subquery, select

from app.models import Booking, BookingState, GroupSession
from app.store.group_entries import session_stands


def standing_meetings() -> Subquery:
    """Selects `rep_id`, `assignment_id` (the decision that was their turn), `starts_at`, `ends_at` and `created_at`."""
    alone = select(
        Booking.rep_id, Booking.assignment_id, Booking.starts_at, Booking.ends_at, Booking.created_at
    ).where(Booking.state == BookingState.CONFIRMED, Booking.group_session_id.is_(None))
    shared = select(
        GroupSession.rep_id,
        GroupSession.assignment_id,
        GroupSession.starts_at,
        GroupSession.ends_at,
        GroupSession.created_at,
    ).where(session_stands())
    return alone.union_all(shared).subquery("meetings")
