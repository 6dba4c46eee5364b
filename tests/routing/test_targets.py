"""Shares that are set in percent, with floors and caps, are the shares that come about."""

from collections import Counter
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.entries import UNIT, turn_cost
from routing.ledger import replay, sync_weights
from routing.pool import Distribution, Member, Pool, Success
from routing.rep import Away, Rep
from tests.routing.cast import pool
from tests.routing.test_fairness import Office, largest_deviation


def sharing(*members: dict[str, Any], **changes: Any) -> Pool:
    made = (Member(Rep(f"rep{index:02}"), **member) for index, member in enumerate(members))
    return pool(*made, **changes)


def shares(members: Pool) -> list[float]:
    total = sum(members.weights.values())
    return [float(Fraction(100 * weight, total)) for weight in members.weights.values()]


def furthest(members: Pool, number: int) -> Fraction:
    """How far, in turns, anybody ever was from the share that the ledger counts them by."""
    office, total, worst = Office(), sum(members.weights.values()), Fraction(0)
    counts: Counter[str | None] = Counter()
    for done in range(1, number + 1):
        counts[office.turn(members)] += 1
        for rep, weight in members.weights.items():
            worst = max(worst, abs(counts[rep] - Fraction(done * weight, total)))
    office.check()
    return worst


def test_percentages_are_the_shares_and_the_others_divide_the_rest_by_weight() -> None:
    assert shares(sharing({"percent": 40}, {"weight": 2}, {"weight": 1})) == [40, 40, 20]
    assert shares(sharing({"percent": 33}, {"percent": 67})) == [33, 67]
    assert shares(sharing({"percent": 30}, {"percent": 20})) == [60, 40]


@pytest.mark.parametrize(
    "percents", [(33, 67), (50, 30, 20), (97, 1, 1, 1), (23, 29, 31, 17), (13,) * 7 + (9,)]
)
def test_a_set_share_is_kept_within_one_turn(percents: tuple[int, ...]) -> None:
    members = sharing(*({"percent": percent} for percent in percents))
    office = Office()
    counts = office.turns(members, 200)
    for percent, rep in zip(percents, members.by_rep, strict=True):
        assert abs(counts[rep] - 2 * percent) < 1
    assert furthest(members, 200) < 1


