"""Overload of a single expert: one person who takes nearly all leads that ask for a skill."""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from routing.pool import Pool

FROM = 5
"""Fewer leads than this say nothing."""
SHARE = (2, 3)
"""More than this part of them is too much for one of several."""


class Bottleneck(NamedTuple):
    """A skill, who took how many of the leads that asked for it, and who else of the pool has it, by id."""

    skill: str
    rep: str
    taken: int
    total: int
    others: tuple[str, ...]


def find_bottlenecks(pool: Pool, taken: Mapping[str, Mapping[str, int]]) -> Iterator[Bottleneck]:
    """Where one member took more than two thirds of the leads for a skill, by skill. `taken`: by skill, then by rep,
    how many of the pool's leads that asked for it they got."""
    numerator, denominator = SHARE
    for skill, counts in sorted(taken.items()):
        total = sum(counts.values())
        rep = max(sorted(counts), key=lambda each: counts[each], default=None)
        if rep is None or total < FROM or counts[rep] * denominator <= total * numerator:
            continue
        others = [each.id for each in pool.present if each.skills.get(skill, 0) and each.id != rep]
        yield Bottleneck(skill, rep, counts[rep], total, tuple(others))
