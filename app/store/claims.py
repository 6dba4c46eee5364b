"""Taking requests from queues: one person each, however many ask at once."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Numeric, any_, case, cast, exists, func, literal, or_, select, update
from sqlalchemy.orm import Session

from app.models import Handover, Queue, QueueEntry, QueueState, Request, RequestFacts, User

CHOOSING = timedelta(hours=1)
"""For so long a prospect who was shown times is left to choose one by themselves."""

NOT_BOOKED = "not-booked"


def find_queue(session: Session, name: str) -> Queue | None:
    """A queue in use."""
    return session.scalar(select(Queue).where(Queue.name == name, Queue.archived_at.is_(None)))


def is_due_for_people(now: datetime) -> ColumnElement[bool]:
    """Whether an entry needs somebody: at once, or when the prospect has had time to choose."""
    return or_(QueueEntry.reason != NOT_BOOKED, QueueEntry.created_at <= now - CHOOSING)


def score() -> ColumnElement[Any]:
    """The request's score; none counts as 0."""
    value = RequestFacts.facts["score"]
    return case((func.jsonb_typeof(value) == "number", cast(value.astext, Numeric)), else_=0)


def pressing_first(now: datetime) -> tuple[Any, ...]:
    """Overdue ones, then the higher score, then whoever is due first."""
    return (
        (QueueEntry.due_at < now).desc(),
        func.coalesce(score(), 0).desc(),
        QueueEntry.due_at,
        QueueEntry.id,
    )


def lock_person(session: Session, user_id: int) -> None:
    """One claim at a time by one person, so that their limit holds."""
    session.execute(select(User.id).where(User.id == user_id).with_for_update(key_share=True))


def count_claims(session: Session, queue_id: int, user_id: int) -> int:
    """How many requests of a queue somebody has."""
    return (
        session.scalar(
            select(func.count())
            .select_from(QueueEntry)
            .where(
                QueueEntry.queue_id == queue_id,
                QueueEntry.claimed_by == user_id,
                QueueEntry.state == QueueState.CLAIMED,
            )
        )
        or 0
    )


def lock_next(session: Session, queue_id: int, now: datetime, rep_id: int | None = None) -> QueueEntry | None:
    """The most pressing entry whose request nobody else is at, with its request locked; None when there is none.

    Requests are locked before entries, as everywhere else; what somebody has locked is passed over, not waited for.
    With `rep_id`, nothing that this rep gave on before.
    """
    return session.scalar(
        select(QueueEntry)
        .join(Request, Request.id == QueueEntry.request_id)
        .outerjoin(RequestFacts, RequestFacts.request_id == Request.id)
        .where(
            QueueEntry.queue_id == queue_id,
            QueueEntry.state == QueueState.OPEN,
            is_due_for_people(now),
            ~exists().where(Handover.request_id == QueueEntry.request_id, Handover.rep_id == rep_id),
        )
        .order_by(*pressing_first(now))
        .limit(1)
        .with_for_update(of=Request, skip_locked=True)
        .execution_options(populate_existing=True)
    )


def find_entry(session: Session, public_id: str) -> QueueEntry | None:
    """An entry, whatever became of it."""
    return session.scalar(
        select(QueueEntry).where(QueueEntry.public_id == public_id).execution_options(populate_existing=True)
    )


def mark_claimed(session: Session, entry: QueueEntry, user_id: int, now: datetime) -> bool:
    """Give an open entry to somebody. False when somebody else was quicker: the row itself decides."""
    taken = session.execute(
        update(QueueEntry)
        .where(QueueEntry.id == entry.id, QueueEntry.state == QueueState.OPEN)
        .values(state=QueueState.CLAIMED, claimed_by=user_id, claimed_at=now)
        .returning(QueueEntry.id)
    ).first()
    return taken is not None


def mark_open(session: Session, entry: QueueEntry) -> bool:
    """Give a claimed entry back to its queue."""
    given = session.execute(
        update(QueueEntry)
        .where(QueueEntry.id == entry.id, QueueEntry.state == QueueState.CLAIMED)
        .values(state=QueueState.OPEN, claimed_by=None, claimed_at=None)
        .returning(QueueEntry.id)
    ).first()
    return given is not None


def list_memberships(session: Session, email: str) -> list[Queue]:
    """The queues that somebody takes from, by name."""
    rows = session.scalars(
        select(Queue)
        .where(Queue.archived_at.is_(None), literal(email.lower()) == any_(Queue.members))
        .order_by(Queue.name)
    )
    return list(rows)