@settings(max_examples=40, deadline=None)
@given(st.lists(st.integers(1, 100), min_size=2, max_size=7))
def test_whatever_the_percentages_nobody_is_a_whole_turn_from_their_share(parts: list[int]) -> None:
    total = sum(parts)
    percents = [max(1, part * 100 // (total + 1)) for part in parts]
    members = sharing(*({"percent": percent} for percent in percents if sum(percents) <= 100), {"weight": 3})
    assert furthest(members, 120) < 1


def test_control_weights_that_do_not_divide_would_drift_without_the_carried_unit() -> None:
    weight, carried, plain = 97, 0, 0
    for _ in range(10_000):
        carried += turn_cost(carried, weight)
        plain += UNIT // weight
    exact = Fraction(10_000 * UNIT, weight)
    assert abs(carried - exact) < 2 < abs(plain - exact)


@given(weight=st.integers(1, 10_000), time=st.integers(-(10**12), 10**12), turns=st.integers(1, 60))
@settings(max_examples=80, deadline=None)
def test_any_number_of_turns_costs_what_it_should_to_two_units(weight: int, time: int, turns: int) -> None:
    at = time
    for _ in range(turns):
        at += turn_cost(at, weight)
    assert abs(at - time - Fraction(turns * UNIT, weight)) <= 2


@pytest.mark.parametrize("weight", range(1, 21))
def test_the_weights_people_choose_cost_exactly_their_part(weight: int) -> None:
    assert turn_cost(12345, weight) == UNIT // weight


def test_floors_and_caps_bound_the_share_and_the_rest_stays_in_proportion() -> None:
    assert shares(sharing({"weight": 8, "cap": 50}, {"weight": 1}, {"weight": 1})) == [50, 25, 25]
    assert shares(sharing({"floor": 30}, {"weight": 8}, {"weight": 1})) == pytest.approx(
        [30, 62.22, 7.78], abs=0.01
    )
    assert shares(sharing({"weight": 10, "cap": 40}, {"weight": 1, "floor": 20}, {"weight": 1})) == [
        40,
        30,
        30,
    ]


def test_an_absence_divides_the_share_among_the_others_in_proportion() -> None:
    here, away = {"percent": 50}, {"percent": 20}
    members = [Member(Rep("rep00"), **here), Member(Rep("rep01"), percent=30)]
    gone = Member(Rep("rep02", away=Away("leave")), **away)
    assert shares(pool(*members, gone)) == [62.5, 37.5]
    assert pool(*members, gone).weights == {"rep00": 5, "rep01": 3}, "nobody's weight changes"


def test_caps_give_way_when_the_others_are_absent() -> None:
    alone = Member(Rep("rep00"), cap=30), Member(Rep("rep01", away=Away("leave")), cap=70)
    assert shares(pool(*alone)) == [100]


@settings(max_examples=120, deadline=None)
@given(
    st.lists(st.tuples(st.integers(1, 20), st.integers(0, 40), st.integers(0, 60)), min_size=1, max_size=6)
)
def test_bounds_hold_wherever_they_can(drawn: list[tuple[int, int, int]]) -> None:
    members = sharing(
        *({"weight": w, "floor": low or None, "cap": min(100, low + more) or None} for w, low, more in drawn)
    )
    floors = [low for _, low, _ in drawn]
    caps = [min(100, low + more) or 100 for _, low, more in drawn]
    if sum(floors) <= 100 <= sum(caps):
        for share, low, high in zip(shares(members), floors, caps, strict=True):
            assert low - 0.05 <= share <= high + 0.05
    assert sum(shares(members)) == pytest.approx(100)


def test_factors_from_outcomes_multiply_shares_within_their_bounds() -> None:
    members = sharing({"percent": 50, "cap": 60}, {"percent": 50}, performance=Success.HELD)
    weights = members.weights_of(members.by_rep, {"rep00": 20, "rep01": 5})
    assert [100 * weight / sum(weights.values()) for weight in weights.values()] == [60, 40]


def test_changing_shares_keeps_what_is_owed_and_starts_no_burst() -> None:
    office, before = Office(), sharing({"percent": 10}, {"percent": 90})
    office.turns(before, 57)
    owed = {rep: office.ledger.lag(rep) for rep in before.by_rep}
    after = sharing({"percent": 83}, {"percent": 17})
    counts = office.turns(after, 100)
    assert abs(counts["rep00"] - 83) <= 1 + abs(owed["rep00"])
    office.check()


def test_without_percentages_and_bounds_weights_are_their_own() -> None:
    assert sharing({"weight": 4}, {"weight": 2}).weights == {"rep00": 4, "rep01": 2}
    assert largest_deviation(sharing({"weight": 4}, {"weight": 2}), 20) < 1


def test_a_pool_whose_shares_follow_outcomes_leaves_the_ledgers_weights_alone() -> None:
    office, members = Office(), sharing({}, {}, performance=Success.HELD)
    office.turns(members, 2)
    assert {at.weight for at in office.ledger.positions.values()} == {10}
    office.post(sync_weights(office.ledger, {"rep00": 20, "rep01": 5}, reasons={"rep00": "held 9 of 10"}))
    assert [row.reason for row in office.rows[-2:]] == ["held 9 of 10", None]
    counts = office.turns(members, 100)
    assert counts == {"rep00": 80, "rep01": 20}
    assert replay("dach-ae", office.rows) == office.ledger


def test_stored_pools_say_nothing_of_what_is_as_always() -> None:
    plain = sharing({}, distribution=Distribution.ROUND_ROBIN).to_json()
    assert not {"max_ahead", "performance", "when_everybody_is_out"} & plain.keys()
    assert set(plain["members"][0]) == {"rep", "weight", "tier", "per_day", "per_week"}  # type: ignore[index, arg-type]
    changed = sharing(
        {"percent": 40, "floor": 10, "cap": 50, "new_per_day": 2, "new_per_week": 9},
        max_ahead=5,
        performance=Success.HELD,
    )
    assert Pool.from_json(changed.to_json()) == changed
