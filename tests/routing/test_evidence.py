"""Intervals that hold however often one looks; the fixed-sample one, which does not, is the control."""

import math
import random
from collections.abc import Callable

import pytest

from routing.evidence import (
    RATIO_ALARM,
    Interval,
    chi_square_p,
    difference_interval,
    ratio_evidence,
    share_interval,
)

RUNS, UNITS, STEP = 120, 1_000, 20
Method = Callable[[tuple[int, int], tuple[int, int]], Interval]


def fixed_sample(one: tuple[int, int], other: tuple[int, int]) -> Interval:
    """The textbook's 95 % interval for a difference of shares."""
    shares = [successes / trials for successes, trials in (one, other)]
    spread = 1.96 * math.sqrt(
        sum(p * (1 - p) / trials for p, (_, trials) in zip(shares, (one, other), strict=True))
    )
    return Interval(shares[1] - shares[0] - spread, shares[1] - shares[0] + spread)


def ever_misses(method: Method, truth: tuple[float, float], chance: random.Random) -> bool:
    """Whether somebody who looks every so often ever sees an interval without the true difference."""
    wins = [0, 0]
    for trials in range(STEP, UNITS + 1, STEP):
        for which, share in enumerate(truth):
            wins[which] += sum(chance.random() < share for _ in range(STEP))
        seen = method((wins[0], trials), (wins[1], trials))
        if not seen.low <= truth[1] - truth[0] <= seen.high:
            return True
    return False


def misses(method: Method, truth: tuple[float, float]) -> float:
    chance = random.Random(4711)
    return sum(ever_misses(method, truth, chance) for _ in range(RUNS)) / RUNS


@pytest.mark.parametrize("truth", [(0.3, 0.3), (0.05, 0.05), (0.4, 0.5)])
def test_the_true_difference_stays_inside_at_every_look(truth: tuple[float, float]) -> None:
    assert misses(difference_interval, truth) <= 0.05


def test_the_fixed_sample_interval_does_not_stand_being_looked_at() -> None:
    assert misses(fixed_sample, (0.3, 0.3)) > 0.15


def test_a_real_difference_is_found_and_the_interval_shrinks() -> None:
    early = difference_interval((30, 100), (45, 100))
    late = difference_interval((600, 2_000), (900, 2_000))
    assert early.low < 0 < early.high
    assert 0 < late.low < 0.15 < late.high
    assert late.high - late.low < early.high - early.low


def test_nothing_known_leaves_everything_possible() -> None:
    assert share_interval(0, 0) == Interval(0.0, 1.0)
    assert share_interval(0, 5).low == 0.0
    assert share_interval(5, 5).high == 1.0
    one = share_interval(1, 1)
    assert 0 < one.low < 0.05


@pytest.mark.parametrize(("successes", "trials"), [(0, 1), (1, 2), (50, 100), (999, 1_000), (3, 100_000)])
def test_an_interval_holds_what_was_seen(successes: int, trials: int) -> None:
    found = share_interval(successes, trials)
    assert 0 <= found.low <= successes / trials <= found.high <= 1


def test_more_variants_make_each_comparison_more_careful() -> None:
    two = difference_interval((30, 100), (40, 100))
    four = difference_interval((30, 100), (40, 100), variants=4)
    assert four.low < two.low
    assert four.high > two.high


@pytest.mark.parametrize(
    ("counts", "p"),
    # textbook values of the chi-square distribution: 3.841 (1 degree of freedom), 5.991 (2), 16.266 (3)
    [([50, 50], 1.0), ([500 + 31, 500 - 31], 0.0499), ([70, 30], 0.0000633)],
)
def test_the_chi_square_test_agrees_with_tables(counts: list[int], p: float) -> None:
    assert chi_square_p(counts, [50, 50]) == pytest.approx(p, rel=0.01)


def test_a_broken_split_is_noticed_and_a_fair_one_is_not() -> None:
    assert ratio_evidence([600, 400], [50, 50]) > RATIO_ALARM
    assert ratio_evidence([510, 490], [50, 50]) < 1
    assert ratio_evidence([0, 0], [80, 20]) == pytest.approx(1.0)
    assert ratio_evidence([9_000, 0], [50, 50]) > RATIO_ALARM, "no overflow either"


def test_the_ratio_alarm_stands_being_looked_at_and_a_p_value_does_not() -> None:
    chance = random.Random(99)
    alarms = hasty = 0
    for _ in range(200):
        counts, is_alarmed, was_hasty = [0, 0], False, False
        for _ in range(100):
            for _ in range(10):
                counts[chance.random() < 0.5] += 1
            is_alarmed |= ratio_evidence(counts, [50, 50]) >= RATIO_ALARM
            was_hasty |= chi_square_p(counts, [50, 50]) < 0.05
        alarms += is_alarmed
        hasty += was_hasty
    assert alarms <= 2
    assert hasty > 40
