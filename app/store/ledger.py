"""A pool's assignment history: rows appended, positions kept beside them."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import clock
from app.models import LedgerEntry, LedgerPosition, Rep
from routing.ledger import Entry, EntryKind, Ledger, Position, replay


def load_ledger(session: Session, pool_id: int, pool: str) -> Ledger:
    """Where everybody in a pool stands now; read it after locking the pool."""
    rows = session.execute(
        select(Rep.public_id, LedgerPosition)
        .join(Rep, Rep.id == LedgerPosition.rep_id)
        .where(LedgerPosition.pool_id == pool_id)
        .execution_options(populate_existing=True)
    )
    positions = {
        rep: Position(row.virtual_time, row.weight, row.is_active, row.last_sequence, row.saved_lag)
        for rep, row in rows
    }
    return Ledger(pool, _last_sequence(session, pool_id), positions)


def _last_sequence(session: Session, pool_id: int) -> int:
    return session.scalar(select(func.max(LedgerEntry.sequence)).where(LedgerEntry.pool_id == pool_id)) or 0


def append_entries(
    session: Session,
    pool_id: int,
    ledger: Ledger,
    entries: Iterable[Entry],
    *,
    assignment_id: int | None = None,
    actor: str | None = None,
) -> Ledger:
    """Append rows to a pool's history and move the positions along. Returns the ledger after them. `actor` is who
    made a correction."""
    entries = tuple(entries)
    if not entries:
        return ledger
    keys = _rep_keys(session, {entry.rep for entry in entries})
    for number, entry in enumerate(entries, start=ledger.sequence + 1):
        session.add(
            LedgerEntry(
                pool_id=pool_id,
                sequence=number,
                rep_id=keys[entry.rep],
                kind=entry.kind.value,
                amount=entry.amount,
                weight=entry.weight,
                reason=entry.reason,
                assignment_id=assignment_id,
                actor=actor,
                **({"at": clock.now()} if clock.is_replaced() else {}),
            )
        )
    after = ledger.apply_all(entries)
    for rep, position in after.positions.items():
        if position != ledger.positions.get(rep):
            _keep_position(session, pool_id, keys.get(rep) or _rep_keys(session, {rep})[rep], position)
    session.flush()
    return after


def turn_times(session: Session, pool_id: int, sequences: Iterable[int]) -> dict[int, datetime]:
    """When rows of a pool's history were written, by sequence."""
    rows = session.execute(
        select(LedgerEntry.sequence, LedgerEntry.at).where(
            LedgerEntry.pool_id == pool_id, LedgerEntry.sequence.in_(set(sequences))
        )
    )
    return {sequence: at for sequence, at in rows}  # noqa: C416 - rows are no pairs to mypy


def _keep_position(session: Session, pool_id: int, rep_id: int, position: Position) -> None:
    values = position.to_json()
    session.execute(
        insert(LedgerPosition)
        .values(pool_id=pool_id, rep_id=rep_id, **values)
        .on_conflict_do_update(index_elements=["pool_id", "rep_id"], set_=values)
    )


def _rep_keys(session: Session, reps: set[str]) -> dict[str, int]:
    rows = session.execute(select(Rep.public_id, Rep.id).where(Rep.public_id.in_(reps)))
    return {rep: key for rep, key in rows}  # noqa: C416 - rows are no pairs to mypy


def replay_ledger(session: Session, pool_id: int, pool: str, until: int | None = None) -> Ledger:
    """The ledger computed from its rows alone, all of them or the first `until`."""
    rows = session.execute(
        select(Rep.public_id, LedgerEntry)
        .join(Rep, Rep.id == LedgerEntry.rep_id)
        .where(LedgerEntry.pool_id == pool_id, LedgerEntry.sequence <= until if until is not None else true())
        .order_by(LedgerEntry.sequence)
    )
    return replay(
        pool, [Entry(EntryKind(row.kind), rep, row.amount, row.weight, row.reason) for rep, row in rows]
    )
