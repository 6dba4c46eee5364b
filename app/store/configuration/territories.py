"""Named parts of the market."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.models import Territory
from app.store.configuration.writer import Writer

_UNSET: dict[str, Any] = {"pool": None, "adjacent": [], "priority": 1, "from": None, "until": None}


def read(session: Session) -> dict[str, dict[str, Any]]:
    """By name."""
    rows = session.scalars(select(Territory).where(Territory.archived_at.is_(None)).order_by(Territory.id))
    return {row.name: {"name": row.name, "when": row.condition, **_UNSET, **row.settings} for row in rows}


def write(session: Session, key: str, item: dict[str, Any], writer: Writer) -> None:
    """The condition as the routing library spells it."""
    row = session.scalar(select(Territory).where(Territory.name == key))
    if row is None:
        row = Territory(name=key)
    row.condition, row.archived_at = item["when"], None
    row.settings = {key: item[key] for key, unset in _UNSET.items() if item[key] != unset}
    session.add(row)
    session.flush()


def archive(session: Session, key: str, at: datetime) -> None:
    """Nobody refers to it any more."""
    session.execute(update(Territory).where(Territory.name == key).values(archived_at=at))
