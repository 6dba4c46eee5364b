"""When several groups of people can meet at once, nobody in two seats.

A group asks for `pick` of its people. Where groups share people it is not enough that each could be filled alone: by
Hall's theorem everybody can be seated exactly if, for every set of groups, those who are free for any of them are at
least as many as the seats they ask for together. Counting is done for all cells at once, so that the answer for a
whole window costs a few operations a person, and the answer for one cell is the same function on single bits.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import combinations

from calendars.bits import all_of, any_of

EVERYWHERE = -1
"""All cells of any frame: what nobody stands in the way of."""


@dataclass(frozen=True, slots=True)
class Group:
    """People of whom `pick` are needed, with each one's possible starts."""

    starts: Mapping[str, int]
    pick: int = 1


class Together:
    """Where the groups can all be filled while everybody of the panels takes part."""

    def __init__(self, groups: Iterable[Group], panels: Iterable[Mapping[str, int]] = ()) -> None:
        """People of a panel take part anyway, and so fill no seat of a group. A panel of nobody cannot meet."""
        panels = tuple(panels)
        needed: set[str] = set().union(*panels)
        self._panels = all_of([all_of(panel.values()) for panel in panels]) if panels else EVERYWHERE
        kept = [_less(group, needed) for group in groups if group.pick]
        self._counts = [_Count(some) for some in _sets_to_check(kept)]

    def without(self, person: str | None = None) -> int:
        """The cells in which everything can be filled although `person` has a seat elsewhere in the meeting."""
        cells = self._panels
        for count in self._counts:
            cells &= count.enough_without(person)
        return cells


class _Count:
    """The people of some groups, counted in every cell against the seats that the groups ask for together."""

    def __init__(self, groups: Sequence[Group]) -> None:
        self._people = {
            person: any_of(group.starts.get(person, 0) for group in groups)
            for person in sorted(set().union(*(group.starts for group in groups)))
        }
        seats = sum(group.pick for group in groups)
        self._enough, self._one_more = _at_least(self._people.values(), seats)

    def enough_without(self, person: str | None) -> int:
        return self._one_more | self._enough & ~self._people.get(person or "", 0)


def _at_least(starts: Iterable[int], k: int) -> tuple[int, int]:
    """Where at least `k`, and where more than `k`, can start together."""
    at_least = [0] * (k + 1)
    for bits in starts:
        carried = bits
        for n in range(k + 1):
            at_least[n], carried = at_least[n] | carried, at_least[n] & carried
    return at_least[k - 1], at_least[k]


def _less(group: Group, needed: Set[str]) -> Group:
    if needed.isdisjoint(group.starts):
        return group
    return Group({who: bits for who, bits in group.starts.items() if who not in needed}, group.pick)


def _sets_to_check(groups: Sequence[Group]) -> Iterator[Sequence[Group]]:
    """The sets of groups that hang together by shared people; what holds for those holds for all others."""
    for size in range(1, len(groups) + 1):
        for some in combinations(groups, size):
            if _hangs_together(some):
                yield some


def _hangs_together(groups: Sequence[Group]) -> bool:
    reached, rest = set(groups[0].starts), list(groups[1:])
    while rest:
        near = next((group for group in rest if not reached.isdisjoint(group.starts)), None)
        if near is None:
            return False
        rest.remove(near)
        reached |= set(near.starts)
    return True
