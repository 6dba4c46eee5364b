"""A ledger with rows of every kind, in any order: its totals are exact, its lags sum to zero, a replay is it."""

from collections.abc import Mapping

from hypothesis import given, settings
from hypothesis import strategies as st

from routing.assignment import assign
from routing.entries import UNIT, Entry, EntryKind
from routing.ledger import (
    Ledger,
    adjust,
    charge_again,
    credit,
    owner_routed,
    replay,
    reset,
    sync_members,
)
from routing.roster import Away, Distribution, Member, Pool, Rep
from tests.routing.cast import pool

REPS = [f"rep{number}" for number in range(5)]
STEPS = st.tuples(
    st.sampled_from(
        [
            "turn",
            "few",
            "credit",
            "again",
            "adjust",
            "reset",
            "owner",
            "owner_charged",
            "leave",
            "return",
            "weigh",
        ]
    ),
    st.integers(0, 4),
    st.integers(1, 20),
)


class Desk:
    """A pool that lives through anything, with every row it ever had."""

    def __init__(self, distribution: Distribution) -> None:
        self.weights = dict.fromkeys(REPS, 1)
        self.away: set[str] = set()
        self.distribution = distribution
        self.rows: list[Entry] = []
        self.ledger = Ledger("dach-ae")
        self.post(sync_members(self.ledger, self.pool.members))

    @property
    def pool(self) -> Pool:
        members = (
            Member(Rep(rep, away=Away("leave") if rep in self.away else None), weight)
            for rep, weight in self.weights.items()
        )
        return pool(*members, distribution=self.distribution, max_credit=2)

    def post(self, entries: object) -> None:
        rows = list(entries)  # type: ignore[call-overload]
        self.rows += rows
        self.ledger = self.ledger.apply_all(rows)

    def turn(self, able: Mapping[str, object] | set[str]) -> None:
        done = assign(
            self.pool,
            slot=(0, 30),
            candidates=set(able) - self.away,
            refused={},
            loads={},
            ledger=self.ledger,
        )
        self.post(done.entries)

    def do(self, step: str, number: int, size: int) -> None:
        rep = REPS[number]
        turns = [row for row in self.rows if row.kind is EntryKind.ASSIGNED]
        if step == "turn":
            self.turn(self.weights)
        elif step == "few":
            self.turn({rep, REPS[size % 5]})
        elif step in {"credit", "again"} and turns:
            make = credit if step == "credit" else charge_again
            self.post([make(turns[size % len(turns)], self.ledger, step)])
        elif step == "adjust":
            self.post([adjust(self.ledger, rep, size - 10, "too many on Monday")])
        elif step == "reset":
            self.post(reset(self.ledger, "period"))
        elif step.startswith("owner"):
            row = owner_routed(self.ledger, rep, is_charged=step == "owner_charged")
            self.post([row] if row else [])
        else:
            self.change(step, rep, size)

    def change(self, step: str, rep: str, size: int) -> None:
        if step == "leave":
            self.away.add(rep)
        elif step == "return":
            self.away.discard(rep)
        elif step == "weigh":
            self.weights[rep] = size
        self.post(sync_members(self.ledger, self.pool.members, max_credit=2))


@settings(max_examples=120, deadline=None)
@given(
    steps=st.lists(STEPS, max_size=40),
    distribution=st.sampled_from([Distribution.ROUND_ROBIN, Distribution.EQUAL_CHANCES]),
)
def test_rows_of_every_kind_replay_to_the_positions_and_their_lags_sum_to_zero(
    steps: list[tuple[str, int, int]], distribution: Distribution
) -> None:
    desk = Desk(distribution)
    for step in steps:
        desk.do(*step)
        totals = desk.ledger.totals()
        active = [at for at in desk.ledger.positions.values() if at.is_active]
        assert totals.weight == sum(at.weight for at in active)
        assert sum(at.weight * (totals.weighted - at.virtual_time * totals.weight) for at in active) == 0
    assert replay("dach-ae", desk.rows) == desk.ledger
    assert [row.kind for row in desk.rows[:5]] == [EntryKind.JOINED] * 5


def test_the_mixture_has_rows_of_every_kind() -> None:
    kinds: set[EntryKind] = set()
    for distribution in (Distribution.ROUND_ROBIN, Distribution.EQUAL_CHANCES):
        desk = Desk(distribution)
        script = [("few", 0, 0)] * 14 + [
            ("turn", 0, 1),
            ("credit", 0, 1),
            ("again", 0, 1),
            ("adjust", 1, 3),
            ("owner", 2, 1),
            ("owner_charged", 2, 1),
            ("leave", 3, 1),
            ("return", 3, 1),
            ("weigh", 4, 7),
            ("reset", 0, 1),
        ]
        for step in script:
            desk.do(*step)
        kinds |= {row.kind for row in desk.rows}
    assert kinds == set(EntryKind)


def test_a_correction_moves_exactly_the_turns_it_says() -> None:
    desk = Desk(Distribution.ROUND_ROBIN)
    before = desk.ledger.positions["rep0"].virtual_time
    desk.post([adjust(desk.ledger, "rep0", 3, "was ill")])
    assert before - desk.ledger.positions["rep0"].virtual_time == 3 * UNIT
    desk.turn(desk.weights)
    assert desk.rows[-1].rep == "rep0"


def test_a_turn_given_back_and_taken_again_leaves_everybody_where_they_were() -> None:
    desk = Desk(Distribution.ROUND_ROBIN)
    desk.turn(desk.weights)
    stood, turn = desk.ledger.positions["rep0"].virtual_time, desk.rows[-1]
    desk.post([credit(turn, desk.ledger, "no_show")])
    assert desk.ledger.positions["rep0"].virtual_time == stood - UNIT
    desk.post([charge_again(turn, desk.ledger, "outcome_corrected")])
    assert desk.ledger.positions["rep0"].virtual_time == stood
