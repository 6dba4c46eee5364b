"""Rows that time has overtaken."""

from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.models import (
    Activity,
    OAuthState,
    Request,
    RequestState,
    Reservation,
    ReservationState,
    UserSession,
)
from app.store.availability import touch_reps
from app.store.records import add_activity

ABANDONED_AFTER = timedelta(hours=2)


def drop_old_sessions(session: Session, now: datetime) -> None:
    """Sign-ins that ended."""
    session.execute(delete(UserSession).where(UserSession.expires_at < now))


def drop_old_states(session: Session, now: datetime) -> None:
    """Provider sign-ins that were never finished, or long ago."""
    session.execute(delete(OAuthState).where(OAuthState.expires_at < now - timedelta(hours=1)))


def release_expired_holds(session: Session, now: datetime) -> int:
    """Flip holds that ended, and let their reps' times be computed anew. Returns how many."""
    expired = session.scalars(
        select(Reservation)
        .where(Reservation.state == ReservationState.HELD, Reservation.expires_at <= now)
        .with_for_update(skip_locked=True)
        .limit(500)
    ).all()
    for hold in expired:
        hold.state = ReservationState.RELEASED
    touch_reps(session, {hold.rep_id for hold in expired})
    return len(expired)


def note_abandoned(session: Session, now: datetime) -> None:
    """Note once that a request was offered times and none was taken."""
    noted = select(Activity.id).where(Activity.request_id == Request.id, Activity.kind == "request.abandoned")
    rows = session.scalars(
        select(Request)
        .where(
            Request.state == RequestState.OFFERED,
            Request.created_at < now - ABANDONED_AFTER,
            Request.created_at > now - 7 * ABANDONED_AFTER * 12,
            ~noted.exists(),
        )
        .limit(500)
    )
    for request in rows:
        add_activity(
            session,
            "request.abandoned",
            at=now,
            actor="system",
            lead_id=request.lead_id,
            request_id=request.id,
        )
