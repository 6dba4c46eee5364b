"""One person who takes nearly all leads for a skill is named, with who else could."""

import pytest

from routing.bottleneck import Bottleneck, find_bottlenecks
from tests.routing.cast import RAVI, REMY, ROBIN, ROSA, pool


@pytest.mark.parametrize(
    ("counts", "found"),
    [
        ({"remy": 9, "rosa": 1}, [Bottleneck("healthcare", "remy", 9, 10, ("rosa",))]),
        ({"remy": 5}, [Bottleneck("healthcare", "remy", 5, 5, ("rosa",))]),
        ({"remy": 4}, []),
        ({"remy": 4, "rosa": 2}, []),
        ({"remy": 5, "rosa": 2}, [Bottleneck("healthcare", "remy", 5, 7, ("rosa",))]),
        ({}, []),
    ],
    ids=["nine of ten", "all of five", "too few to say", "two thirds", "more than two thirds", "none"],
)
def test_more_than_two_thirds_of_five_or_more_is_too_much_for_one(
    counts: dict[str, int], found: list[Bottleneck]
) -> None:
    members = pool(REMY, ROSA, RAVI, ROBIN)
    assert list(find_bottlenecks(members, {"healthcare": counts})) == found


def test_an_expert_without_a_second_is_said_to_be_alone() -> None:
    members = pool(REMY, RAVI)
    assert next(find_bottlenecks(members, {"finance": {"ravi": 6}})).others == ()
