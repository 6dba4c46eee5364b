"""Where everybody stands in a pool: positions and counts, all from the ledger."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from app.models import AssignmentRecord, Lead, LedgerEntry, LedgerPosition, Pool, Rep, Request
from app.store.pages.setup import name_actors
from routing.ledger import UNIT

TURNS = ("assigned",)
GIVEN_BACK = ("credited",)


@dataclass(frozen=True, slots=True)
class Standing:
    """A member's account in a pool. `turns` counts assignments less turns given back."""

    rep_id: int
    rep: str
    name: str
    assigned: int
    given_back: int
    owner_routed: int
    virtual_time: int
    weight: int
    is_active: bool
    last_sequence: int | None

    @property
    def turns(self) -> int:
        """What counts towards the share."""
        return self.assigned - self.given_back


@dataclass(frozen=True, slots=True)
class LedgerLine:
    """One row of a pool's history, for people. `turns` is what it added to what the rep is owed by itself (a turn
    taken: -1); `by` is who made a correction."""

    sequence: int
    at: datetime
    kind: str
    rep: str
    reason: str | None
    lead: str | None
    lead_name: str | None
    pool: str
    turns: float = 0.0
    by: str | None = None


def find_pool(session: Session, name: str) -> Pool | None:
    """A pool in use."""
    return session.scalar(select(Pool).where(Pool.name == name, Pool.archived_at.is_(None)))


def list_standings(session: Session, pool_id: int) -> list[Standing]:
    """Everybody who has an account in the pool, whoever is furthest behind first."""
    counts = (
        select(
            LedgerEntry.rep_id,
            func.sum(case((LedgerEntry.kind.in_(TURNS), 1), else_=0)).label("assigned"),
            func.sum(case((LedgerEntry.kind.in_(GIVEN_BACK), 1), else_=0)).label("given_back"),
            func.sum(case((LedgerEntry.kind == "owner_routed", 1), else_=0)).label("owner_routed"),
        )
        .where(LedgerEntry.pool_id == pool_id)
        .group_by(LedgerEntry.rep_id)
        .subquery()
    )
    rows = session.execute(
        select(Rep, LedgerPosition, counts.c.assigned, counts.c.given_back, counts.c.owner_routed)
        .join(LedgerPosition, LedgerPosition.rep_id == Rep.id)
        .outerjoin(counts, counts.c.rep_id == Rep.id)
        .where(LedgerPosition.pool_id == pool_id)
        .order_by(LedgerPosition.is_active.desc(), LedgerPosition.virtual_time, Rep.name)
    )
    return [
        Standing(
            rep_id=rep.id,
            rep=rep.public_id,
            name=rep.name,
            assigned=int(assigned or 0),
            given_back=int(given_back or 0),
            owner_routed=int(owner or 0),
            virtual_time=at.virtual_time,
            weight=at.weight,
            is_active=at.is_active,
            last_sequence=at.last_sequence,
        )
        for rep, at, assigned, given_back, owner in rows
    ]


def list_ledger(
    session: Session,
    *,
    pool_id: int | None = None,
    rep_id: int | None = None,
    limit: int = 40,
    before: int | None = None,
) -> Sequence[LedgerLine]:
    """The newest rows of a pool's history, or of a rep's in every pool; `before` a sequence number."""
    query = (
        select(LedgerEntry, Rep.name, Lead.public_id, Lead.name, Pool.name)
        .join(Rep, Rep.id == LedgerEntry.rep_id)
        .join(Pool, Pool.id == LedgerEntry.pool_id)
        .outerjoin(AssignmentRecord, AssignmentRecord.id == LedgerEntry.assignment_id)
        .outerjoin(Request, Request.id == AssignmentRecord.request_id)
        .outerjoin(Lead, Lead.id == Request.lead_id)
        .order_by(LedgerEntry.id.desc())
        .limit(limit)
    )
    if pool_id is not None:
        query = query.where(LedgerEntry.pool_id == pool_id)
    if rep_id is not None:
        query = query.where(LedgerEntry.rep_id == rep_id)
    if before is not None:
        query = query.where(LedgerEntry.sequence < before)
    rows = session.execute(query).all()
    names = name_actors(session, {entry.actor for entry, *_ in rows if entry.actor})
    return [
        LedgerLine(
            sequence=entry.sequence,
            at=entry.at,
            kind=entry.kind,
            rep=rep,
            reason=entry.reason,
            lead=lead,
            lead_name=lead_name,
            pool=pool,
            turns=round(-entry.amount * entry.weight / UNIT, 2) + 0.0,
            by=names.get(entry.actor) if entry.actor else None,
        )
        for entry, rep, lead, lead_name, pool in rows
    ]
