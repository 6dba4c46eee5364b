"""Balanced offering hides who is ahead, and never at the price of a time that somebody else could give."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.balance import ahead_of_pool
from routing.ledger import Ledger
from routing.pool import Distribution, Member, Pool
from routing.rep import Rep
from tests.routing.cast import REMY, ROSA, pool
from tests.routing.test_fairness import Office, team


def after(turns: int, members: Pool, *, by: str = "rep00") -> Ledger:
    """The ledger after one rep, who alone was free, took so many turns."""
    office = Office()
    office.turns(members, turns, candidates={by})
    return office.ledger


def hidden(members: Pool, ledger: Ledger, able: set[str] | None = None) -> dict[str, object]:
    found = ahead_of_pool(members, ledger, able if able is not None else set(members.by_rep))
    assert all(refusal.code == "ahead_of_pool" for refusal in found.values())
    return {rep: refusal.detail for rep, refusal in found.items()}


def test_somebody_exactly_as_far_ahead_as_allowed_is_offered_and_one_turn_further_is_not() -> None:
    members = team(1, 1)
    assert hidden(members, after(4, members)) == {}, "four turns to none: two ahead of the share"
    assert hidden(members, after(5, members)) == {"rep00": {"ahead": 2.5, "most": 2}}


def test_the_limit_is_the_pools() -> None:
    generous = pool(*team(1, 1).members, max_ahead=3)
    assert hidden(generous, after(5, generous)) == {}
    assert hidden(generous, after(7, generous)) == {"rep00": {"ahead": 3.5, "most": 3}}


def test_nobody_is_hidden_when_all_who_have_times_are_ahead() -> None:
    members = team(1, 1)
    assert hidden(members, after(9, members), {"rep00"}) == {}


def test_being_ahead_is_counted_in_shares() -> None:
    members = team(3, 1)
    assert hidden(members, after(8, members)) == {}, "eight of eight, six of them theirs by weight"
    assert hidden(members, after(8, members, by="rep01")) == {"rep01": {"ahead": 6.0, "most": 2}}


def test_a_tier_is_compared_with_itself() -> None:
    members = pool(Member(REMY, tier=1), Member(ROSA, tier=2))
    office = Office()
    office.turns(members, 9)
    assert office.ledger.lag("remy") < -2, "tier 1 has taken all of them"
    assert hidden(members, office.ledger) == {}


def test_where_candidates_are_credited_turns_are_counted_from_the_credit() -> None:
    members = team(1, 1, distribution=Distribution.EQUAL_CHANCES)
    office = Office()
    office.turns(members, 9, candidates={"rep00"})
    assert hidden(members, office.ledger) == {}, "each was theirs alone to take"


@settings(max_examples=60, deadline=None)
@given(
    weights=st.lists(st.integers(1, 20), min_size=1, max_size=6),
    taken=st.lists(st.integers(0, 5), max_size=25),
    able=st.sets(st.integers(0, 5), min_size=1),
    most=st.integers(1, 5),
)
def test_somebody_who_is_able_is_always_left_and_all_who_are_hidden_are_ahead(
    weights: list[int], taken: list[int], able: set[int], most: int
) -> None:
    members, office = pool(*team(*weights).members, max_ahead=most), Office()
    for number in taken:
        office.turn(members, {f"rep{number % len(weights):02}"})
    people = {f"rep{number % len(weights):02}" for number in able}
    away = hidden(members, office.ledger, people)
    assert away.keys() < people
    assert all(office.ledger.lag(rep) < -most + 0.001 for rep in away)
    if away:
        others = people - away.keys()
        assert all(
            office.ledger.lag(rep) >= -most - 0.001 for rep in others if rep in office.ledger.positions
        )


@pytest.mark.parametrize("able", [set[str](), {"stranger"}])
def test_those_who_are_no_members_are_no_ones_business(able: set[str]) -> None:
    assert hidden(pool(Rep("rep00")), Ledger("dach-ae"), able) == {}
