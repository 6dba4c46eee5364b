"""Several groups at one meeting: the counting on bits says what trying every seating says."""

import random
from collections.abc import Sequence
from itertools import combinations

import pytest

from calendars.together import EVERYWHERE, Group, Together

CELLS = 12


def can_be_seated(groups: Sequence[tuple[Sequence[str], int]], taken: frozenset[str]) -> bool:
    """The oracle: tries every way to fill the groups with those who are free for them, one after the other."""
    if not groups:
        return True
    (able, pick), rest = groups[0], groups[1:]
    left = [person for person in able if person not in taken]
    return any(can_be_seated(rest, taken | set(some)) for some in combinations(left, pick))


def random_case(seed: int) -> tuple[dict[str, int], list[Group], list[dict[str, int]]]:
    chance = random.Random(seed)
    people = {f"rep{n}": chance.getrandbits(CELLS) | chance.getrandbits(CELLS) for n in range(7)}

    def some(most: int) -> dict[str, int]:
        chosen = chance.sample(sorted(people), chance.randint(1, most))
        return {who: people[who] & chance.choice((-1, -1, chance.getrandbits(CELLS))) for who in chosen}

    groups = [Group(some(5), chance.choice((1, 1, 1, 2, 3))) for _ in range(chance.randint(1, 4))]
    panels = [some(2) for _ in range(chance.choice((0, 0, 1, 2)))]
    return people, groups, panels


@pytest.mark.parametrize("seed", range(300))
def test_a_cell_is_open_exactly_if_some_seating_of_distinct_people_exists(seed: int) -> None:
    people, groups, panels = random_case(seed)
    together = Together(groups, panels)
    needed = frozenset(who for panel in panels for who in panel)
    for taken in (None, *people):
        found = together.without(taken)
        for cell in range(CELLS):
            able = [
                ([who for who, bits in group.starts.items() if bits >> cell & 1], group.pick)
                for group in groups
            ]
            is_panel_free = all(bits >> cell & 1 for panel in panels for bits in panel.values())
            expected = is_panel_free and can_be_seated(able, needed | {taken or ""})
            assert bool(found >> cell & 1) == expected, (seed, taken, cell)


def test_two_groups_of_the_same_two_people_need_both_of_them() -> None:
    pair = {"remy": 0b011, "rosa": 0b110}
    assert Together([Group(pair), Group(pair)]).without() == 0b010


def test_whoever_sits_elsewhere_is_not_counted() -> None:
    junior = Together([Group({"remy": 0b111, "rosa": 0b001})])
    assert junior.without("remy") == 0b001
    assert junior.without("somebody else") == 0b111


def test_somebody_on_the_panel_fills_no_other_seat_and_the_panel_needs_everybody() -> None:
    together = Together([Group({"remy": 0b111, "rosa": 0b011})], [{"remy": 0b110}])
    assert together.without() == 0b010


def test_a_panel_or_group_of_nobody_never_meets() -> None:
    assert Together([], [{}]).without() == 0
    assert Together([Group({})]).without() == 0


def test_without_groups_nothing_stands_in_the_way() -> None:
    assert Together([]).without() == EVERYWHERE


def test_people_may_be_closed_for_one_group_and_open_for_another() -> None:
    """A cap of one pool closes a person's day there, not in another pool."""
    capped, open_ = Group({"remy": 0b00}), Group({"remy": 0b11})
    assert Together([open_]).without() == 0b11
    assert Together([capped, Group({"rosa": 0b11})]).without() == 0
