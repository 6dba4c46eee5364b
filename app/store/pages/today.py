"""What needs somebody now, and how the last days went."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import (
    Booking,
    BookingState,
    Deviation,
    EventState,
    Lead,
    ProviderEvent,
    Queue,
    QueueEntry,
    QueueState,
    Rep,
    Request,
    RequestFacts,
)
from app.store.own_events import list_deviations


@dataclass(frozen=True, slots=True)
class WaitingLead:
    """A request that nobody has yet."""

    entry: int
    lead: str
    name: str | None
    email: str | None
    company: str | None
    queue: str
    reason: str
    state: QueueState
    due_at: datetime
    created_at: datetime
    priority: str | None


@dataclass(frozen=True, slots=True)
class FailedEvent:
    """A meeting that the rep's own calendar does not show."""

    booking: str
    lead: str
    rep: str
    starts_at: datetime
    error: str | None


@dataclass(frozen=True, slots=True)
class DeviatingEvent:
    """A meeting whose entry the rep changed, and who has not said what they meant."""

    lead: str
    rep: str
    starts_at: datetime
    deviation: Deviation


@dataclass(frozen=True, slots=True)
class Counts:
    """Requests and meetings made in the last seven days."""

    requests: int
    booked: int
    cancelled: int
    upcoming: int


def list_waiting(session: Session, *, queue: str | None = None, limit: int = 50) -> Sequence[WaitingLead]:
    """Whoever is due first comes first."""
    query = (
        select(QueueEntry, Queue.name, Lead, RequestFacts.facts["priority"])
        .join(Queue, Queue.id == QueueEntry.queue_id)
        .join(Request, Request.id == QueueEntry.request_id)
        .join(Lead, Lead.id == Request.lead_id)
        .outerjoin(RequestFacts, RequestFacts.request_id == Request.id)
        .where(QueueEntry.state != QueueState.DONE)
        .order_by(QueueEntry.due_at)
        .limit(limit)
    )
    if queue:
        query = query.where(Queue.name == queue)
    return [
        WaitingLead(
            entry=entry.id,
            lead=lead.public_id,
            name=lead.name,
            email=lead.email,
            company=lead.company,
            queue=name,
            reason=entry.reason,
            state=entry.state,
            due_at=entry.due_at,
            created_at=entry.created_at,
            priority=priority if isinstance(priority, str) else None,
        )
        for entry, name, lead, priority in session.execute(query)
    ]


def list_deviating(session: Session, at: datetime) -> Sequence[DeviatingEvent]:
    """Future meetings whose rep was asked what they meant by changing the entry."""
    return [
        DeviatingEvent(booking.lead.public_id, booking.rep.name, booking.starts_at, deviation)
        for booking, deviation in list_deviations(session, at)[:20]
    ]


def list_failed_events(session: Session, at: datetime) -> Sequence[FailedEvent]:
    """Future meetings whose entry could not be written."""
    rows = session.execute(
        select(Booking, Lead.public_id, Rep.name, ProviderEvent.error)
        .join(ProviderEvent, ProviderEvent.booking_id == Booking.id)
        .join(Lead, Lead.id == Booking.lead_id)
        .join(Rep, Rep.id == Booking.rep_id)
        .where(
            ProviderEvent.state == EventState.FAILED,
            ProviderEvent.generation == Booking.generation,
            Booking.state == BookingState.CONFIRMED,
            Booking.ends_at > at,
        )
        .order_by(Booking.starts_at)
        .limit(20)
    )
    return [FailedEvent(b.public_id, lead, rep, b.starts_at, error) for b, lead, rep, error in rows]


def count_week(session: Session, at: datetime) -> Counts:
    """The last seven days, and what is to come."""
    since = at - timedelta(days=7)
    made = select(func.count()).select_from(Booking)
    return Counts(
        requests=session.scalar(select(func.count()).select_from(Request).where(Request.created_at > since))
        or 0,
        booked=session.scalar(made.where(Booking.created_at > since)) or 0,
        cancelled=session.scalar(made.where(Booking.cancelled_at > since)) or 0,
        upcoming=session.scalar(made.where(Booking.state == BookingState.CONFIRMED, Booking.ends_at > at))
        or 0,
    )
