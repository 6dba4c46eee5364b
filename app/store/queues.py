"""Requests that wait for a person."""

from datetime import datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import clock
from app.ids import new_id
from app.models import Queue, QueueEntry, QueueState


def put_in_queue(session: Session, queue_id: int, request_id: int, reason: str, due_at: datetime) -> None:
    """Have the request wait in a queue; it waits in one queue at a time. A queue's own time limit goes before
    `due_at`. Its people are told anew, whoever had it before."""
    hours = session.scalar(select(Queue.settings["due_hours"].as_integer()).where(Queue.id == queue_id))
    if hours is not None:
        due_at = clock.now() + timedelta(hours=hours)
    moved = session.execute(
        update(QueueEntry)
        .where(QueueEntry.request_id == request_id, QueueEntry.state != QueueState.DONE)
        .values(
            queue_id=queue_id,
            reason=reason,
            due_at=due_at,
            state=QueueState.OPEN,
            claimed_by=None,
            claimed_at=None,
            told_at=None,
            escalated_at=None,
        )
        .returning(QueueEntry.id)
    ).first()
    if moved is None:
        session.execute(
            insert(QueueEntry).values(
                public_id=new_id("que"),
                queue_id=queue_id,
                request_id=request_id,
                state=QueueState.OPEN,
                reason=reason,
                due_at=due_at,
            )
        )


def leave_queue(session: Session, request_id: int) -> None:
    """The request needs nobody any more."""
    session.execute(
        update(QueueEntry)
        .where(QueueEntry.request_id == request_id, QueueEntry.state != QueueState.DONE)
        .values(state=QueueState.DONE, done_at=clock.now())
    )


def waiting_state(session: Session, request_id: int) -> QueueState | None:
    """Whether the request waits for somebody or has been taken; None when it is in no queue."""
    return session.scalar(
        select(QueueEntry.state).where(
            QueueEntry.request_id == request_id, QueueEntry.state != QueueState.DONE
        )
    )


def queue_of(session: Session, request_id: int) -> int | None:
    """The queue a request waits in."""
    return session.scalar(
        select(QueueEntry.queue_id).where(
            QueueEntry.request_id == request_id, QueueEntry.state != QueueState.DONE
        )
    )
