"""People behind queues."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.models import Queue
from app.store.configuration.writer import Writer


def read(session: Session) -> dict[str, dict[str, Any]]:
    """By name."""
    rows = session.scalars(select(Queue).where(Queue.archived_at.is_(None)).order_by(Queue.id))
    return {row.name: {"name": row.name, "members": list(row.members)} for row in rows}


def write(session: Session, key: str, item: dict[str, Any], writer: Writer) -> None:
    """Members by their e-mail addresses."""
    row = session.scalar(select(Queue).where(Queue.name == key))
    if row is None:
        row = Queue(name=key)
    row.members, row.archived_at = item["members"], None
    session.add(row)
    session.flush()


def archive(session: Session, key: str, at: datetime) -> None:
    """What waits in it stays there; nothing new arrives."""
    session.execute(update(Queue).where(Queue.name == key).values(archived_at=at))
