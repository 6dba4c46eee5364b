"""Leads as the console lists them, and everything about one of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session, joinedload

from app.models import (
    Activity,
    AssignmentRecord,
    Booking,
    BookingState,
    Form,
    Lead,
    Queue,
    QueueEntry,
    QueueState,
    Rep,
    Request,
    RequestFacts,
    RequestState,
    Router,
    RouteRecord,
)

PAGE = 50


@dataclass(frozen=True, slots=True)
class LeadRow:
    """A lead with its newest request. `cursor` names the row in the order of the list."""

    lead: str
    name: str | None
    email: str | None
    company: str | None
    state: RequestState
    form: str
    rule: str | None
    router: str | None
    rep: str | None
    starts_at: datetime | None
    created_at: datetime
    cursor: int


def list_leads(
    session: Session, *, state: str | None = None, words: str = "", before: int | None = None
) -> list[LeadRow]:
    """Newest request of each lead first, one row more than a page when there is another page."""
    newest = select(func.max(Request.id)).group_by(Request.lead_id)
    route = (
        select(func.max(RouteRecord.id))
        .where(RouteRecord.request_id == Request.id)
        .correlate(Request)
        .scalar_subquery()
    )
    query = (
        select(Request, Lead, Form.slug, RouteRecord.rule, Router.name, Rep.name, Booking.starts_at)
        .join(Lead, Lead.id == Request.lead_id)
        .join(Form, Form.id == Request.form_id)
        .outerjoin(RouteRecord, RouteRecord.id == route)
        .outerjoin(Router, Router.id == RouteRecord.router_id)
        .outerjoin(Booking, (Booking.request_id == Request.id) & (Booking.state == BookingState.CONFIRMED))
        .outerjoin(Rep, Rep.id == Booking.rep_id)
        .where(Request.id.in_(newest))
        .order_by(Request.id.desc())
        .limit(PAGE + 1)
    )
    if state:
        query = query.where(Request.state == state)
    if words:
        like = f"%{_escaped(words)}%"
        query = query.where(or_(Lead.email.ilike(like), Lead.name.ilike(like), Lead.company.ilike(like)))
    if before is not None:
        query = query.where(Request.id < before)
    return [
        LeadRow(
            lead=lead.public_id,
            name=lead.name,
            email=lead.email,
            company=lead.company,
            state=request.state,
            form=form,
            rule=rule,
            router=router,
            rep=rep,
            starts_at=starts_at,
            created_at=request.created_at,
            cursor=request.id,
        )
        for request, lead, form, rule, router, rep, starts_at in session.execute(query)
    ]


def count_by_state(session: Session) -> dict[str, int]:
    """How many leads stand where, by their newest request."""
    newest = select(func.max(Request.id)).group_by(Request.lead_id)
    rows = session.execute(
        select(Request.state, func.count()).where(Request.id.in_(newest)).group_by(Request.state)
    )
    return {state.value: count for state, count in rows}


@dataclass(frozen=True, slots=True)
class Submission:
    """One request with all that followed from it. `route` and `assignment` are the stored records."""

    request: Request
    form: str
    facts: RequestFacts | None
    route: RouteRecord | None
    assignment: AssignmentRecord | None
    bookings: Sequence[Booking]
    queue: str | None
    queue_due: datetime | None


@dataclass(frozen=True, slots=True)
class LeadPage:
    """A lead, their submissions (newest first), and what happened (newest first)."""

    lead: Lead
    owner: Rep | None
    submissions: Sequence[Submission]
    activities: Sequence[Activity]
    reps: Mapping[str, str]
    rep_keys: Mapping[int, str]


def find_lead_page(session: Session, public_id: str) -> LeadPage | None:
    """Everything about one lead."""
    lead = session.scalar(select(Lead).where(Lead.public_id == public_id).options(joinedload(Lead.account)))
    if lead is None:
        return None
    requests = session.scalars(
        select(Request)
        .where(Request.lead_id == lead.id)
        .options(joinedload(Request.facts), joinedload(Request.form))
        .order_by(Request.id.desc())
        .limit(20)
    ).all()
    people = session.execute(select(Rep.id, Rep.public_id, Rep.name)).all()
    return LeadPage(
        lead=lead,
        owner=session.get(Rep, lead.owner_rep_id) if lead.owner_rep_id else None,
        submissions=[_submission(session, request) for request in requests],
        activities=session.scalars(
            select(Activity).where(Activity.lead_id == lead.id).order_by(Activity.id.desc()).limit(100)
        ).all(),
        reps={public: name for _, public, name in people},
        rep_keys={key: name for key, _, name in people},
    )


def _submission(session: Session, request: Request) -> Submission:
    bookings = session.scalars(
        select(Booking)
        .where(Booking.request_id == request.id)
        .options(joinedload(Booking.rep), joinedload(Booking.meeting_type))
        .order_by(Booking.id.desc())
    ).all()
    waiting = session.execute(
        select(Queue.name, QueueEntry.due_at)
        .join(QueueEntry, QueueEntry.queue_id == Queue.id)
        .where(QueueEntry.request_id == request.id, QueueEntry.state != QueueState.DONE)
    ).first()
    return Submission(
        request=request,
        form=request.form.slug,
        facts=request.facts,
        route=_newest(session, RouteRecord, request.id),
        assignment=_newest(session, AssignmentRecord, request.id),
        bookings=bookings,
        queue=waiting[0] if waiting else None,
        queue_due=waiting[1] if waiting else None,
    )


def _newest(session: Session, record: Any, request_id: int) -> Any:
    return session.scalar(
        select(record).where(record.request_id == request_id).order_by(record.id.desc()).limit(1)
    )


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
