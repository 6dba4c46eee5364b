"""Who of the candidates gets a time."""

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from routing.assignment import Assignment, Load, assign, assign_owner
from routing.ledger import UNIT, Entry, EntryKind, Ledger, Position, sync_members
from routing.refusal import PASSING, Refusal
from routing.roster import Distribution, Member, Pool
from tests.routing.cast import RAVI, REMY, RENEE, ROBIN, ROSA, pool

SLOT = (29_000_000, 29_000_030)


def level(members: Pool, **turns: int | None) -> Ledger:
    """Everybody level; `turns` says when each had the last one."""
    ledger = Ledger(members.name).apply_all(sync_members(Ledger(members.name), members.members))
    positions = {
        rep: Position(at.virtual_time, at.weight, at.is_active, turns.get(rep))
        for rep, at in ledger.positions.items()
    }
    return Ledger(ledger.pool, 100, positions)


def assigned(members: Pool, ledger: Ledger | None = None, **given: Any) -> Assignment:
    """The assignment, after checking that its stored inputs give the same one again."""
    values: dict[str, Any] = {
        "slot": SLOT,
        "candidates": members.by_rep,
        "refused": {},
        "loads": {},
        "ledger": ledger or level(members),
        **given,
    }
    done = assign(members, **values)
    stored = json.loads(
        json.dumps(
            {
                "pool": members.to_json(),
                "ledger": values["ledger"].to_json(),
                "loads": {rep: load.to_json() for rep, load in values["loads"].items()},
                "refused": {rep: refusal.to_json() for rep, refusal in values["refused"].items()},
                "done": done.to_json(),
            }
        )
    )
    again = assign(
        Pool.from_json(stored["pool"]),
        **{
            **values,
            "candidates": list(values["candidates"]),
            "ledger": Ledger.from_json(stored["ledger"]),
            "loads": {rep: Load.from_json(load) for rep, load in stored["loads"].items()},
            "refused": {rep: Refusal.from_json(refusal) for rep, refusal in stored["refused"].items()},
        },
    )
    assert again == done == Assignment.from_json(stored["done"])
    return done


def order(done: Assignment) -> list[str]:
    return [ranked.rep for ranked in done.ranking]


def loads(**minutes: tuple[int, int, int]) -> dict[str, Load]:
    return {rep: Load(*values) for rep, values in minutes.items()}


CASES: list[tuple[str, Pool, dict[str, Any], list[str], str, str | None]] = [
    ("round_robin", pool(Member(REMY, 2), Member(ROSA, 1)), {}, ["remy", "rosa"], "earliest_deadline", None),
    (
        "never had a turn",
        pool(REMY, ROSA),
        {"turns": {"remy": 5}},
        ["rosa", "remy"],
        "earliest_deadline",
        "last_assignment",
    ),
    ("level in everything", pool(ROSA, REMY), {}, ["remy", "rosa"], "earliest_deadline", "stable_key"),
    (
        "longest idle",
        pool(REMY, ROSA, RAVI, distribution=Distribution.LONGEST_IDLE),
        {"turns": {"remy": 9, "rosa": 4, "ravi": 7}},
        ["rosa", "ravi", "remy"],
        "longest_idle",
        None,
    ),
    (
        "least utilized counts minutes, not meetings",
        pool(REMY, ROSA, RAVI, distribution=Distribution.LEAST_UTILIZED),
        {
            "loads": {
                "remy": Load(30, 300, 600, 1),
                "rosa": Load(120, 0, 600, 4),
                "ravi": Load(60, 60, 480, 2),
            }
        },
        ["rosa", "ravi", "remy"],
        "least_utilized",
        None,
    ),
    (
        "no working time comes last",
        pool(REMY, ROSA, distribution=Distribution.LEAST_UTILIZED),
        {"loads": loads(remy=(0, 0, 0), rosa=(590, 0, 600))},
        ["rosa", "remy"],
        "least_utilized",
        None,
    ),
    (
        "value per weight",
        pool(Member(REMY, 3), ROSA, distribution=Distribution.VALUE_BALANCED),
        {"loads": {"remy": Load(value=2_000), "rosa": Load(value=1_000)}},
        ["remy", "rosa"],
        "lowest_value",
        None,
    ),
    (
        "most skilled in the skill that matters",
        pool(REMY, ROSA, RAVI, distribution=Distribution.MOST_SKILLED),
        {"skill": "healthcare"},
        ["remy", "rosa", "ravi"],
        "most_skilled",
        None,
    ),
    (
        "most skilled in all",
        pool(REMY, ROSA, RAVI, distribution=Distribution.MOST_SKILLED),
        {},
        ["ravi", "remy", "rosa"],
        "most_skilled",
        None,
    ),
    (
        "equal chances by weight",
        pool(REMY, Member(ROSA, 2), distribution=Distribution.EQUAL_CHANCES),
        {},
        ["rosa", "remy"],
        "largest_credit",
        None,
    ),
    (
        "tiers before distribution",
        pool(Member(REMY, tier=2), Member(ROSA, tier=1), distribution=Distribution.MOST_SKILLED),
        {"skill": "healthcare"},
        ["rosa", "remy"],
        "higher_tier",
        None,
    ),
    (
        "preference",
        pool(REMY, RAVI),
        {"prefer_skills": {"finance": 3}},
        ["ravi", "remy"],
        "preferred_skill",
        None,
    ),
    ("one candidate", pool(REMY, ROSA), {"candidates": ["rosa"]}, ["rosa"], "only_candidate", None),
    ("nobody", pool(REMY, ROSA), {"candidates": []}, [], "nobody", None),
    ("a race lost", pool(REMY, ROSA), {"lost": frozenset({"remy"})}, ["rosa"], "only_candidate", None),
]


