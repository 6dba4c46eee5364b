"""Outcomes move shares, within bounds, and a few of them move little."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routing.performance import LEAST, MOST, NEUTRAL, SMOOTHING, Record, factors, reason


@pytest.mark.parametrize(
    ("records", "tenths"),
    [
        ({"remy": (0, 0), "rosa": (0, 0)}, {"remy": 10, "rosa": 10}),
        ({"remy": (0, 9), "rosa": (0, 3)}, {"remy": 10, "rosa": 10}),
        ({"remy": (8, 10), "rosa": (8, 10)}, {"remy": 10, "rosa": 10}),
        ({"remy": (1, 1), "rosa": (40, 80)}, {"remy": 11, "rosa": 10}),
        ({"remy": (90, 100), "rosa": (30, 100)}, {"remy": 15, "rosa": 5}),
        ({"remy": (100, 100), "rosa": (0, 900)}, {"remy": 20, "rosa": 5}),
        ({"remy": (5, 10), "rosa": (0, 0)}, {"remy": 10, "rosa": 10}),
    ],
)
def test_a_factor_is_the_smoothed_rate_over_the_pools(
    records: dict[str, tuple[int, int]], tenths: dict[str, int]
) -> None:
    assert factors({rep: Record(*counts) for rep, counts in records.items()}) == tenths


counts = st.tuples(st.integers(0, 300), st.integers(0, 300)).map(lambda pair: Record(min(pair), max(pair)))


@given(st.dictionaries(st.sampled_from(["remy", "rosa", "ravi", "renee"]), counts, min_size=1))
def test_no_factor_is_beyond_its_bounds_and_better_is_never_less(records: dict[str, Record]) -> None:
    found = factors(records)
    assert found.keys() == records.keys()
    assert all(LEAST <= tenths <= MOST for tenths in found.values())
    for rep, record in records.items():
        for other, beside in records.items():
            if record.total == beside.total and record.good >= beside.good:
                assert found[rep] >= found[other]


@given(good=st.integers(0, 3), others=st.integers(50, 500))
def test_three_meetings_move_nobody_by_half(good: int, others: int) -> None:
    found = factors({"remy": Record(good, 3), "rosa": Record(others // 2, others)})
    assert abs(found["remy"] - NEUTRAL) <= NEUTRAL * 3 / SMOOTHING


def test_the_reason_tells_the_numbers() -> None:
    assert reason(Record(14, 20), 13) == "held 14 of 20, factor 1.3"
