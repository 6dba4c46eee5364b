"""Meetings."""

from datetime import datetime

from psycopg.errors import DeadlockDetected, ExclusionViolation, LockNotAvailable
from sqlalchemy import exists, or_, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session, joinedload, selectinload

from app.models import Booking, BookingState, Lead, PartyRecord, Rep, Request

_LOCK_TROUBLE = (LockNotAvailable, DeadlockDetected, ExclusionViolation)


def is_lock_trouble(error: BaseException) -> bool:
    """Whether a transaction failed only because others were at the same rows, so that trying again may help."""
    return isinstance(error, DBAPIError) and isinstance(error.orig, _LOCK_TROUBLE)


def live_booking(session: Session, request_id: int) -> Booking | None:
    """The request's meeting, if it stands."""
    return session.scalar(
        select(Booking).where(Booking.request_id == request_id, Booking.state == BookingState.CONFIRMED)
    )


def find_booking(session: Session, public_id: str, *, lock: bool = False) -> Booking | None:
    """A meeting with its people, lead and meeting type."""
    query = (
        select(Booking)
        .where(Booking.public_id == public_id)
        .options(
            joinedload(Booking.rep),
            joinedload(Booking.lead),
            joinedload(Booking.meeting_type),
            joinedload(Booking.group),
            joinedload(Booking.request).joinedload(Request.form),
            selectinload(Booking.parties).joinedload(PartyRecord.rep),
        )
        .execution_options(populate_existing=True)
    )
    if lock:
        query = query.with_for_update(of=Booking)
    return session.scalar(query)


def find_last_meeting(session: Session, company_domain: str) -> tuple[str, datetime] | None:
    """Whom anybody of a company meets or met last: the rep's public id, and when; meetings that stand only."""
    row = session.execute(
        select(Rep.public_id, Booking.starts_at)
        .join(Lead, Lead.id == Booking.lead_id)
        .join(Rep, Rep.id == Booking.rep_id)
        .where(Lead.company_domain == company_domain, Booking.state == BookingState.CONFIRMED)
        .order_by(Booking.starts_at.desc(), Booking.id.desc())
        .limit(1)
    ).one_or_none()
    return (row[0], row[1]) if row else None


def list_bookings_with(session: Session, rep_id: int, start: datetime, end: datetime) -> list[Booking]:
    """Standing meetings that begin in `[start, end)`, in order: a rep's own, and those with them beside the rep."""
    takes_part = exists().where(
        PartyRecord.assignment_id == Booking.assignment_id, PartyRecord.rep_id == rep_id
    )
    rows = session.scalars(
        select(Booking)
        .where(
            or_(Booking.rep_id == rep_id, takes_part),
            Booking.state == BookingState.CONFIRMED,
            Booking.starts_at >= start,
            Booking.starts_at < end,
        )
        .order_by(Booking.starts_at)
    )
    return list(rows)
