"""People behind queues."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.models import Queue
from app.store.configuration.writer import Writer

SETTINGS: dict[str, Any] = {"pull": "next", "max_claims": 3, "due_hours": None, "manager": None}
"""What is kept in the settings column."""


def read(session: Session) -> dict[str, dict[str, Any]]:
    """By name."""
    rows = session.scalars(select(Queue).where(Queue.archived_at.is_(None)).order_by(Queue.id))
    return {row.name: {"name": row.name, "members": list(row.members), **settings_of(row)} for row in rows}


def settings_of(row: Queue) -> dict[str, Any]:
    """How its people take from it, with what holds where nothing was said."""
    return {name: row.settings.get(name, default) for name, default in SETTINGS.items()}


def write(session: Session, key: str, item: dict[str, Any], writer: Writer) -> None:
    """Members by their e-mail addresses."""
    row = session.scalar(select(Queue).where(Queue.name == key))
    if row is None:
        row = Queue(name=key)
    row.members, row.archived_at = item["members"], None
    row.settings = {name: item.get(name, default) for name, default in SETTINGS.items()}
    session.add(row)
    session.flush()


def archive(session: Session, key: str, at: datetime) -> None:
    """What waits in it stays there; nothing new arrives."""
    session.execute(update(Queue).where(Queue.name == key).values(archived_at=at))
