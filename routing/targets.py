"""What share of a pool's leads each member is set to have, as the whole-number weights that the ledger counts by.

Members with a `percent` get that part; the others divide what is left by weight. Factors from past outcomes (tenths)
multiply a share, and `floor` and `cap` then bound it: all shares stay in proportion to one another as far as their
bounds allow. Bounds are about those who take part. Where they cannot all be kept, because others are absent, the caps
give way first, for a lead always goes to somebody.
"""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from math import gcd
from typing import Protocol

WHOLE = 10_000
"""Bounded shares are kept to a hundredth of a percent."""
NEUTRAL = 10
"""A factor of one, in tenths."""


class Sharer(Protocol):
    """What a share is made of."""

    @property
    def id(self) -> str: ...
    @property
    def weight(self) -> int: ...
    @property
    def percent(self) -> int | None: ...
    @property
    def floor(self) -> int | None: ...
    @property
    def cap(self) -> int | None: ...


def ledger_weights(
    everybody: Sequence[Sharer], present: frozenset[str], tenths: Mapping[str, int] | None = None
) -> dict[str, int]:
    """The weight of each present member, at most `WHOLE`. Without percentages, bounds and factors it is their own.

    Shares are worked out over `everybody`, so that an absence alone changes nobody's weight: what the absent one
    would have had is divided among the others in proportion. Only bounds look at who is present.
    """
    raw = _from_percentages(everybody) or {each.id: each.weight for each in everybody}
    if tenths is not None:
        raw = {rep: weight * tenths.get(rep, NEUTRAL) for rep, weight in raw.items()}
    here = [each for each in everybody if each.id in present]
    weights = {each.id: raw[each.id] for each in here}
    if any(each.floor is not None or each.cap is not None for each in here):
        return _whole(_bounded(here, weights))
    return _whole(weights) if max(weights.values(), default=0) > WHOLE else weights


def _from_percentages(everybody: Sequence[Sharer]) -> dict[str, int] | None:
    """Whole numbers in proportion to the shares that were set; None when nobody has a percentage."""
    set_out = sum(each.percent or 0 for each in everybody)
    if not set_out:
        return None
    rest = sum(each.weight for each in everybody if each.percent is None)
    left = max(0, 100 - set_out)
    raw = {
        each.id: each.percent * (rest or 1) if each.percent is not None else left * each.weight
        for each in everybody
    }
    common = gcd(*raw.values())
    return {rep: max(1, weight // common) for rep, weight in raw.items()}


def _bounded(members: Sequence[Sharer], weights: Mapping[str, int]) -> dict[str, Fraction]:
    """Shares in proportion to the weights, within floors and caps, as parts of one.

    There is one scale at which the bounded shares add up to one; between the scales at which somebody reaches a
    bound the sum grows in a straight line, so that it is found exactly.
    """
    floors = {each.id: Fraction(each.floor or 0, 100) for each in members}
    caps = {each.id: Fraction(100 if each.cap is None else each.cap, 100) for each in members}
    if sum(floors.values()) > 1 or sum(caps.values()) < 1:
        least = floors if sum(floors.values()) > 1 else caps
        total = sum(least.values())
        return {rep: share / total for rep, share in least.items()}

    def at(scale: Fraction) -> dict[str, Fraction]:
        return {rep: min(max(scale * weights[rep], floors[rep]), caps[rep]) for rep in weights}

    turns = sorted({bound[rep] / weights[rep] for rep in weights for bound in (floors, caps)})
    low = max((turn for turn in turns if sum(at(turn).values()) <= 1), default=Fraction(0))
    moving = sum(weights[rep] for rep in weights if floors[rep] <= low * weights[rep] < caps[rep])
    missing = 1 - sum(at(low).values(), Fraction(0))
    return at(low + missing / moving) if moving else at(low)


def _whole(shares: Mapping[str, int | Fraction]) -> dict[str, int]:
    """Whole numbers that add up to about `WHOLE`, at least one each, brought to lowest terms."""
    total = sum(shares.values())
    weights = {rep: max(1, round(share * WHOLE / total)) for rep, share in shares.items()}
    common = gcd(*weights.values()) if weights else 1
    return {rep: weight // common for rep, weight in weights.items()}
