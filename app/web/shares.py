"""Shares of turns against their targets, and what each member is owed, from the ledger's positions."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.store.pages.pools import Standing
from routing.ledger import UNIT, turn_cost


@dataclass(frozen=True, slots=True)
class Share:
    """One member. `share` and `target` are parts of one; `owed` is in turns (positive: behind, their turn nears).
    `order` is the place in the rotation, from 1; None for those who left or are passed over. `of`: all turns."""

    standing: Standing
    share: float
    target: float
    owed: float
    order: int | None
    of: int = 0

    @property
    def ahead(self) -> float:
        """Turns had beyond the target (below zero: behind), over the whole history."""
        return self.standing.turns - self.target * self.of

    @property
    def words(self) -> str:
        """The same as a sentence."""
        return (
            f"{self.standing.name}: {self.standing.turns} turns, {self.share:.0%} of all; "
            f"target {self.target:.0%}"
        )


def shares_of(standings: Sequence[Standing], ranked: Sequence[str] | None = None) -> list[Share]:
    """Everybody's share, in the order in which turns would come if all were free: that of `ranked` (reps' public
    ids), where the pool's own order is known, else by the fairness rule."""
    active = [each for each in standings if each.is_active]
    weight = sum(each.weight for each in active)
    weighted = sum(each.weight * each.virtual_time for each in active)
    turns = sum(each.turns for each in active)
    if ranked is None:
        ranked = [each.rep for each in sorted(active, key=lambda each: _turn(each, weight, weighted))]
    places = {rep: number for number, rep in enumerate(ranked, start=1)}
    rows = [
        Share(
            standing=each,
            share=each.turns / turns if turns and each.is_active else 0.0,
            target=each.weight / weight if weight and each.is_active else 0.0,
            owed=each.weight * (weighted / weight - each.virtual_time) / UNIT if each.is_active else 0.0,
            order=places.get(each.rep),
            of=turns,
        )
        for each in standings
    ]
    return sorted(rows, key=lambda row: (row.order is None, row.order or 0))


def _turn(each: Standing, weight: int, weighted: int) -> tuple[bool, int, int, str]:
    """Those who are not ahead of the pool first, by their deadline; then the others by their time."""
    is_ahead = each.virtual_time * weight > weighted
    key = each.virtual_time if is_ahead else each.virtual_time + turn_cost(each.virtual_time, each.weight)
    return is_ahead, key, each.last_sequence or 0, each.rep
