"""What people of queues, and managers, have not been told of yet."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Queue, QueueEntry, QueueState, Rep, Role, User
from app.store.claims import is_due_for_people


def take_news(session: Session, now: datetime) -> Sequence[QueueEntry]:
    """Open entries that nobody was told of, each once: whoever asks at the same time gets others."""
    rows = session.scalars(
        select(QueueEntry)
        .where(QueueEntry.state == QueueState.OPEN, QueueEntry.told_at.is_(None), is_due_for_people(now))
        .order_by(QueueEntry.id)
        .limit(500)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        row.told_at = now
    session.flush()
    return rows


def take_overdue(session: Session, now: datetime) -> Sequence[QueueEntry]:
    """Entries past their time that no manager was told of, each once."""
    rows = session.scalars(
        select(QueueEntry)
        .where(
            QueueEntry.state != QueueState.DONE, QueueEntry.due_at < now, QueueEntry.escalated_at.is_(None)
        )
        .order_by(QueueEntry.id)
        .limit(500)
        .with_for_update(skip_locked=True)
    ).all()
    for row in rows:
        row.escalated_at = now
    session.flush()
    return rows


def find_queues(session: Session, keys: Collection[int]) -> dict[int, Queue]:
    """Queues by key."""
    return {row.id: row for row in session.scalars(select(Queue).where(Queue.id.in_(keys)))}


def holders_managers(session: Session, user_ids: Collection[int]) -> dict[int, str]:
    """The manager's address of each rep behind these users, where there is one."""
    rows = session.execute(
        select(Rep.user_id, Rep.manager_email).where(
            Rep.user_id.in_(user_ids), Rep.manager_email.is_not(None)
        )
    )
    return {user: email for user, email in rows if user is not None and email}


def list_managers(session: Session) -> list[str]:
    """Who may be told when nobody else is named: managers, or where there are none, admins."""
    rows = session.execute(
        select(User.email, User.role).where(User.is_active, User.role.in_((Role.MANAGER, Role.ADMIN)))
    ).all()
    managers = sorted(email for email, role in rows if role is Role.MANAGER)
    return managers or sorted(email for email, _ in rows)
