"""Everything about one lead."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from app import clock
from app.models import (
    Activity,
    AssignmentRecord,
    Booking,
    JudgedFor,
    JudgmentRecord,
    Lead,
    PartyRecord,
    Queue,
    QueueEntry,
    QueueState,
    Rep,
    Request,
    RequestFacts,
    RouteRecord,
)
from app.store.behaviors import BehaviorView, list_behaviors
from app.store.decisions import newest_assignment, newest_route
from app.store.judging import newest_judgment

MOST_BEHAVIORS = 50


@dataclass(frozen=True, slots=True)
class Submission:
    """One request with all that followed from it. `route`, `assignment` and the judgments are the stored records:
    `judgment` the one it was routed on, `rescored` a later one that moved nobody."""

    request: Request
    form: str
    facts: RequestFacts | None
    route: RouteRecord | None
    assignment: AssignmentRecord | None
    bookings: Sequence[Booking]
    queue: str | None
    queue_due: datetime | None
    judgment: JudgmentRecord | None
    rescored: JudgmentRecord | None


@dataclass(frozen=True, slots=True)
class LeadPage:
    """A lead, their submissions (newest first), and what happened (newest first)."""

    lead: Lead
    owner: Rep | None
    submissions: Sequence[Submission]
    activities: Sequence[Activity]
    reps: Mapping[str, str]
    rep_keys: Mapping[int, str]
    behaviors: Sequence[BehaviorView]


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
        behaviors=list_behaviors(session, lead.id, clock.now(), MOST_BEHAVIORS),
    )


def _submission(session: Session, request: Request) -> Submission:
    bookings = session.scalars(
        select(Booking)
        .where(Booking.request_id == request.id)
        .options(
            joinedload(Booking.rep),
            joinedload(Booking.meeting_type),
            selectinload(Booking.parties).joinedload(PartyRecord.rep),
        )
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
        route=newest_route(session, request.id),
        assignment=newest_assignment(session, request.id),
        bookings=bookings,
        queue=waiting[0] if waiting else None,
        queue_due=waiting[1] if waiting else None,
        judgment=newest_judgment(session, request.id, JudgedFor.ROUTING),
        rescored=newest_judgment(session, request.id, JudgedFor.LATE),
    )
