"""Stretches of reps' time, and the constraint that keeps them apart."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import Range, insert
from sqlalchemy.orm import Session

from app import clock
from app.ids import new_id
from app.models import Pool, Rep, Request, Reservation, ReservationState
from calendars.zones import to_minutes

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


def drop_expired_holds(
    session: Session, now: datetime, *, rep_id: int | None = None, request_id: int | None = None
) -> None:
    """Give back what a rep's time, or a request, only kept for a while; runs inside the next booker's transaction."""
    whose = Reservation.rep_id == rep_id if rep_id is not None else Reservation.request_id == request_id
    session.execute(
        update(Reservation)
        .where(whose, Reservation.state == ReservationState.HELD, Reservation.expires_at <= now)
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


def find_reservation(session: Session, reservation_id: int) -> Reservation | None:
    """A reservation by its key."""
    return session.get(Reservation, reservation_id, populate_existing=True)


@dataclass(frozen=True, slots=True)
class HeldCheck:
    """The live check of the time a request holds: the rep, the start in UTC minutes, and the answer so far."""

    rep: str
    start: int
    state: str
    at: str | None


def find_held_check(session: Session, request_id: str) -> HeldCheck | None:
    """What is known of a request's held time; None when it holds none or nobody was asked."""
    row = session.execute(
        select(Rep.public_id, Reservation.during, Reservation.live_check)
        .join(Rep, Rep.id == Reservation.rep_id)
        .join(Request, Request.id == Reservation.request_id)
        .where(Request.public_id == request_id, Reservation.state == ReservationState.HELD)
    ).first()
    if row is None or row.live_check is None or row.during.lower is None:
        return None
    at = row.live_check.get("at")
    return HeldCheck(row.public_id, to_minutes(row.during.lower), row.live_check["state"], at)


def note_live_check(session: Session, reservation_id: int, state: str, at: datetime) -> None:
    """Keep the provider's answer on the hold it was asked for."""
    session.execute(
        update(Reservation)
        .where(Reservation.id == reservation_id, Reservation.state == ReservationState.HELD)
        .values(live_check={"state": state, "at": at.isoformat()})
    )
