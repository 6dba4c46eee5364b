"""What an assignment cost whom, and how much of that was given back since."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, case, exists, func, or_, select
from sqlalchemy.orm import Session

from app.models import LedgerEntry, PartyRecord, Pool, Rep
from routing.ledger import Entry, EntryKind

_TURNS = (EntryKind.ASSIGNED.value, EntryKind.OWNER_ROUTED.value)
_CORRECTIONS = (EntryKind.CREDITED.value, EntryKind.ADJUSTED.value)


@dataclass(frozen=True, slots=True)
class Charge:
    """One rep's turn in one pool. `entry` is the row as it was charged; `left` is what of its amount stands."""

    pool_id: int
    pool: str
    rep_id: int
    entry: Entry
    left: int


def charges_of(session: Session, assignment_id: int) -> list[Charge]:
    """The turns that an assignment charged, by rep: of everybody who takes part by it, wherever their turn stands.
    Meetings that were recorded and not charged are none."""
    is_turn = LedgerEntry.kind.in_(_TURNS)
    charged = func.sum(case((is_turn, LedgerEntry.amount), else_=0))
    rows = session.execute(
        select(
            LedgerEntry.pool_id,
            Pool.name,
            LedgerEntry.rep_id,
            Rep.public_id,
            charged,
            func.sum(LedgerEntry.amount),
            func.max(case((is_turn, LedgerEntry.weight))),
        )
        .join(Rep, Rep.id == LedgerEntry.rep_id)
        .join(Pool, Pool.id == LedgerEntry.pool_id)
        .where(_stands_for(assignment_id), LedgerEntry.kind.in_((*_TURNS, *_CORRECTIONS)))
        .group_by(LedgerEntry.pool_id, Pool.name, LedgerEntry.rep_id, Rep.public_id)
        .having(charged > 0)
        .order_by(LedgerEntry.pool_id, LedgerEntry.rep_id)
    )
    return [
        Charge(pool_id, pool, rep_id, Entry(EntryKind.ASSIGNED, rep, int(amount), weight), int(left))
        for pool_id, pool, rep_id, rep, amount, left, weight in rows
    ]


def _stands_for(assignment_id: int) -> ColumnElement[bool]:
    """Whether a row was charged for an assignment, by it or by an earlier one whose further people went on to it."""
    same = (PartyRecord.charged_id == LedgerEntry.assignment_id, PartyRecord.rep_id == LedgerEntry.rep_id)
    went_on = exists().where(*same, PartyRecord.assignment_id != assignment_id)
    came_along = exists().where(*same, PartyRecord.assignment_id == assignment_id)
    return or_((LedgerEntry.assignment_id == assignment_id) & ~went_on, came_along)
