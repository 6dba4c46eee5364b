"""Pools that begin anew by the month or the quarter."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import LedgerEntry, Pool
from routing.ledger import EntryKind

PERIODS = ("monthly", "quarterly")


def list_pools_with_period(session: Session) -> Sequence[Pool]:
    """Pools in use whose ledger is reset, in the order in which they are locked."""
    return session.scalars(
        select(Pool)
        .where(Pool.archived_at.is_(None), Pool.settings["reset"].astext.in_(PERIODS))
        .order_by(Pool.id)
    ).all()


def was_reset_since(session: Session, pool_id: int, since: datetime) -> bool:
    """Whether the pool's period was begun."""
    found = session.scalar(
        select(LedgerEntry.id)
        .where(
            LedgerEntry.pool_id == pool_id,
            LedgerEntry.kind == EntryKind.RESET.value,
            LedgerEntry.at >= since,
        )
        .limit(1)
    )
    return found is not None
