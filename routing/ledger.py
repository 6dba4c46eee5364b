"""Turns taken and owed in a pool, as exact whole numbers that anybody can replay.

A pool's ledger is the result of its entries in order and of nothing else. Time in here is *virtual*: a rep of
weight w moves on by 1/w per assignment, so that equal virtual times mean fair shares. It is counted in units of
1/232,792,560 (`UNIT`), the least common multiple of 1 to 20, so that every weight divides it and nothing is ever
rounded in an assignment. The pool's time V is the weighted mean of its active members' times; a rep's *lag*,
w (V - v), is what they are owed in assignments (below zero: they are ahead), and the lags of a pool sum to zero.

Nobody who joins or comes back wins a burst of leads, and nobody's share jumps when a weight changes: joiners start
level with the pool, returners with what they were owed (within limits), and a new weight keeps the lag.
"""

from collections.abc import Iterable, Mapping

from routing.book import Book, Ledger, Totals, replay
from routing.entries import TURN_GIVEN_BACK, UNIT, Entry, EntryKind, Position, turn_cost
from routing.roster import Member

__all__ = [
    "TURN_GIVEN_BACK",
    "UNIT",
    "Book",
    "Entry",
    "EntryKind",
    "Ledger",
    "Position",
    "Totals",
    "adjust",
    "charge_again",
    "credit",
    "owner_routed",
    "replay",
    "reset",
    "sync_members",
    "sync_weights",
    "turn_cost",
]

DEFAULT_MAX_CREDIT = 10
UNSAID: Mapping[str, str] = {}


def sync_members(
    ledger: Ledger, members: Iterable[Member], *, max_credit: int = DEFAULT_MAX_CREDIT
) -> tuple[Entry, ...]:
    """As `sync_weights`, for a member list without percentages, bounds or outcomes.

    Reps who are inactive or away (a long absence) have left; being busy for an hour is no leaving.
    """
    weights = {member.rep.id: member.weight for member in members if member.rep.is_present}
    return sync_weights(ledger, weights, max_credit=max_credit)


def sync_weights(
    ledger: Ledger,
    weights: Mapping[str, int],
    *,
    max_credit: int = DEFAULT_MAX_CREDIT,
    is_weighed: bool = False,
    reasons: Mapping[str, str] = UNSAID,
) -> tuple[Entry, ...]:
    """The rows that bring the ledger to those who take part: those who left, new weights, those who (re)joined.

    None when the ledger agrees already. `max_credit` limits, in assignments, what a returner brings back. Where
    weights are rows of the ledger (`is_weighed`), those of active members stay as they are. `reasons`, by rep, are
    for new weights.
    """
    positions = ledger.positions
    gone = sorted(rep for rep, at in positions.items() if at.is_active and rep not in weights)
    known = {rep: positions.get(rep) for rep in sorted(weights)}
    joined = [rep for rep, at in known.items() if at is None or not at.is_active]
    reweighted = [rep for rep, at in known.items() if at and at.is_active and at.weight != weights[rep]]
    if is_weighed:
        weights = {rep: at.weight if at and at.is_active else weights[rep] for rep, at in known.items()}
        reweighted = []
    if not (gone or joined or reweighted):
        return ()
    book = Book(ledger)
    for rep in gone:
        book.post(Entry(EntryKind.LEFT, rep, 0, positions[rep].weight))
    for rep in reweighted:
        book.post(_reweight(book, rep, weights[rep], reasons.get(rep)))
    for rep in joined:
        book.post(_join(book, rep, weights[rep], max_credit))
    return tuple(book.entries)


def _reweight(book: Book, rep: str, weight: int, reason: str | None) -> Entry:
    """Keeps the lag. Computed from the exact lag, not the rounded one: V - w (V - v) / w'."""
    at, totals = book.positions[rep], book.totals
    owed = at.weight * (totals.weighted - at.virtual_time * totals.weight)
    target = -((owed - totals.weighted * weight) // (totals.weight * weight))
    return Entry(EntryKind.REWEIGHTED, rep, target - at.virtual_time, weight, reason)


def _join(book: Book, rep: str, weight: int, max_credit: int) -> Entry:
    """Level for a newcomer; with the lag they left with, within limits, for a returner."""
    at = book.positions.get(rep, Position())
    limit = max_credit * UNIT
    lag = max(-limit, min(limit, at.saved_lag))
    return Entry(EntryKind.JOINED, rep, book.totals.level(weight, lag) - at.virtual_time, weight)


def credit(assigned: Entry, ledger: Ledger, reason: str) -> Entry:
    """The row that gives a turn back: as much as was charged at the time, whatever the weight is now."""
    weight = ledger.positions.get(assigned.rep, Position(weight=assigned.weight)).weight
    return Entry(EntryKind.CREDITED, assigned.rep, -assigned.amount, weight, reason)


def charge_again(assigned: Entry, ledger: Ledger, reason: str) -> Entry:
    """The row that takes a turn again which was given back for a reason that was none."""
    weight = ledger.positions.get(assigned.rep, Position(weight=assigned.weight)).weight
    return Entry(EntryKind.ADJUSTED, assigned.rep, assigned.amount, weight, reason)


def adjust(ledger: Ledger, rep: str, turns: int, reason: str) -> Entry:
    """A manager's correction: as if `turns` of the rep's turns were given back (below zero: taken)."""
    weight = ledger.positions[rep].weight
    return Entry(EntryKind.ADJUSTED, rep, -turns * UNIT // weight, weight, reason)


def reset(ledger: Ledger, reason: str) -> tuple[Entry, ...]:
    """The rows that start a new period: everybody active is level."""
    level = ledger.totals().level()
    active = sorted((rep, at) for rep, at in ledger.positions.items() if at.is_active)
    return tuple(
        Entry(EntryKind.RESET, rep, level - at.virtual_time, at.weight, reason) for rep, at in active
    )


def owner_routed(ledger: Ledger, rep: str, *, is_charged: bool) -> Entry | None:
    """The row for a meeting that went to its owner, charged as a turn only if the pool says so; None for an owner
    who is not in this pool."""
    at = ledger.positions.get(rep)
    if at is None:
        return None
    return Entry(
        EntryKind.OWNER_ROUTED, rep, turn_cost(at.virtual_time, at.weight) if is_charged else 0, at.weight
    )
