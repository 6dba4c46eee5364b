"""Turns are shared fairly, exactly, and so that anybody can replay how."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.assignment import assign
from routing.ledger import (
    TURN_GIVEN_BACK,
    UNIT,
    Entry,
    EntryKind,
    Ledger,
    adjust,
    credit,
    owner_routed,
    replay,
    reset,
    sync_members,
)
from routing.roster import Away, Distribution, Member, Pool, Rep
from tests.routing.cast import pool

SLOT = (0, 30)
weights = st.lists(st.integers(1, 20), min_size=1, max_size=8)


def team(*weights: int, distribution: Distribution = Distribution.ROUND_ROBIN, max_credit: int = 10) -> Pool:
    members = (Member(Rep(f"rep{index:02}"), weight) for index, weight in enumerate(weights))
    return pool(*members, distribution=distribution, max_credit=max_credit)


class Office:
    """Keeps the ledger and every row of it, as a store would."""

    def __init__(self) -> None:
        self.ledger = Ledger("dach-ae")
        self.rows: list[Entry] = []

    def post(self, entries: Iterable[Entry]) -> None:
        self.rows += (new := list(entries))
        self.ledger = self.ledger.apply_all(new)

    def turn(self, members: Pool, candidates: Iterable[str] | None = None) -> str | None:
        able = members.by_rep if candidates is None else candidates
        done = assign(members, slot=SLOT, candidates=able, refused={}, loads={}, ledger=self.ledger)
        self.post(done.entries)
        return done.winner

    def turns(
        self, members: Pool, number: int, candidates: Iterable[str] | None = None
    ) -> Counter[str | None]:
        return Counter(self.turn(members, candidates) for _ in range(number))

    def check(self) -> None:
        assert replay("dach-ae", self.rows) == self.ledger
        stored = json.loads(json.dumps([row.to_json() for row in self.rows]))
        assert replay("dach-ae", map(Entry.from_json, stored)) == self.ledger
        assert Ledger.from_json(json.loads(json.dumps(self.ledger.to_json()))) == self.ledger


def largest_deviation(members: Pool, number: int) -> float:
    """How far, in assignments, anybody ever was from their share of what had been assigned."""
    office, total = Office(), sum(member.weight for member in members.members)
    counts: Counter[str | None] = Counter()
    worst = 0.0
    for done in range(1, number + 1):
        counts[office.turn(members)] += 1
        for rep, member in members.by_rep.items():
            worst = max(worst, abs(counts[rep] * total - done * member.weight) / total)
    office.check()
    return worst


@settings(max_examples=60, deadline=None)
@given(weights=weights)
def test_nobody_is_ever_a_whole_turn_from_their_share(weights: list[int]) -> None:
    assert largest_deviation(team(*weights), min(2 * sum(weights), 80)) < 1


@pytest.mark.parametrize(
    "weights",
    [
        (20, *[1] * 20),
        (20, 19, 1),
        (20, 20, *[1] * 12),
        (1, 2, 3, 4, 5, 6, 7),
        (13, 11, 7, 5, 3, 2),
        (20,),
        (19, 1),
        (1,) * 12,
    ],
)
def test_weights_made_to_be_unfair_are_shared_within_one_turn(weights: tuple[int, ...]) -> None:
    assert largest_deviation(team(*weights), 2 * sum(weights)) < 1


def test_a_full_round_gives_everybody_exactly_their_weight() -> None:
    office, members = Office(), team(3, 2, 1)
    assert office.turns(members, 6) == {"rep00": 3, "rep01": 2, "rep02": 1}
    assert {office.ledger.lag(rep) for rep in members.by_rep} == {0.0}


def test_equal_reps_take_turns_in_order() -> None:
    office, members = Office(), team(1, 1, 1)
    assert [office.turn(members) for _ in range(6)] == ["rep00", "rep01", "rep02"] * 2


@settings(max_examples=30, deadline=None)
@given(
    weights=weights,
    distribution=st.sampled_from(Distribution),
    able=st.lists(st.sets(st.integers(0, 7)), max_size=12),
)
def test_replaying_the_rows_gives_the_ledger_and_the_winner_was_able(
    weights: list[int], distribution: Distribution, able: list[set[int]]
) -> None:
    office, members = Office(), team(*weights, distribution=distribution)
    for numbers in able:
        candidates = {f"rep{number:02}" for number in numbers} & members.by_rep.keys()
        winner = office.turn(members, candidates)
        assert winner in candidates if candidates else winner is None
    office.check()


@settings(max_examples=25, deadline=None)
@given(
    weights=weights, max_credit=st.integers(1, 5), able=st.lists(st.integers(0, 7), min_size=1, max_size=25)
)
def test_nobody_is_owed_more_than_the_limit_when_they_are_chosen_from(
    weights: list[int], max_credit: int, able: list[int]
) -> None:
    office, members = Office(), team(*weights, max_credit=max_credit)
    for number in able:
        office.turn(members, {f"rep{number % len(weights):02}"})
    totals = office.ledger.totals()
    done = assign(members, slot=SLOT, candidates=members.by_rep, refused={}, loads={}, ledger=office.ledger)
    raised = office.ledger.apply_all(row for row in done.entries if row.kind is EntryKind.CALIBRATED)
    assert all(totals.lag(position) <= max_credit * UNIT for position in raised.positions.values())


def test_what_is_owed_beyond_the_limit_is_forgiven_by_a_row_of_its_own() -> None:
    office, members = Office(), team(1, 1, max_credit=2)
    office.turns(members, 20, candidates={"rep00"})
    done = assign(members, slot=SLOT, candidates=members.by_rep, refused={}, loads={}, ledger=office.ledger)
    assert [(row.kind.value, row.rep) for row in done.entries] == [
        ("calibrated", "rep01"),
        ("assigned", "rep01"),
    ]
    assert done.entries[0].reason == "max_credit"


@settings(max_examples=30, deadline=None)
@given(
    weights=st.lists(st.integers(1, 20), min_size=2, max_size=6),
    sizes=st.lists(st.integers(1, 6), max_size=25),
)
def test_equal_chances_owe_every_candidate_their_share_of_every_request(
    weights: list[int], sizes: list[int]
) -> None:
    office, members = Office(), team(*weights, distribution=Distribution.EQUAL_CHANCES)
    ideal: Counter[str] = Counter()
    counts: Counter[str | None] = Counter()
    for start, size in enumerate(sizes):
        candidates = {f"rep{(start + step) % len(weights):02}" for step in range(min(size, len(weights)))}
        share = sum(members.by_rep[rep].weight for rep in candidates)
        for rep in candidates:
            ideal[rep] += members.by_rep[rep].weight / share  # type: ignore[assignment]
        counts[office.turn(members, candidates)] += 1
    assert all(abs(counts[rep] - ideal[rep]) < 2 for rep in members.by_rep)
    office.check()


def test_equal_chances_charge_exactly_what_they_credit() -> None:
    office, members = Office(), team(3, 7, 11, distribution=Distribution.EQUAL_CHANCES)
    office.turns(members, 10)
    assert sum(position.virtual_time for position in office.ledger.positions.values()) == 0


def test_a_late_joiner_gets_no_burst() -> None:
    office = Office()
    office.turns(team(*[1] * 5), 200)
    counts = office.turns(team(*[1] * 6), 60)
    assert counts["rep05"] == 10


def test_a_returner_brings_back_no_more_than_the_limit() -> None:
    office, everybody = Office(), team(1, 1, 1, max_credit=2)
    office.turns(everybody, 30, candidates={"rep00", "rep01"})
    assert office.ledger.lag("rep02") == 10.0
    away = Rep("rep02", away=Away("leave"))
    without = pool(*everybody.members[:2], Member(away), max_credit=2)
    office.turns(without, 30, candidates={"rep00", "rep01"})
    assert not office.ledger.positions["rep02"].is_active
    assert office.ledger.positions["rep02"].saved_lag == 10 * UNIT
    level = office.ledger.totals().level()
    office.post(sync_members(office.ledger, everybody.members, max_credit=2))
    assert office.ledger.positions["rep02"].virtual_time == level - 2 * UNIT
    office.check()


@pytest.mark.parametrize("turns", [1, 2, 4])
def test_a_returner_is_owed_what_they_were_owed(turns: int) -> None:
    office, everybody = Office(), team(2, 1, 1)
    office.turns(everybody, turns)
    owed = round(office.ledger.lag("rep02") * UNIT)
    office.post(sync_members(office.ledger, everybody.members[:2]))
    assert office.ledger.positions["rep02"].saved_lag == pytest.approx(owed, abs=UNIT / 10_000)
    level = office.ledger.totals().level()
    office.turns(everybody, 1)
    stood = replay("dach-ae", office.rows[:-1]).positions["rep02"]
    assert stood.virtual_time == pytest.approx(level - owed, abs=UNIT / 5_000)
    assert [row.kind.value for row in office.rows[-3:-1]] == ["left", "joined"]
    office.check()


@settings(max_examples=40, deadline=None)
@given(weights=weights, turns=st.integers(0, 30), weight=st.integers(1, 20))
def test_a_new_weight_keeps_what_is_owed(weights: list[int], turns: int, weight: int) -> None:
    office, members = Office(), team(*weights)
    office.turns(members, max(turns, 1))
    before = {rep: office.ledger.lag(rep) for rep in members.by_rep}
    office.post(sync_members(office.ledger, team(weight, *weights[1:]).members))
    after = {rep: office.ledger.lag(rep) for rep in members.by_rep}
    assert after == pytest.approx(before, abs=0.001)
    office.check()


def test_a_ledger_that_agrees_with_the_members_needs_no_rows() -> None:
    office, members = Office(), team(2, 1)
    office.turn(members)
    assert sync_members(office.ledger, members.members) == ()


def test_a_turn_given_back_comes_next() -> None:
    office, members = Office(), team(1, 1, 1)
    office.turns(members, 4)
    assigned = office.rows[-1]
    assert (assigned.kind, assigned.rep) == (EntryKind.ASSIGNED, "rep00")
    office.post([credit(assigned, office.ledger, "cancelled by the prospect")])
    assert office.ledger.positions["rep00"].last_sequence == TURN_GIVEN_BACK
    assert office.turn(members) == "rep00"
    office.check()


def test_a_turn_is_given_back_as_it_was_charged() -> None:
    office, members = Office(), team(2, 1)
    office.turn(members)
    assigned = office.rows[-1]
    office.post(sync_members(office.ledger, team(20, 1).members))
    before = office.ledger.positions[assigned.rep].virtual_time
    office.post([credit(assigned, office.ledger, "no-show")])
    assert before - office.ledger.positions[assigned.rep].virtual_time == UNIT // 2


def test_a_turn_given_back_during_leave_is_kept_for_the_return() -> None:
    office, members = Office(), team(1, 1)
    office.turns(members, 2)
    row = office.rows[-1]
    office.post(sync_members(office.ledger, members.members[:1]))
    office.post([credit(row, office.ledger, "cancelled by the prospect")])
    assert office.ledger.positions[row.rep].saved_lag == UNIT
    office.post(sync_members(office.ledger, members.members))
    assert office.turn(members) == row.rep
    office.check()


def test_a_manager_can_owe_somebody_turns() -> None:
    office, members = Office(), team(2, 1)
    office.turns(members, 3)
    office.post([adjust(office.ledger, "rep01", 3, "made up for a lost week")])
    assert office.ledger.lag("rep01") == 2.0  # giving three turns back lowers the pool's time too
    assert office.turns(members, 2) == {"rep01": 2}
    office.check()


def test_a_reset_makes_everybody_level() -> None:
    office, members = Office(), team(3, 2, 1)
    office.turns(members, 4)
    office.post(reset(office.ledger, "new quarter"))
    assert {office.ledger.lag(rep) for rep in members.by_rep} == {0.0}
    office.check()


@pytest.mark.parametrize(("is_charged", "next_one"), [(False, "rep00"), (True, "rep01")])
def test_an_owner_routed_meeting_is_a_turn_only_if_the_pool_says_so(is_charged: bool, next_one: str) -> None:
    office, members = Office(), team(1, 1)
    office.post(sync_members(office.ledger, members.members))
    row = owner_routed(office.ledger, "rep00", is_charged=is_charged)
    assert row is not None
    office.post([row])
    assert office.turn(members) == next_one
    office.check()


def test_lags_sum_to_zero() -> None:
    office, members = Office(), team(7, 5, 3)
    office.turns(members, 11)
    assert sum(office.ledger.lag(rep) for rep in members.by_rep) == pytest.approx(0, abs=0.001)


def test_changing_the_distribution_starts_no_burst() -> None:
    office = Office()
    office.turns(team(1, 1, 1), 30)
    counts: Mapping[str | None, int] = office.turns(
        team(1, 1, 1, distribution=Distribution.EQUAL_CHANCES), 30
    )
    assert set(counts.values()) == {10}
    assert set(office.turns(team(1, 1, 1), 30).values()) == {10}
