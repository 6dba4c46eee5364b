"""A rep's times as they look to the one request that already keeps a time there."""

from datetime import datetime

from app.db import Session
from app.models import Reservation
from app.store.availability import load_times
from app.store.company import CompanyView, MeetingTypeView
from app.store.reservations import live_reservation
from calendars.availability import compile_rep, start_bits
from calendars.frame import Frame
from calendars.span import Span
from calendars.window import horizon_end
from calendars.zones import to_minutes


def own_starts(
    session: Session, company: CompanyView, request_id: int, meeting_type: MeetingTypeView, now: datetime
) -> dict[str, int] | None:
    """The starts of the rep whom the request holds or has booked, computed without that reservation."""
    own = live_reservation(session, request_id, now)
    return starts_without(session, company, own, meeting_type, now) if own else None


def starts_without(
    session: Session, company: CompanyView, own: Reservation, meeting_type: MeetingTypeView, now: datetime
) -> dict[str, int]:
    """The starts of a reservation's rep, computed without it."""
    rep = company.rep_by_key(own.rep_id)
    minute = to_minutes(now)
    end = horizon_end(minute, meeting_type.booking_window, meeting_type.shape.timezone, frozenset())
    frame = Frame.for_shape(minute, max(end, minute + meeting_type.minimum_notice + 1), meeting_type.shape)
    loaded = load_times(session, [rep], Span(frame.start, frame.end), now, without=[own.id])
    bits = compile_rep(loaded[rep.public_id].time, frame)
    return {rep.public_id: start_bits(bits, meeting_type.shape, frame)}
