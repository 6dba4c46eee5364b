"""Take the time to which a rep moved a meeting in their own calendar: of everybody who takes part, or of nobody.

The rep chose the time themselves, so that only another meeting of ours stands in their way. Everybody else is asked
what a rescheduling asks: whether they work then, are free, and may take one more. Notice, booking window and the grid
of starts bind the guest, not the rep.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from app.db import Session
from app.models import Booking, ProviderEvent, Reservation, ReservationState
from app.store.availability import load_times
from app.store.company import CompanyView, MeetingTypeView, RepView
from app.store.reservations import drop_expired_holds, live_reservations, lock_reps, release, reserve
from calendars.availability import why_not
from calendars.span import Span
from calendars.zones import to_instant, to_minutes
from routing.party import PRIMARY
from routing.refusal import Refusal

_LONGEST = 24 * 60


@dataclass(frozen=True, slots=True)
class MovedTo:
    """A meeting (locked), its entry, and the half-open time where somebody put that."""

    booking: Booking
    event: ProviderEvent
    start: datetime
    end: datetime

    @property
    def span(self) -> Span:
        """UTC minutes."""
        return Span(to_minutes(self.start), to_minutes(self.end))


def take_moved_time(
    session: Session, company: CompanyView, moved: MovedTo, now: datetime
) -> frozenset[int] | Refusal:
    """The keys of the reps whose time changed; or who cannot come then and why, and nothing is changed."""
    held = live_reservations(session, moved.booking.request_id, now)
    lead = company.rep_by_key(moved.booking.rep_id)
    whole = moved.span.end - moved.span.start
    if not held or not 0 < whole <= _LONGEST or to_instant(moved.span.start) != moved.start:
        return Refusal(lead.public_id, "off_grid")
    attempt = session.begin_nested()
    taken = _take(session, company, moved, held, now)
    if taken is None:
        attempt.commit()
        return frozenset(each.rep_id for each in held)
    attempt.rollback()
    return taken


def _take(
    session: Session, company: CompanyView, moved: MovedTo, held: Sequence[Reservation], now: datetime
) -> Refusal | None:
    keys = {own.rep_id for own in held}
    lock_reps(session, keys)
    drop_expired_holds(session, now, rep_ids=keys)
    others = [company.rep_by_key(own.rep_id) for own in held if own.role != PRIMARY]
    if (refusal := _who_cannot(session, company, moved, held, others, now)) is not None:
        return refusal
    for own in held:
        release(session, own)
    for own in held:
        if not _reserve(session, moved, own):
            return Refusal(company.rep_by_key(own.rep_id).public_id, "busy")
    return None


def _who_cannot(
    session: Session,
    company: CompanyView,
    moved: MovedTo,
    held: Sequence[Reservation],
    others: Sequence[RepView],
    now: datetime,
) -> Refusal | None:
    kind = _kind(company, moved)
    loaded = load_times(
        session,
        others,
        moved.span,
        now,
        kind=kind,
        without=[own.id for own in held],
        entry=moved.event.event_id,
    )
    for rep in others:
        if not rep.is_active:
            return Refusal(rep.public_id, "inactive")
        reason = why_not(loaded[rep.public_id].time, moved.span.start, kind.shape, *moved.span)
        if reason is not None:
            return Refusal(rep.public_id, reason.value)
    return None


def _kind(company: CompanyView, moved: MovedTo) -> MeetingTypeView:
    """The kind of meeting, as long as it is now, and starting wherever it does."""
    kind = company.meeting_types[moved.booking.meeting_type_id]
    shape = replace(kind.shape, minutes=moved.span.end - moved.span.start, step=1, offset=0)
    return replace(kind, shape=shape)


def _reserve(session: Session, moved: MovedTo, own: Reservation) -> bool:
    taken = reserve(
        session,
        rep_id=own.rep_id,
        request_id=own.request_id,
        booking_id=moved.booking.id,
        start=moved.start,
        end=moved.end,
        before=own.before,
        after=own.after,
        role=own.role,
        state=ReservationState.CONFIRMED,
    )
    return taken is not None
