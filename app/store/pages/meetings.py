"""Meetings as the consoles list them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased, selectinload

from app.models import (
    AssignmentRecord,
    Booking,
    BookingState,
    Deviation,
    EventState,
    GroupSession,
    Lead,
    MeetingType,
    PartyRecord,
    ProviderEvent,
    Rep,
    RequestFacts,
    RouteRecord,
)

PAGE = 50
UNSETTLED_FOR = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class MeetingRow:
    """A meeting with its people, its entry in the rep's calendar, and the records of how it came about."""

    booking: Booking
    lead: Lead
    rep: Rep
    kind: str
    event: EventState | None
    event_error: str | None
    event_link: str | None
    deviation: Deviation | None
    seen_start: datetime | None
    obstacle: Mapping[str, Any] | None
    replies: Mapping[str, str]
    route: dict[str, Any] | None
    assignment: dict[str, Any] | None
    answers: dict[str, Any]
    facts: dict[str, Any]


def list_meetings(
    session: Session,
    *,
    at: datetime,
    which: str = "upcoming",
    rep_id: int | None = None,
    until: datetime | None = None,
    offset: int = 0,
    limit: int = PAGE,
) -> list[MeetingRow]:
    """`which`: `upcoming` (soonest first), `past` or `cancelled` (latest first). One row more than `limit`.

    `rep_id`: only meetings of this rep, those included in which they take part beside somebody else.
    """
    query = _query().where(*_conditions(which, at))
    if rep_id is not None:
        query = query.where(or_(Booking.rep_id == rep_id, _takes_part(rep_id)))
    if until is not None:
        query = query.where(Booking.starts_at < until)
    order = Booking.starts_at.asc() if which == "upcoming" else Booking.starts_at.desc()
    rows = session.execute(query.order_by(order, Booking.id).offset(offset).limit(limit + 1)).all()
    return [_row(row) for row in rows]


def list_unsettled(session: Session, rep_id: int, at: datetime, limit: int = 10) -> list[MeetingRow]:
    """A rep's meetings of the last weeks that nobody has said the outcome of, latest first."""
    rows = session.execute(
        _query()
        .where(
            Booking.rep_id == rep_id,
            Booking.state == BookingState.CONFIRMED,
            Booking.outcome.is_(None),
            Booking.ends_at <= at,
            Booking.ends_at > at - UNSETTLED_FOR,
        )
        .order_by(Booking.starts_at.desc())
        .limit(limit)
    ).all()
    return [_row(row) for row in rows]


def find_meeting(session: Session, public_id: str) -> MeetingRow | None:
    """One meeting."""
    row = session.execute(_query().where(Booking.public_id == public_id)).first()
    return _row(row) if row else None


def _query() -> Any:
    event = aliased(ProviderEvent)
    return (
        select(
            Booking,
            Lead,
            Rep,
            MeetingType.name,
            event,
            RouteRecord.trace,
            AssignmentRecord.trace,
            RequestFacts.answers,
            RequestFacts.facts,
        )
        .join(Lead, Lead.id == Booking.lead_id)
        .join(Rep, Rep.id == Booking.rep_id)
        .join(MeetingType, MeetingType.id == Booking.meeting_type_id)
        .join(AssignmentRecord, AssignmentRecord.id == Booking.assignment_id)
        .join(RouteRecord, RouteRecord.id == AssignmentRecord.route_id)
        .outerjoin(RequestFacts, RequestFacts.request_id == Booking.request_id)
        .outerjoin(GroupSession, GroupSession.id == Booking.group_session_id)
        .outerjoin(
            event,
            or_(
                and_(event.booking_id == Booking.id, event.generation == Booking.generation),
                and_(event.group_session_id == GroupSession.id, event.generation == GroupSession.generation),
            ),
        )
        .options(
            selectinload(Booking.parties).joinedload(PartyRecord.rep),
            selectinload(Booking.group),
            selectinload(Booking.meeting_type),
        )
    )


def _takes_part(rep_id: int) -> ColumnElement[bool]:
    """Whether a rep is at a meeting beside the one whose it is."""
    return exists().where(PartyRecord.assignment_id == Booking.assignment_id, PartyRecord.rep_id == rep_id)


def _conditions(which: str, at: datetime) -> Sequence[ColumnElement[bool]]:
    if which == "cancelled":
        return (Booking.state == BookingState.CANCELLED,)
    standing = Booking.state == BookingState.CONFIRMED
    return (standing, Booking.ends_at > at) if which == "upcoming" else (standing, Booking.ends_at <= at)


def _row(row: Any) -> MeetingRow:
    booking, lead, rep, kind, event, route, assignment, answers, facts = row
    return MeetingRow(
        booking=booking,
        lead=lead,
        rep=rep,
        kind=kind,
        event=event.state if event else None,
        event_error=event.error if event else None,
        event_link=event.html_link if event else None,
        deviation=event.deviation if event else None,
        seen_start=event.seen_start if event else None,
        obstacle=event.obstacle if event else None,
        replies=event.replies if event else {},
        route=route,
        assignment=assignment,
        answers=answers or {},
        facts=facts or {},
    )
