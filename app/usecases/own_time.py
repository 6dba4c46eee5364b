"""Reps' times as they look to the one request that already keeps a time there."""

from collections.abc import Sequence
from datetime import datetime

from app.db import Session
from app.models import Reservation
from app.store.availability import load_times
from app.store.company import CompanyView, MeetingTypeView
from app.store.reservations import live_reservations
from app.usecases.booking_window import bounds_of
from calendars.availability import compile_rep, start_bits
from calendars.frame import Frame
from calendars.reptime import RepTime
from calendars.sessions import joinable_starts
from calendars.span import Span


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
    """The starts of the reservations' reps, computed without them; none for somebody who takes no meetings any more."""
    reps = [company.rep_by_key(each.rep_id) for each in own]
    # with everybody's holidays left out: at least as far as any offer to the request reaches
    frame = bounds_of(company, meeting_type, now, [rep.public_id for rep in reps]).frame
    without = [each.id for each in own]
    loaded = load_times(session, reps, Span(frame.start, frame.end), now, kind=meeting_type, without=without)
    return {
        rep.public_id: _starts(loaded[rep.public_id].time, meeting_type, frame) if rep.is_active else 0
        for rep in reps
    }


def _starts(time: RepTime, meeting_type: MeetingTypeView, frame: Frame) -> int:
    shape = meeting_type.shape
    return start_bits(compile_rep(time, frame), shape, frame) | joinable_starts(time, shape, frame)
