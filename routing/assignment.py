"""Chooses the rep for one time out of those who can take it, and says how."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from routing.assigned import Assignment, Ranked
from routing.charging import charge
from routing.ledger import Book, Ledger, owner_routed, sync_weights
from routing.limits import are_returning, refuse
from routing.load import Load
from routing.ranking import Ranking, decided_by
from routing.refusal import Refusal
from routing.roster import Pool
from routing.scales import Scene

__all__ = ["Assignment", "Load", "Ranked", "assign", "assign_owner", "open_book"]

NOBODY: frozenset[str] = frozenset()


def assign(
    pool: Pool,
    *,
    slot: tuple[int, int],
    candidates: Iterable[str],
    refused: Mapping[str, Refusal],
    loads: Mapping[str, Load],
    ledger: Ledger,
    lost: frozenset[str] = frozenset(),
    skill: str | None = None,
    prefer_skills: Mapping[str, int] | None = None,
) -> Assignment:
    """The rep of a pool for one slot (UTC minutes, half-open).

    `candidates` are those the route allowed; `refused` says why some of them cannot take this slot, `lost` names
    those for whom somebody else was quicker. Caps of members and the pool's utilization ceiling refuse here.
    Order: tier, then how many of `prefer_skills` the rep has, then the pool's distribution, then the longest since
    the last turn, then the id. The ledger need not agree with the pool's member list: the rows that make it agree
    come first in `entries`.
    """
    wanted = frozenset(candidates)
    book = open_book(pool, ledger, wanted)
    refusals = refuse(pool, wanted, refused, loads, lost)
    eligible = [pool.by_rep[rep] for rep in sorted(wanted - refusals.keys())]
    weights = {member.rep.id: book.positions[member.rep.id].weight for member in eligible}
    scene = Scene(pool, book.totals, loads, skill, weights)
    ranking = Ranking(scene, book.positions, prefer_skills or {})
    order = ranking.sort(eligible)
    nobody = Assignment(
        pool=pool.name,
        distribution=pool.distribution,
        slot=slot,
        winner=None,
        runner_up=None,
        ranking=ranking.ranked(order),
        refused=tuple(refusals[rep] for rep in sorted(refusals)),
        tie_break=None,
        reason="nobody",
        entries=(),
        would_have_won=ranking.overtaking(order[0] if order else None, refusals),
    )
    if not order:
        return nobody
    charge(book, scene, order[0].rep)
    reason, tie_break = decided_by(pool.distribution, order)
    return replace(
        nobody,
        winner=order[0].rep,
        runner_up=order[1].rep if len(order) > 1 else None,
        tie_break=tie_break,
        reason=reason,
        entries=tuple(book.entries),
    )


def open_book(pool: Pool, ledger: Ledger, candidates: frozenset[str] = NOBODY) -> Book:
    """The ledger brought to those who take part: the present members and, while everybody who could take a lead is
    away, the candidates who will be back."""
    taking_part = {rep.id for rep in pool.present}
    returning = candidates - taking_part if are_returning(pool, candidates) else NOBODY
    weights = pool.weights_of(taking_part | returning) if returning else pool.weights
    book = Book(ledger)
    for entry in sync_weights(
        ledger, weights, max_credit=pool.max_credit, is_weighed=pool.performance is not None
    ):
        book.post(entry)
    return book


def assign_owner(
    rep: str,
    *,
    slot: tuple[int, int],
    refused: Mapping[str, Refusal],
    pool: Pool | None = None,
    ledger: Ledger | None = None,
    covers: str | None = None,
) -> Assignment:
    """A slot with the lead's owner, or with a rep whom a rule names; nobody when `refused` has them.

    With a pool and its ledger the meeting is recorded there, as a turn only if the pool charges owners. `covers`:
    the absent rep whose place this one takes, and to whose account the meeting goes.
    """
    refusal = refused.get(rep)
    entry = None
    if refusal is None and pool is not None and ledger is not None:
        entry = owner_routed(ledger, covers or rep, is_charged=pool.charge_owner)
    return Assignment(
        pool=None,
        distribution=None,
        slot=slot,
        winner=None if refusal else rep,
        runner_up=None,
        ranking=() if refusal else (Ranked(rep, 1, {"covers": covers} if covers else {}),),
        refused=(refusal,) if refusal else (),
        tie_break=None,
        reason="nobody" if refusal else "owner",
        entries=(entry,) if entry else (),
    )
