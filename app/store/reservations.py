"""Stretches of reps' time, and the constraint that keeps them apart."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import Range, insert
from sqlalchemy.orm import Session

from app import clock
from app.ids import new_id
from app.models import Pool, Rep, Reservation, ReservationState

LIVE = (ReservationState.HELD, ReservationState.CONFIRMED)


def database_now(session: Session) -> datetime:
    """The database's own time, which holds end by; tests that replace the clock replace it here as well."""
    if clock.is_replaced():
        return clock.now()
    found: datetime = session.execute(select(func.clock_timestamp())).scalar_one()
    return found


def wait_briefly(session: Session) -> None:
    """Bound how long this transaction waits for anybody else's locks."""
    session.execute(text("SET LOCAL lock_timeout = '3s'"))


def lock_pool(session: Session, pool_id: int) -> None:
    """One assignment at a time in a pool; its ledger is read after this."""
    session.execute(select(Pool.id).where(Pool.id == pool_id).with_for_update())


def lock_rep(session: Session, rep_id: int) -> None:
    """One change of a rep's time at a time."""
    session.execute(select(Rep.id).where(Rep.id == rep_id).with_for_update(key_share=True))


def live_reservation(session: Session, request_id: int, now: datetime) -> Reservation | None:
    """The time a request holds or has booked; an expired hold is none."""
    return session.scalar(
        select(Reservation).where(
            Reservation.request_id == request_id,
            Reservation.state.in_(LIVE),
            or_(Reservation.expires_at.is_(None), Reservation.expires_at > now),
        )
    )


def drop_expired_holds(session: Session, rep_id: int, now: datetime) -> None:
    """Give back what was only kept for a while; runs inside the next booker's transaction."""
    session.execute(
        update(Reservation)
        .where(
            Reservation.rep_id == rep_id,
            Reservation.state == ReservationState.HELD,
            Reservation.expires_at <= now,
        )
        .values(state=ReservationState.RELEASED)
        .execution_options(synchronize_session="fetch")
    )


def release(session: Session, reservation: Reservation) -> None:
    """Give the time back."""
    reservation.state = ReservationState.RELEASED
    session.flush()


def reserve(
    session: Session,
    *,
    rep_id: int,
    request_id: int,
    start: datetime,
    end: datetime,
    before: int,
    after: int,
    state: ReservationState,
    expires_at: datetime | None = None,
    booking_id: int | None = None,
    pending_check: bool = False,
) -> Reservation | None:
    """Take `[start, end)` of a rep's time; None when somebody else has it.

    `ON CONFLICT DO NOTHING` rather than a plain insert: under a real race the latter deadlocks.
    """
    taken = session.execute(
        insert(Reservation)
        .values(
            public_id=new_id("hold"),
            rep_id=rep_id,
            request_id=request_id,
            booking_id=booking_id,
            during=Range(start, end),
            before=before,
            after=after,
            state=state,
            expires_at=expires_at,
            live_check={"state": "pending"} if pending_check else None,
        )
        .on_conflict_do_nothing(constraint="no_overlap")
        .returning(Reservation.id)
    ).scalar_one_or_none()
    return session.get(Reservation, taken) if taken is not None else None


def find_hold(session: Session, public_id: str, request_id: int) -> Reservation | None:
    """A live hold of this request."""
    return session.scalar(
        select(Reservation).where(
            Reservation.public_id == public_id,
            Reservation.request_id == request_id,
            Reservation.state == ReservationState.HELD,
        )
    )


def purge_released(session: Session, older_than: timedelta, now: datetime) -> int:
    """Delete holds that came to nothing long ago. Returns how many."""
    gone = session.execute(
        delete(Reservation)
        .where(
            Reservation.state == ReservationState.RELEASED,
            Reservation.booking_id.is_(None),
            Reservation.created_at < now - older_than,
        )
        .returning(Reservation.id)
    )
    return len(gone.all())
