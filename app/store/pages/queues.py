"""What waits in queues, and who has it."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import (
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
    User,
)
from app.store.claims import is_due_for_people, pressing_first


@dataclass(frozen=True, slots=True)
class EntryRow:
    """An entry with its lead. `holder`: who has claimed it; `booking`: a meeting that waits for another rep, with
    the rep who has it. `can_be_taken`: whether it needs somebody, or the prospect is still choosing."""

    entry: QueueEntry
    queue: str
    lead: Lead
    request: str
    form: str
    locale: str
    priority: str | None
    score: float | None
    answers: dict[str, Any]
    holder: str | None
    holder_user: str | None
    booking: str | None
    booking_at: datetime | None
    booking_rep: str | None
    can_be_taken: bool


def list_entries(
    session: Session,
    now: datetime,
    *,
    queues: Collection[str] | None = None,
    holder: int | None = None,
    limit: int = 100,
) -> list[EntryRow]:
    """Entries that are not over, the most pressing first; of some queues, or of one holder (a user's key)."""
    query = _query(now).where(QueueEntry.state != QueueState.DONE)
    if queues is not None:
        query = query.where(Queue.name.in_(queues))
    if holder is not None:
        query = query.where(QueueEntry.claimed_by == holder, QueueEntry.state == QueueState.CLAIMED)
    rows = session.execute(query.order_by(*pressing_first(now)).limit(limit))
    return [_row(row) for row in rows]


def list_entries_by_key(session: Session, now: datetime, keys: Collection[int]) -> list[EntryRow]:
    """Those of these entries that are not over, the most pressing first."""
    query = _query(now).where(QueueEntry.state != QueueState.DONE, QueueEntry.id.in_(keys))
    return [_row(row) for row in session.execute(query.order_by(*pressing_first(now)))]


def find_entry_row(session: Session, public_id: str, now: datetime) -> EntryRow | None:
    """One entry, whatever became of it."""
    row = session.execute(_query(now).where(QueueEntry.public_id == public_id)).first()
    return _row(row) if row else None


@dataclass(frozen=True, slots=True)
class QueueCount:
    """A queue in numbers: entries that somebody may take, those of them that are overdue, and claimed ones."""

    waiting: int = 0
    overdue: int = 0
    claimed: int = 0


def count_entries(session: Session, now: datetime) -> dict[str, QueueCount]:
    """By queue."""
    is_open = QueueEntry.state == QueueState.OPEN
    rows = session.execute(
        select(
            Queue.name,
            func.count().filter(is_open, is_due_for_people(now)),
            func.count().filter(QueueEntry.state != QueueState.DONE, QueueEntry.due_at < now),
            func.count().filter(QueueEntry.state == QueueState.CLAIMED),
        )
        .join(QueueEntry, QueueEntry.queue_id == Queue.id)
        .group_by(Queue.name)
    )
    return {name: QueueCount(*counts) for name, *counts in rows}


def list_people(session: Session) -> Sequence[User]:
    """Everybody who may be given a lead, by name."""
    return session.scalars(select(User).where(User.is_active).order_by(User.name)).all()


def _query(now: datetime) -> Any:
    standing = (Booking.request_id == QueueEntry.request_id) & (Booking.state == BookingState.CONFIRMED)
    return (
        select(
            QueueEntry,
            Queue.name,
            Lead,
            Request,
            Form.slug,
            RequestFacts,
            User,
            Booking,
            Rep.name,
            is_due_for_people(now),
        )
        .join(Queue, Queue.id == QueueEntry.queue_id)
        .join(Request, Request.id == QueueEntry.request_id)
        .join(Lead, Lead.id == Request.lead_id)
        .join(Form, Form.id == Request.form_id)
        .outerjoin(RequestFacts, RequestFacts.request_id == Request.id)
        .outerjoin(User, User.id == QueueEntry.claimed_by)
        .outerjoin(Booking, standing)
        .outerjoin(Rep, Rep.id == Booking.rep_id)
    )


def _row(row: Any) -> EntryRow:
    entry, queue, lead, request, form, facts, user, booking, rep, can_be_taken = row
    known = facts.facts if facts else {}
    score = known.get("score")
    return EntryRow(
        entry=entry,
        queue=queue,
        lead=lead,
        request=request.public_id,
        form=form,
        locale=request.locale,
        priority=known.get("priority") if isinstance(known.get("priority"), str) else None,
        score=score if isinstance(score, int | float) else None,
        answers=facts.answers if facts else {},
        holder=user.name if user else None,
        holder_user=user.public_id if user else None,
        booking=booking.public_id if booking else None,
        booking_at=booking.starts_at if booking else None,
        booking_rep=rep,
        can_be_taken=can_be_taken and entry.state is QueueState.OPEN,
    )
