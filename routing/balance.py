"""Who is too far ahead of the others to be offered, in a pool whose offering is `balanced`.

A rep is *ahead* when they have had more than `max_ahead` turns beyond their share, counted among the active members of
their tier. Those who are ahead are not offered as long as anybody who is not ahead has a time; no time that somebody
else could give is ever lost by it.
"""

from collections.abc import Collection, Mapping
from fractions import Fraction

from routing.assignment import open_book
from routing.ledger import UNIT, Book, Ledger, Totals
from routing.pool import Distribution, Pool
from routing.refusal import Refusal


def ahead_of_pool(pool: Pool, ledger: Ledger, able: Collection[str]) -> dict[str, Refusal]:
    """Those of the `able` (candidates who have any time) who are not offered, with how far ahead they are.

    Nobody, when all who are able are ahead.
    """
    book = open_book(pool, ledger, frozenset(able))
    levels = _levels(pool, book)
    refusals: dict[str, Refusal] = {}
    for rep in sorted(rep for rep in able if rep in pool.by_rep and rep in book.positions):
        turns = _turns_ahead(pool, book, levels[pool.by_rep[rep].tier], rep)
        if turns > pool.max_ahead:
            detail = {"ahead": round(float(turns), 2), "most": pool.max_ahead}
            refusals[rep] = Refusal(rep, "ahead_of_pool", detail)
    return refusals if len(refusals) < len(able) else {}


def _levels(pool: Pool, book: Book) -> Mapping[int, Totals]:
    """The totals of each tier's active members."""
    found: dict[int, Totals] = {}
    for rep, member in pool.by_rep.items():
        if rep in book.positions:
            found[member.tier] = found.get(member.tier, Totals()).with_(book.positions[rep])
    return found


def _turns_ahead(pool: Pool, book: Book, totals: Totals, rep: str) -> Fraction:
    """Turns had beyond the share, exactly; below zero for those who are owed some."""
    at = book.positions[rep]
    if not totals.weight:
        return Fraction(0)
    beyond = at.virtual_time - Fraction(totals.weighted, totals.weight)
    # where every candidate is credited with a part of each lead, time is counted in whole leads already
    return beyond * (1 if pool.distribution is Distribution.EQUAL_CHANCES else at.weight) / UNIT
