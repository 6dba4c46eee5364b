"""Shares of turns against their targets, and what each member is owed, from the ledger's positions."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.store.pages.pools import Standing
from routing.ledger import UNIT


@dataclass(frozen=True, slots=True)
class Share:
    """One member. `share` and `target` are parts of one; `owed` is in turns (positive: behind, their turn nears).
    `order` is the place in the rotation, from 1; None for those who left."""

    standing: Standing
    share: float
    target: float
    owed: float
    order: int | None

    @property
    def words(self) -> str:
        """The same as a sentence."""
        return (
            f"{self.standing.name}: {self.standing.turns} turns, {self.share:.0%} of all; "
            f"target {self.target:.0%}"
        )


def shares_of(standings: Sequence[Standing]) -> list[Share]:
    """Everybody's share, in the order in which turns would come if all were free (the fairness rule)."""
    active = [each for each in standings if each.is_active]
    weight = sum(each.weight for each in active)
    weighted = sum(each.weight * each.virtual_time for each in active)
    turns = sum(each.turns for each in active)
    order = sorted(active, key=lambda each: _turn(each, weight, weighted))
    places = {each.rep_id: number for number, each in enumerate(order, start=1)}
    rows = [
        Share(
            standing=each,
            share=each.turns / turns if turns and each.is_active else 0.0,
            target=each.weight / weight if weight and each.is_active else 0.0,
            owed=each.weight * (weighted / weight - each.virtual_time) / UNIT if each.is_active else 0.0,
            order=places.get(each.rep_id),
        )
        for each in standings
    ]
    return sorted(rows, key=lambda row: (row.order is None, row.order or 0))


def _turn(each: Standing, weight: int, weighted: int) -> tuple[bool, int, int, str]:
    """Those who are not ahead of the pool first, by their deadline; then the others by their time."""
    is_ahead = each.virtual_time * weight > weighted
    key = each.virtual_time if is_ahead else each.virtual_time + UNIT // each.weight
    return is_ahead, key, each.last_sequence or 0, each.rep
