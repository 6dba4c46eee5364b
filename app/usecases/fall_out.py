"""A rep is out today: each of their meetings, and each seat of theirs beside somebody else, goes to an equally
qualified colleague who is free at the same time.

First it is shown what would happen, by doing it and taking it back; one confirmation then does it, a meeting at a time,
so that one that cannot be moved keeps none of the others. Who takes a meeting is decided by the same engine as at the
booking; the guest reads one mail.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from app import clock
from app.actor import Actor
from app.db import Session, db, transaction
from app.errors import ApplicationError, Conflict
from app.models import Booking, HandoverKind
from app.store.bookings import find_booking, list_bookings_with
from app.store.handovers import add_handover, who_had_it
from app.usecases.add_time_off import Absence, add_time_off
from app.usecases.book_meeting import with_second_try
from app.usecases.find_taker import find_next
from app.usecases.hand_over import begin_moving, hand_over
from app.usecases.hand_seat_over import begin_seat, hand_seat_over, next_for_seat
from app.usecases.rep_in_use import rep_in_use
from app.usecases.team import team_of
from calendars.zones import day_span, local_day, to_instant, to_minutes

REASON = "out on that day"


@dataclass(frozen=True, slots=True)
class Handing:
    """A meeting of the day: who takes it (None: nobody else can), and whose it is. `role`: as what the rep was to take
    part beside somebody else; nothing where the meeting is theirs."""

    booking: str
    starts_at: datetime
    ends_at: datetime
    lead: str
    taker: str | None
    problem: str = ""
    role: str = ""


def today_of(rep_id: int) -> date:
    """The rep's own date. Raises NotFound."""
    rep = rep_in_use(db.session(), rep_id)
    return local_day(rep.timezone, to_minutes(clock.now()))


def rehearse(rep_id: int, day: date) -> list[Handing]:
    """Who would take each of the rep's meetings of a day that have not begun; nothing is changed."""
    with transaction() as session:
        rehearsal = session.begin_nested()
        found = [_hand(session, booking, rep_id, by="system") for booking in _meetings(session, rep_id, day)]
        rehearsal.rollback()
    return found


def fall_out(rep_id: int, day: date, by: Actor) -> list[Handing]:
    """Close the day, and give its meetings to others; those that nobody can take stay with the rep.

    Raises NotFound, and Invalid when the day cannot be closed.
    """
    if day not in _closed_days(rep_id):
        add_time_off(rep_id, Absence(day.isoformat(), day.isoformat(), note="Out"), by)
    with transaction() as session:
        meetings = [booking.public_id for booking in _meetings(session, rep_id, day)]
    return [handing for meeting in meetings if (handing := _hand_over(meeting, rep_id, by.name))]


def _closed_days(rep_id: int) -> set[date]:
    rep = rep_in_use(db.session(), rep_id)
    return {off.starts_on for off in rep.time_off if off.starts_on == off.ends_on and not off.minutes}


def _meetings(session: Session, rep_id: int, day: date) -> Sequence[Booking]:
    rep = rep_in_use(session, rep_id)
    span = day_span(rep.timezone, day, date.fromordinal(day.toordinal() + 1))
    found = list_bookings_with(session, rep_id, to_instant(span.start), to_instant(span.end))
    return [booking for booking in found if booking.starts_at > clock.now()]


def _hand_over(booking_id: str, rep_id: int, by: str) -> Handing | None:
    """One meeting in a transaction of its own; None when it is not the rep's any longer."""

    def work() -> Handing | None:
        with transaction() as session:
            booking = find_booking(session, booking_id)
            takes_part = booking and rep_id in {rep.id for rep in team_of(booking)}
            return _hand(session, booking, rep_id, by=by) if booking and takes_part else None

    try:
        return with_second_try(work)
    except ApplicationError as error:
        booking = find_booking(db.session(), booking_id)
        return _shown(booking, rep_id, None, error.detail) if booking else None


def _hand(session: Session, booking: Booking, rep_id: int, *, by: str) -> Handing:
    return (_hand_meeting if booking.rep_id == rep_id else _hand_seat)(session, booking, rep_id, by)


def _hand_seat(session: Session, booking: Booking, rep_id: int, by: str) -> Handing:
    seat, shown = begin_seat(session, booking.public_id, rep_id), _shown(booking, rep_id, None)
    try:
        taker = next_for_seat(seat)
    except Conflict as nobody:
        return replace(shown, problem=nobody.detail)
    hand_seat_over(seat, taker, HandoverKind.REASSIGNED, REASON, by=by)
    return replace(shown, taker=taker.rep.name)


def _hand_meeting(session: Session, booking: Booking, rep_id: int, by: str) -> Handing:
    moving = begin_moving(session, booking.public_id)
    rep = moving.company.rep_by_key(booking.rep_id).public_id
    taker = find_next(moving, {*who_had_it(session, booking.request_id), rep})
    if taker is None:
        return _shown(booking, rep_id, None, "Nobody else whom the rules allow is free then.")
    add_handover(
        session,
        request_id=booking.request_id,
        booking_id=booking.id,
        rep_id=booking.rep_id,
        kind=HandoverKind.REASSIGNED,
        reason=REASON,
        actor=by,
    )
    shown = _shown(booking, rep_id, taker.rep.name)
    hand_over(moving, taker, by=by, how="engine")
    return shown


def _shown(booking: Booking, rep_id: int, taker: str | None, problem: str = "") -> Handing:
    lead = booking.lead.name or booking.lead.email or "an erased lead"
    role = next((party.role for party in booking.parties if party.rep_id == rep_id), "")
    return Handing(booking.public_id, booking.starts_at, booking.ends_at, lead, taker, problem, role)
