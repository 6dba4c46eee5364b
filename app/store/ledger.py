"""A pool's assignment history: rows appended, positions kept beside them."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from sqlalchemy import func, select, true
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app import clock
from app.models import LedgerEntry, LedgerPosition, Rep
from routing.ledger import Entry, EntryKind, Ledger, Position, replay


def load_ledger(session: Session, pool_id: int, pool: str) -> Ledger:
    """Where everybody in a pool stands now; read it after locking the pool. One statement: whoever has a row has a
    position."""
    last = select(func.max(LedgerEntry.sequence)).where(LedgerEntry.pool_id == pool_id).scalar_subquery()
    rows = session.execute(
        select(Rep.public_id, last, *(getattr(LedgerPosition, name) for name in Position.__slots__))
        .join(Rep, Rep.id == LedgerPosition.rep_id)
        .where(LedgerPosition.pool_id == pool_id)
    )
    sequence, positions = 0, {}
    for rep, sequence, *values in rows:  # noqa: B007 - the same in every row
        positions[rep] = Position(*values)
    return Ledger(pool, sequence or 0, positions)


def append_entries(
    session: Session,
    pool_id: int,
    ledger: Ledger,
    entries: Iterable[Entry],
    *,
    assignment_id: int | None = None,
    actor: str | None = None,
    rep_keys: Mapping[str, int] | None = None,
) -> Ledger:
    """Append rows to a pool's history and move the positions along. Returns the ledger after them. `actor` is who
    made a correction, `rep_keys` the keys of the entries' reps where the caller knows them."""
    entries = tuple(entries)
    if not entries:
        return ledger
    reps = {entry.rep for entry in entries}
    keys = {rep: rep_keys[rep] for rep in reps} if rep_keys is not None else _rep_keys(session, reps)
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
    moved = {keys[rep]: after.positions[rep] for rep in sorted(keys)}
    _keep_positions(session, pool_id, moved)
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


def _keep_positions(session: Session, pool_id: int, positions: Mapping[int, Position]) -> None:
    """An entry moves its own rep's position and nobody else's."""
    rows = [{"pool_id": pool_id, "rep_id": key, **at.to_json()} for key, at in sorted(positions.items())]
    statement = insert(LedgerPosition).values(rows)
    moved = {name: statement.excluded[name] for name in Position.__slots__}
    session.execute(statement.on_conflict_do_update(index_elements=["pool_id", "rep_id"], set_=moved))


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
