"""Pools' histories as they would have become: the rows of the past, but for the turns that are given anew."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.db import Session
from app.store.past_decisions import PastAssignment, PastEntry, ledger_rows
from routing.ledger import Book, Entry, EntryKind, Ledger, charge_again, credit


@dataclass(frozen=True, slots=True)
class _Again:
    """An assignment that was made again. `charged` is its turn in `pool`; `due` are the rows of the past's assignment
    in `past_pool` that have not come by yet."""

    pool: int | None
    charged: Entry | None
    past_pool: int | None
    past_winner: str | None
    due: list[Entry]


class ReplayedLedgers:
    """One book for each pool. Rows that belong to an assignment which was made again are left out, for the new
    assignment posted its own; a turn that was given back is given back to whoever got it now."""

    def __init__(self) -> None:
        self._books: dict[int, Book] = {}
        self._read: dict[int, int] = {}
        self._again: dict[int, _Again] = {}

    def at_sequence(self, session: Session, pool_id: int, pool: str, sequence: int) -> Ledger:
        """Where everybody stands after the past's row `sequence`."""
        after = self._read.get(pool_id, 0)
        return self._advance(pool_id, pool, ledger_rows(session, pool_id, after, until=sequence))

    def at(self, session: Session, pool_id: int, pool: str, instant: datetime) -> Ledger:
        """Where everybody stands at an instant."""
        after = self._read.get(pool_id, 0)
        return self._advance(pool_id, pool, ledger_rows(session, pool_id, after, at=instant))

    def _advance(self, pool_id: int, pool: str, rows: Iterable[PastEntry]) -> Ledger:
        book = self._books.setdefault(pool_id, Book(Ledger(pool)))
        for row in rows:
            self._read[pool_id] = row.sequence
            entry = self._as_replayed(pool_id, row, Ledger(pool, book.sequence, book.positions))
            if entry is not None:
                book.post(entry)
        book.entries.clear()
        return Ledger(pool, book.sequence, dict(book.positions))

    def _as_replayed(self, pool_id: int, row: PastEntry, ledger: Ledger) -> Entry | None:
        again = self._again.get(row.assignment) if row.assignment is not None else None
        if again is None or again.past_pool != pool_id:
            return row.entry
        if again.due and again.due[0] == row.entry:
            del again.due[0]
            return None
        if row.entry.rep != again.past_winner:
            return row.entry  # somebody else's at the same meeting
        if again.charged is None or again.pool != pool_id:
            return None
        give_or_take = credit if row.entry.kind is EntryKind.CREDITED else charge_again
        return give_or_take(again.charged, ledger, row.entry.reason or "")

    def post(self, past: PastAssignment, pool_id: int | None, entries: Iterable[Entry]) -> None:
        """Charge an assignment that was made again, in place of the past's rows for it."""
        charged = None
        for entry in entries:
            assert pool_id is not None
            self._books[pool_id].post(entry)
            charged = entry if entry.kind is EntryKind.ASSIGNED else charged
        due = [Entry.from_json(entry) for entry in past.trace["entries"]]
        self._again[past.key] = _Again(pool_id, charged, past.pool_id, past.trace["winner"], due)
