"""What each rep has had, from one pool and in all: meetings by day, new ones, and the value of the deals."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import Numeric, and_, cast, func, select
from sqlalchemy.orm import Session

from app.models import AssignmentRecord, Booking, BookingState, PartyRecord, Rep, RequestFacts
from app.store.standing_meetings import standing_meetings
from calendars.span import Span
from calendars.zones import to_instant, to_minutes

VALUE_PERIOD = timedelta(days=90)
DEAL_VALUE = "deal_value"


def meetings_from(
    session: Session, pool_id: int, reps: Collection[str], window: Span
) -> dict[str, list[int]]:
    """The starts (UTC minutes) of the reps' standing meetings inside `window` that this pool gave them, those in a
    role beside somebody else included."""
    meetings = standing_meetings().c
    inside = and_(
        Rep.public_id.in_(reps),
        meetings.starts_at >= to_instant(window.start),
        meetings.starts_at < to_instant(window.end),
    )
    rows = session.execute(
        select(Rep.public_id, meetings.starts_at)
        .join(Rep, Rep.id == meetings.rep_id)
        .join(AssignmentRecord, AssignmentRecord.id == meetings.assignment_id)
        .where(AssignmentRecord.pool_id == pool_id, inside)
        .union_all(
            select(Rep.public_id, meetings.starts_at)
            .join(PartyRecord, PartyRecord.assignment_id == meetings.assignment_id)
            .join(Rep, PartyRecord.rep_id == Rep.id)
            .where(PartyRecord.pool_id == pool_id, inside)
        )
    )
    found: dict[str, list[int]] = defaultdict(list)
    for rep, starts_at in rows:
        found[rep].append(to_minutes(starts_at))
    return found


def booked_since(
    session: Session, reps: Collection[str], since: datetime
) -> dict[str, list[tuple[int, int | None]]]:
    """The standing meetings of each rep, in whatever role, that were booked since an instant: when (UTC minutes), and
    by which pool."""
    meetings = standing_meetings().c
    recent = and_(Rep.public_id.in_(reps), meetings.created_at >= since)
    rows = session.execute(
        select(Rep.public_id, meetings.created_at, AssignmentRecord.pool_id)
        .join(Rep, Rep.id == meetings.rep_id)
        .join(AssignmentRecord, AssignmentRecord.id == meetings.assignment_id)
        .where(recent)
        .union_all(
            select(Rep.public_id, meetings.created_at, PartyRecord.pool_id)
            .join(PartyRecord, PartyRecord.assignment_id == meetings.assignment_id)
            .join(Rep, PartyRecord.rep_id == Rep.id)
            .where(recent)
        )
    )
    found: dict[str, list[tuple[int, int | None]]] = defaultdict(list)
    for rep, created_at, pool_id in rows:
        found[rep].append((to_minutes(created_at), pool_id))
    return found


def open_leads(session: Session, reps: Collection[str], now: datetime) -> dict[str, int]:
    """How many standing meetings each rep still has to come, or has begun."""
    meetings = standing_meetings()
    rows = session.execute(
        select(Rep.public_id, func.count())
        .join(meetings, meetings.c.rep_id == Rep.id)
        .where(Rep.public_id.in_(reps), meetings.c.ends_at > now)
        .group_by(Rep.public_id)
    )
    return {rep: count for rep, count in rows}  # noqa: C416 - rows are no pairs to mypy


def values_from(session: Session, pool_id: int, now: datetime) -> dict[str, int]:
    """The value of the deals this pool gave each rep over ninety days, in whole currency units: the fact
    `deal_value` of the requests behind their standing meetings; what is no number counts nothing."""
    value = RequestFacts.facts[DEAL_VALUE]
    rows = session.execute(
        select(Rep.public_id, func.sum(cast(value.astext, Numeric)))
        .join(Booking, Booking.rep_id == Rep.id)
        .join(AssignmentRecord, AssignmentRecord.id == Booking.assignment_id)
        .join(RequestFacts, RequestFacts.request_id == Booking.request_id)
        .where(
            AssignmentRecord.pool_id == pool_id,
            AssignmentRecord.created_at > now - VALUE_PERIOD,
            Booking.state == BookingState.CONFIRMED,
            func.jsonb_typeof(value) == "number",
        )
        .group_by(Rep.public_id)
    )
    return {rep: int(total) for rep, total in rows}
