"""Reps' times as they look to the one request that already keeps a time there."""

from collections.abc import Sequence
from datetime import datetime

from app.db import Session
from app.models import Reservation
from app.store.availability import load_times
from app.store.company import CompanyView, MeetingTypeView
from app.store.reservations import live_reservations
from calendars.availability import compile_rep, start_bits
from calendars.frame import Frame
from calendars.span import Span
from calendars.window import horizon_end
from calendars.zones import to_minutes


def own_starts(
    session: Session, company: CompanyView, request_id: int, meeting_type: MeetingTypeView, now: datetime
) -> dict[str, int] | None:
    """The starts of everybody whom the request holds or has booked, computed without those reservations."""
    own = live_reservations(session, request_id, now)
    return starts_without(session, company, own, meeting_type, now) if own else None


def starts_without(
    session: Session,
    company: CompanyView,
    own: Sequence[Reservation],
    meeting_type: MeetingTypeView,
    now: datetime,
) -> dict[str, int]:
    """The starts of the reservations' reps, computed without them."""
    reps = [company.rep_by_key(each.rep_id) for each in own]
    minute = to_minutes(now)
    end = horizon_end(minute, meeting_type.booking_window, meeting_type.shape.timezone, frozenset())
    frame = Frame.for_shape(minute, max(end, minute + meeting_type.minimum_notice + 1), meeting_type.shape)
    loaded = load_times(session, reps, Span(frame.start, frame.end), now, without=[each.id for each in own])
    return {
        rep.public_id: start_bits(compile_rep(loaded[rep.public_id].time, frame), meeting_type.shape, frame)
        for rep in reps
    }