@pytest.mark.parametrize(
    ("members", "given", "expected", "reason", "tie_break"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_each_distribution_ranks_by_its_own_measure(
    members: Pool, given: dict[str, Any], expected: list[str], reason: str, tie_break: str | None
) -> None:
    turns = given.get("turns", {})
    given = {name: value for name, value in given.items() if name != "turns"}
    done = assigned(members, level(members, **turns), **given)
    assert order(done) == expected
    assert (done.reason, done.tie_break) == (reason, tie_break)
    assert done.winner == next(iter(expected), None)
    assert done.runner_up == next(iter(expected[1:]), None)


@pytest.mark.parametrize("distribution", Distribution)
def test_every_distribution_charges_one_turn(distribution: Distribution) -> None:
    members = pool(REMY, Member(ROSA, 2), RAVI, distribution=distribution)
    done = assigned(members)
    turns = [row for row in done.entries if row.kind is EntryKind.ASSIGNED]
    assert [row.rep for row in turns] == [done.winner]
    weight = members.by_rep[str(done.winner)].weight
    assert turns[0].amount == (UNIT if distribution is Distribution.EQUAL_CHANCES else UNIT // weight)


@pytest.mark.parametrize(
    ("member", "ceiling", "load", "code"),
    [
        (Member(REMY, per_day=3), None, Load(on_day=3), "at_daily_cap"),
        (Member(REMY, per_day=3), None, Load(on_day=2), None),
        (Member(REMY, per_week=9), None, Load(in_week=9), "at_weekly_cap"),
        (Member(REMY), 80, Load(240, 240, 600), "over_utilization"),
        (Member(REMY), 80, Load(240, 239, 600), None),
        (Member(REMY), 80, Load(), "over_utilization"),
        (Member(ROBIN), None, Load(), "away"),
    ],
)
def test_caps_and_the_ceiling_refuse_before_ranking(
    member: Member, ceiling: int | None, load: Load, code: str | None
) -> None:
    members = pool(member, max_utilization=ceiling)
    done = assigned(members, loads={member.rep.id: load})
    assert [refusal.code for refusal in done.refused] == ([code] if code else [])
    assert (done.winner is None) is bool(code)


def test_a_candidate_who_is_no_member_is_refused() -> None:
    done = assigned(pool(REMY), candidates=["rosa"])
    assert done.winner is None
    assert [(refusal.rep, refusal.code) for refusal in done.refused] == [("rosa", "inactive")]


def test_nobody_costs_nothing() -> None:
    assert assigned(pool(REMY), candidates=[]).entries == ()


def test_the_rows_that_bring_the_ledger_to_the_members_come_first() -> None:
    done = assigned(pool(REMY, ROSA), Ledger("dach-ae"))
    assert [row.kind.value for row in done.entries] == ["joined", "joined", "assigned"]


def test_tiers_share_fairly_within_the_first_tier_that_can() -> None:
    members = pool(Member(REMY, tier=1), Member(ROSA, tier=1), Member(RAVI, tier=2))
    ledger = level(members)
    winners = []
    for _ in range(4):
        done = assigned(members, ledger)
        ledger = ledger.apply_all(done.entries)
        winners.append(done.winner)
    assert winners == ["remy", "rosa", "remy", "rosa"]


def test_those_ahead_of_the_pool_wait_unless_all_are() -> None:
    members = pool(REMY, ROSA, RAVI)
    ledger = level(members).apply(Entry(EntryKind.ASSIGNED, "remy", UNIT, 1))
    done = assigned(members, ledger)
    assert order(done)[-1] == "remy"
    assert done.ranking[-1].numbers["is_ahead"] is True
    ledger = ledger.apply(Entry(EntryKind.ASSIGNED, "ravi", UNIT, 1))
    done = assigned(members, ledger, candidates=["remy", "ravi"])
    assert (done.winner, done.reason, done.tie_break) == ("remy", "smallest_virtual_time", "last_assignment")


def test_a_refused_rep_who_would_have_won_is_named() -> None:
    members = pool(Member(REMY, per_day=3), ROSA)
    done = assigned(members, loads={"remy": Load(on_day=3)})
    assert (done.winner, done.would_have_won) == ("rosa", ("remy",))


refusable = st.dictionaries(
    st.sampled_from(["remy", "rosa", "ravi", "renee"]), st.sampled_from(sorted(PASSING)), max_size=3
)


@settings(max_examples=60, deadline=None)
@given(
    distribution=st.sampled_from(sorted(set(Distribution) - {Distribution.EQUAL_CHANCES})),
    codes=refusable,
    weights=st.tuples(*[st.integers(1, 20)] * 4),
    tiers=st.tuples(*[st.integers(1, 2)] * 4),
    past=st.lists(st.sampled_from(["remy", "rosa", "ravi", "renee"]), max_size=6),
    busy=st.tuples(*[st.integers(0, 5)] * 4),
)
def test_each_rep_named_as_would_have_won_wins_without_the_refusal(
    distribution: Distribution, codes: dict[str, str], weights: Any, tiers: Any, past: list[str], busy: Any
) -> None:
    reps = (REMY, ROSA, RAVI, RENEE)
    members = pool(*map(Member, reps, weights, tiers), distribution=distribution)
    known = {rep.id: Load(0, amount * 60, 300, value=amount) for rep, amount in zip(reps, busy, strict=True)}
    ledger = level(members)
    for rep in past:
        ledger = ledger.apply_all(assigned(members, ledger, candidates=[rep]).entries)
    refused = {rep: Refusal(rep, code) for rep, code in codes.items()}
    done = assigned(members, ledger, refused=refused, loads=known)
    for rep in refused:
        fewer = {other: refusal for other, refusal in refused.items() if other != rep}
        again = assigned(members, ledger, refused=fewer, loads=known)
        assert (again.winner == rep) is (rep in done.would_have_won)
    assert done.winner not in refused


def test_the_owner_takes_it_without_a_pool() -> None:
    done = assign_owner("remy", slot=SLOT, refused={})
    assert (done.winner, done.reason, done.pool, done.entries) == ("remy", "owner", None, ())
    assert Assignment.from_json(json.loads(json.dumps(done.to_json()))) == done


def test_an_owner_who_is_busy_does_not_get_it() -> None:
    done = assign_owner("remy", slot=SLOT, refused={"remy": Refusal("remy", "busy")})
    assert (done.winner, done.reason) == (None, "nobody")
    assert done.refused[0].code == "busy"


@pytest.mark.parametrize(("charge_owner", "amount"), [(True, UNIT // 2), (False, 0)])
def test_an_owners_meeting_is_recorded_in_the_pool_and_charged_if_it_says_so(
    charge_owner: bool, amount: int
) -> None:
    members = pool(Member(REMY, 2), ROSA, charge_owner=charge_owner)
    done = assign_owner("remy", slot=SLOT, refused={}, pool=members, ledger=level(members))
    assert [(row.kind, row.amount) for row in done.entries] == [(EntryKind.OWNER_ROUTED, amount)]


@pytest.mark.parametrize("weight", [0, 21])
def test_a_weight_is_from_one_to_twenty(weight: int) -> None:
    with pytest.raises(ValueError, match="1 to 20"):
        Member(REMY, weight)


def test_a_pool_lists_nobody_twice() -> None:
    with pytest.raises(ValueError, match="twice"):
        pool(REMY, REMY)
