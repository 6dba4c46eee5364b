"""What leads did, and how often they came before."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.models import Booking, BookingState, LeadBehavior, ReportedBy, Request

MOST_KEPT = 500
"""Of one lead; the older ones go."""


@dataclass(frozen=True, slots=True)
class BehaviorView:
    """Something a lead did: `kind` (webinar, download, page …), `topic` (blank where there is none), when, and who
    says so."""

    kind: str
    topic: str
    at: datetime
    url: str | None = None
    reported_by: ReportedBy = ReportedBy.PAGE


def add_behaviors(session: Session, lead_id: int, behaviors: Iterable[BehaviorView]) -> int:
    """Keep what is new, and of everything the `MOST_KEPT` most recent; returns how many were new."""
    rows = [
        {
            "lead_id": lead_id,
            "kind": b.kind,
            "topic": b.topic,
            "url": b.url,
            "reported_by": b.reported_by,
            "at": b.at,
        }
        for b in behaviors
    ]
    if not rows:
        return 0
    added = session.execute(
        insert(LeadBehavior).values(rows).on_conflict_do_nothing().returning(LeadBehavior.id)
    )
    count = len(added.all())
    of_lead = LeadBehavior.lead_id == lead_id
    old = select(LeadBehavior.id).where(of_lead).order_by(LeadBehavior.at.desc(), LeadBehavior.id.desc())
    session.execute(delete(LeadBehavior).where(of_lead, LeadBehavior.id.in_(old.offset(MOST_KEPT))))
    return count


def list_behaviors(session: Session, lead_id: int, until: datetime, most: int) -> list[BehaviorView]:
    """What a lead did up to an instant, the most recent first."""
    rows = session.scalars(
        select(LeadBehavior)
        .where(LeadBehavior.lead_id == lead_id, LeadBehavior.at <= until)
        .order_by(LeadBehavior.at.desc(), LeadBehavior.id.desc())
        .limit(most)
    )
    return [BehaviorView(row.kind, row.topic, row.at, row.url, row.reported_by) for row in rows]


@dataclass(frozen=True, slots=True)
class History:
    """How often a lead asked and met us before a request, and when they last asked."""

    requests: int
    meetings: int
    last_at: datetime | None


def history_before(session: Session, lead_id: int, until: datetime) -> History:
    """What came before a request at this instant; a meeting counts unless it was called off."""
    earlier = (Request.lead_id == lead_id, Request.created_at < until)
    met = (
        select(func.count())
        .where(
            Booking.lead_id == lead_id,
            Booking.state == BookingState.CONFIRMED,
            Booking.created_at < until,
        )
        .scalar_subquery()
    )
    row = session.execute(select(func.count(), func.max(Request.created_at), met).where(*earlier)).one()
    return History(row[0], row[2], row[1])
