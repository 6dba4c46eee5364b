"""Sessions that several prospects share."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, or_, select
from sqlalchemy.dialects.postgresql import Range
from sqlalchemy.orm import Session, joinedload

from app.ids import new_id
from app.models import Booking, BookingState, GroupSession, Reservation, ReservationState
from app.store.reservations import LIVE

_MOST_AT_ONCE = 10_000


@dataclass(frozen=True, slots=True)
class Filling:
    """A session as far as it is filled: the numbers of the seats that are taken or held, and how many of them are
    booked."""

    id: int
    rep_id: int
    seats: frozenset[int]
    booked: int

    def free_seat(self, seats: int) -> int | None:
        """The first of so many seats that is free."""
        return next((number for number in range(seats) if number not in self.seats), None)


def list_fillings(
    session: Session,
    rep_ids: Collection[int],
    meeting_type_id: int,
    during: tuple[datetime, datetime],
    now: datetime,
    without: Collection[int] = (),
) -> dict[int, Filling]:
    """The reps' sessions of this kind that take place at exactly this time, by the rep's key. Seats of the reservations
    in `without`, such as the hold that is about to become a booking, count as free; expired holds do, too."""
    counted = Reservation.id.not_in(without) if without else Reservation.id.is_not(None)
    rows = session.execute(
        select(
            GroupSession.id,
            GroupSession.rep_id,
            func.array_agg(Reservation.seat).filter(counted),
            func.count().filter(counted, Reservation.state == ReservationState.CONFIRMED),
        )
        .join(Reservation, Reservation.group_session_id == GroupSession.id)
        .where(
            Reservation.rep_id.in_(rep_ids),
            Reservation.during == Range(*during),
            Reservation.state.in_(LIVE),
            or_(Reservation.expires_at.is_(None), Reservation.expires_at > now),
            GroupSession.meeting_type_id == meeting_type_id,
        )
        .group_by(GroupSession.id, GroupSession.rep_id)
    )
    return {
        rep: Filling(key, rep, frozenset(seat for seat in seats or () if seat is not None), booked)
        for key, rep, seats, booked in rows
    }


def add_group_session(
    session: Session, rep_id: int, meeting_type_id: int, during: tuple[datetime, datetime]
) -> int:
    """A session that nobody is at yet; returns its key."""
    row = GroupSession(
        public_id=new_id("ses"),
        rep_id=rep_id,
        meeting_type_id=meeting_type_id,
        starts_at=during[0],
        ends_at=during[1],
    )
    session.add(row)
    session.flush()
    return row.id


def find_group_session(session: Session, public_id: str) -> GroupSession | None:
    """A session with its rep and kind."""
    return session.scalar(
        select(GroupSession)
        .where(GroupSession.public_id == public_id)
        .options(joinedload(GroupSession.rep), joinedload(GroupSession.meeting_type))
        .execution_options(populate_existing=True)
    )


def standing_bookings(session: Session, group_session_id: int) -> Sequence[Booking]:
    """Who is at a session, in the order in which they came."""
    rows = session.scalars(
        select(Booking)
        .where(Booking.group_session_id == group_session_id, Booking.state == BookingState.CONFIRMED)
        .options(joinedload(Booking.lead))
        .order_by(Booking.id)
    )
    return rows.all()


def drop_empty_sessions(session: Session, before: datetime) -> None:
    """Sessions that were opened for a hold that came to nothing."""
    used = [
        select(table.id).where(table.group_session_id == GroupSession.id).exists()
        for table in (Booking, Reservation)
    ]
    empty = select(GroupSession.id).where(GroupSession.created_at < before, ~used[0], ~used[1])
    session.execute(delete(GroupSession).where(GroupSession.id.in_(empty.limit(_MOST_AT_ONCE))))
