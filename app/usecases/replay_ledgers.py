"""Pools' histories as they would have become: the rows of the past, but for the turns that are given anew."""

from collections.abc import Iterable
from datetime import datetime

from app.db import Session
from app.store.past_decisions import PastEntry, ledger_rows
from routing.ledger import Book, Entry, EntryKind, Ledger, credit


class ReplayedLedgers:
    """One book for each pool. Rows that belong to an assignment which was made again are left out, for the new
    assignment posted its own; a turn that was given back is given back to whoever got it now."""

    def __init__(self) -> None:
        self._books: dict[int, Book] = {}
        self._read: dict[int, int] = {}
        self._again: dict[int, tuple[int, Entry | None]] = {}

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
        if row.assignment is None or row.assignment not in self._again:
            return row.entry
        if row.entry.kind is not EntryKind.CREDITED:
            return None
        pool, charged = self._again[row.assignment]
        return credit(charged, ledger, row.entry.reason or "") if charged and pool == pool_id else None

    def post(self, pool_id: int | None, assignment: int, entries: Iterable[Entry]) -> None:
        """Charge an assignment that was made again, in place of the past's rows for it."""
        charged = None
        for entry in entries:
            assert pool_id is not None
            self._books[pool_id].post(entry)
            charged = entry if entry.kind is EntryKind.ASSIGNED else charged
        self._again[assignment] = pool_id or 0, charged
