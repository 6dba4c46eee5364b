"""Turns given back: what a pool says about them, how many there were, and those that wait for a manager."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from app.ids import new_id
from app.models import CreditState, LedgerEntry, PendingCredit, Pool
from routing.ledger import EntryKind

CREDIT_FOR = ("cancellation", "no_show", "skip")
PER_MONTH = 5


@dataclass(frozen=True, slots=True)
class CreditPolicy:
    """What a pool gives turns back for, and how many a rep gets in a calendar month without being asked about
    (None: any number)."""

    credit_for: frozenset[str]
    per_month: int | None


def credit_policy(session: Session, pool_id: int) -> CreditPolicy:
    """The pool's policy."""
    settings = session.scalars(select(Pool.settings).where(Pool.id == pool_id)).one()
    return CreditPolicy(
        frozenset(settings.get("credit_for", CREDIT_FOR)), settings.get("credits_per_month", PER_MONTH)
    )


def count_credits(
    session: Session, pool_id: int, rep_id: int, reasons: Collection[str], since: datetime
) -> int:
    """How many turns a rep was given back for these reasons, without a manager, since an instant."""
    return (
        session.scalar(
            select(func.count())
            .select_from(LedgerEntry)
            .where(
                LedgerEntry.pool_id == pool_id,
                LedgerEntry.rep_id == rep_id,
                LedgerEntry.kind == EntryKind.CREDITED.value,
                LedgerEntry.reason.in_(reasons),
                LedgerEntry.actor.is_(None),
                LedgerEntry.at >= since,
            )
        )
        or 0
    )


def add_pending_credit(
    session: Session, pool_id: int, rep_id: int, assignment_id: int, reason: str
) -> PendingCredit | None:
    """Have a rep's credit wait for a manager; None when it waits for this assignment already."""
    waits = _waiting(assignment_id).where(PendingCredit.rep_id == rep_id)
    if session.scalar(waits) is not None:
        return None
    row = PendingCredit(
        public_id=new_id("crd"),
        pool_id=pool_id,
        rep_id=rep_id,
        assignment_id=assignment_id,
        reason=reason,
        state=CreditState.WAITING,
    )
    session.add(row)
    session.flush()
    return row


def drop_waiting_credits(session: Session, assignment_id: int) -> None:
    """Nobody needs to decide about an assignment's credits any more."""
    for row in session.scalars(_waiting(assignment_id)):
        session.delete(row)
    session.flush()


def _waiting(assignment_id: int) -> Select[PendingCredit]:
    return select(PendingCredit).where(
        PendingCredit.assignment_id == assignment_id, PendingCredit.state == CreditState.WAITING
    )


def lock_pending_credit(session: Session, public_id: str) -> PendingCredit | None:
    """A credit that waits or waited, locked."""
    return session.scalar(select(PendingCredit).where(PendingCredit.public_id == public_id).with_for_update())


def list_waiting_credits(session: Session, pool_id: int | None = None) -> Sequence[PendingCredit]:
    """Credits that wait for a manager, the oldest first."""
    query = (
        select(PendingCredit)
        .where(PendingCredit.state == CreditState.WAITING)
        .options(joinedload(PendingCredit.rep), joinedload(PendingCredit.pool))
        .order_by(PendingCredit.id)
    )
    if pool_id is not None:
        query = query.where(PendingCredit.pool_id == pool_id)
    return session.scalars(query).all()
