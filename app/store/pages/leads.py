"""Leads as the console lists them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from app.models import (
    Booking,
    BookingState,
    Form,
    Lead,
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
    score: int | None
    priority: str | None
    nurture_list: str | None


def list_leads(
    session: Session,
    *,
    state: str | None = None,
    words: str = "",
    before: int | None = None,
    nurture_list: str | None = None,
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
        select(
            Request,
            Lead,
            Form.slug,
            RouteRecord.rule,
            Router.name,
            Rep.name,
            Booking.starts_at,
            RequestFacts.facts["score"],
            RequestFacts.facts["priority"],
        )
        .join(Lead, Lead.id == Request.lead_id)
        .join(Form, Form.id == Request.form_id)
        .outerjoin(RequestFacts, RequestFacts.request_id == Request.id)
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
    if nurture_list is not None:
        query = query.where(Lead.nurture_list == nurture_list)
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
            score=score if isinstance(score, int) else None,
            priority=priority if isinstance(priority, str) else None,
            nurture_list=lead.nurture_list,
        )
        for request, lead, form, rule, router, rep, starts_at, score, priority in session.execute(query)
    ]


def count_by_state(session: Session) -> dict[str, int]:
    """How many leads stand where, by their newest request."""
    newest = select(func.max(Request.id)).group_by(Request.lead_id)
    rows = session.execute(
        select(Request.state, func.count()).where(Request.id.in_(newest)).group_by(Request.state)
    )
    return {state.value: count for state, count in rows}


def _escaped(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
