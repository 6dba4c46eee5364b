"""Stretches of reps' time, and the constraint that keeps them apart."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, func, or_, select, text, update
from sqlalchemy.dialects.postgresql import Range, insert
from sqlalchemy.orm import Session

from app import clock
from app.ids import new_id
from app.models import Pool, Rep, Request, Reservation, ReservationState
from calendars.zones import to_minutes
from routing.party import PRIMARY

LIVE = (ReservationState.HELD, ReservationState.CONFIRMED)
_WEIGHTIEST = ("busy", "pending", "unknown")


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
    lock_pools(session, {pool_id})


def lock_pools(session: Session, pool_ids: Collection[int]) -> None:
    """As `lock_pool` for several, in the order of their keys: whoever wants several waits for them in that order,
    and for pools before reps, so that no two wait for each other."""
    wanted = select(Pool.id).where(Pool.id.in_(sorted(pool_ids))).order_by(Pool.id)
    session.execute(wanted.with_for_update())


def lock_reps(session: Session, rep_ids: Collection[int]) -> None:
    """One change of a rep's time at a time; several are locked in the order of their keys."""
    wanted = select(Rep.id).where(Rep.id.in_(sorted(rep_ids))).order_by(Rep.id)
    session.execute(wanted.with_for_update(key_share=True))


def live_reservation(session: Session, request_id: int, now: datetime) -> Reservation | None:
    """The time a request holds or has booked, of the rep whose meeting it is; an expired hold is none."""
    return next(iter(live_reservations(session, request_id, now)), None)


def live_reservations(session: Session, request_id: int, now: datetime) -> list[Reservation]:
    """The time a request holds or has booked of everybody who takes part, the rep whose meeting it is first."""
    rows = session.scalars(
        select(Reservation)
        .where(
            Reservation.request_id == request_id,
            Reservation.state.in_(LIVE),
            or_(Reservation.expires_at.is_(None), Reservation.expires_at > now),
        )
        .order_by(Reservation.role != PRIMARY, Reservation.id)
    )
    return list(rows)


def drop_expired_holds(
    session: Session, now: datetime, *, rep_ids: Collection[int] = (), request_id: int | None = None
) -> None:
    """Give back what reps' time, or a request, only kept for a while; runs inside the next booker's transaction."""
    whose = Reservation.rep_id.in_(rep_ids) if rep_ids else Reservation.request_id == request_id
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


def release_holds(session: Session, request_id: int) -> set[int]:
    """Give back everything that a request only keeps for a while. Returns the keys of the reps."""
    released = session.scalars(
        update(Reservation)
        .where(Reservation.request_id == request_id, Reservation.state == ReservationState.HELD)
        .values(state=ReservationState.RELEASED)
        .returning(Reservation.rep_id)
    )
    return set(released)


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
    role: str = PRIMARY,
    group_session_id: int | None = None,
    seat: int | None = None,
) -> Reservation | None:
    """Take `[start, end)` of a rep's time, or a seat at a session then; None when somebody else has it.

    `ON CONFLICT DO NOTHING` rather than a plain insert: under a real race the latter deadlocks. With a seat there are
    two constraints that somebody else may have been quicker by.
    """
    constraint = "no_overlap" if seat is None else None
    return session.scalars(
        insert(Reservation)
        .values(
            public_id=new_id("hold"),
            rep_id=rep_id,
            request_id=request_id,
            booking_id=booking_id,
            role=role,
            group_session_id=group_session_id,
            seat=seat,
            during=Range(start, end),
            before=before,
            after=after,
            state=state,
            expires_at=expires_at,
            live_check={"state": "pending"} if pending_check else None,
        )
        .on_conflict_do_nothing(constraint=constraint)
        .returning(Reservation)
    ).one_or_none()


def find_hold(session: Session, public_id: str, request_id: int) -> Reservation | None:
    """A live hold of this request; the one of the rep whose meeting it would be stands for all."""
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
    """The live check of the time a request holds: the start in UTC minutes, the answer so far, and who is busy.

    Of several people's answers the one that matters most counts: one who is busy, one whose answer is still to
    come, one of whom nothing is known.
    """

    start: int
    state: str
    at: str | None
    busy: frozenset[str]


def find_held_check(session: Session, request_id: str) -> HeldCheck | None:
    """What is known of a request's held time; None when it holds none or nobody was asked."""
    rows = session.execute(
        select(Rep.public_id, Reservation.during, Reservation.live_check)
        .join(Rep, Rep.id == Reservation.rep_id)
        .join(Request, Request.id == Reservation.request_id)
        .where(Request.public_id == request_id, Reservation.state == ReservationState.HELD)
    ).all()
    checks = {rep: check for rep, _, check in rows if check is not None}
    if not checks or rows[0].during.lower is None:
        return None
    states = {check["state"] for check in checks.values()}
    state = next((each for each in _WEIGHTIEST if each in states), "free")
    at = max((str(check["at"]) for check in checks.values() if check.get("at")), default=None)
    busy = frozenset(rep for rep, check in checks.items() if check["state"] == "busy")
    return HeldCheck(to_minutes(rows[0].during.lower), state, at, busy)


def note_live_check(session: Session, reservation_id: int, state: str, at: datetime) -> None:
    """Keep the provider's answer on the hold it was asked for."""
    session.execute(
        update(Reservation)
        .where(Reservation.id == reservation_id, Reservation.state == ReservationState.HELD)
        .values(live_check={"state": state, "at": at.isoformat()})
    )
