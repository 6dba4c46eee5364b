"""The arithmetic of a ledger: exact sums over its active members, and what each row does."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from routing.entries import TURN_GIVEN_BACK, UNIT, Entry, EntryKind, Position
from routing.json_values import JSON


@dataclass(frozen=True, slots=True)
class Totals:
    """Over the active members: `weighted` is the sum of weight times virtual time, `weight` the sum of weights."""

    weighted: int = 0
    weight: int = 0

    def with_(self, position: Position, sign: int = 1) -> "Totals":
        """The totals with a position counted in, or (`sign` -1) out; an inactive one counts nothing."""
        if not position.is_active:
            return self
        weight = sign * position.weight
        return Totals(self.weighted + weight * position.virtual_time, self.weight + weight)

    def level(self, weight: int = 1, lag: int = 0) -> int:
        """The virtual time that leaves a rep of this weight with this lag, rounded up (never in their favor);
        0 in an empty pool."""
        if not self.weight:
            return -(lag // weight)
        return -((lag * self.weight - self.weighted * weight) // (self.weight * weight))

    def lag(self, position: Position) -> int:
        """What the rep is owed, in units, rounded down; 0 in an empty pool."""
        if not self.weight:
            return 0
        return position.weight * (self.weighted - position.virtual_time * self.weight) // self.weight


@dataclass(frozen=True, slots=True)
class Ledger:
    """Where everybody in a pool stands after `sequence` entries."""

    pool: str
    sequence: int = 0
    positions: Mapping[str, Position] = field(default_factory=dict)

    def apply(self, entry: Entry) -> "Ledger":
        """The ledger with one more entry."""
        return self.apply_all((entry,))

    def apply_all(self, entries: Iterable[Entry]) -> "Ledger":
        """The ledger with more entries, in order."""
        book = Book(self)
        for entry in entries:
            book.post(entry)
        return Ledger(self.pool, book.sequence, book.positions)

    def totals(self) -> Totals:
        """The sums over the active members."""
        active = [position for position in self.positions.values() if position.is_active]
        weighted = sum(position.weight * position.virtual_time for position in active)
        return Totals(weighted, sum(position.weight for position in active))

    def lag(self, rep: str) -> float:
        """Assignments owed to an active rep (below zero: ahead), for people to read."""
        position = self.positions.get(rep)
        if position is None or not position.is_active:
            return 0.0
        return round(self.totals().lag(position) / UNIT, 4)

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON; positions by rep id, sorted."""
        positions = {rep: self.positions[rep].to_json() for rep in sorted(self.positions)}
        return {"pool": self.pool, "sequence": self.sequence, "positions": positions}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Ledger":
        """The ledger that `to_json` gave."""
        positions = {rep: Position.from_json(position) for rep, position in data["positions"].items()}
        return cls(data["pool"], data["sequence"], positions)


class Book:
    """A ledger that is being written: posts entries and keeps the totals as it goes."""

    def __init__(self, ledger: Ledger) -> None:
        self.positions = dict(ledger.positions)
        self.sequence = ledger.sequence
        self.totals = ledger.totals()
        self.entries: list[Entry] = []

    def post(self, entry: Entry) -> None:
        """Append one entry."""
        before = self.positions.get(entry.rep, Position())
        self.sequence += 1
        after = _moved(before, entry, self.sequence, self.totals)
        self.totals = self.totals.with_(before, -1).with_(after)
        self.positions[entry.rep] = after
        self.entries.append(entry)


def _moved(before: Position, entry: Entry, sequence: int, totals: Totals) -> Position:
    """The position after an entry. What is added to an absent rep's time comes off the lag kept for them."""
    after = replace(before, virtual_time=before.virtual_time + entry.amount, weight=entry.weight)
    match entry.kind:
        case EntryKind.JOINED:
            return replace(after, is_active=True, saved_lag=0)
        case EntryKind.LEFT:
            return replace(after, is_active=False, saved_lag=totals.lag(before))
        case EntryKind.ASSIGNED:
            after = replace(after, last_sequence=sequence)
        case EntryKind.OWNER_ROUTED if entry.amount:
            after = replace(after, last_sequence=sequence)
        case EntryKind.CREDITED:
            after = replace(after, last_sequence=TURN_GIVEN_BACK)
    if not before.is_active:
        after = replace(after, saved_lag=before.saved_lag - entry.amount * before.weight)
    return after


def replay(pool: str, entries: Iterable[Entry]) -> Ledger:
    """The ledger that these entries, in order, make."""
    return Ledger(pool).apply_all(entries)
