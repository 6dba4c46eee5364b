"""Puts a pool's members in order for one slot."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from routing.assigned import Ranked
from routing.ledger import Position
from routing.refusal import PASSING, Refusal
from routing.roster import Distribution, Member
from routing.scales import Key, Numbers, Scene, preferred, scale, turn

REASONS = {
    Distribution.ROUND_ROBIN: "earliest_deadline",
    Distribution.LONGEST_IDLE: "longest_idle",
    Distribution.LEAST_UTILIZED: "least_utilized",
    Distribution.VALUE_BALANCED: "lowest_value",
    Distribution.MOST_SKILLED: "most_skilled",
    Distribution.EQUAL_CHANCES: "largest_credit",
}
"""What decided, when neither tier nor preference did."""


class Place(NamedTuple):
    """All that a rep is sorted by, most important first. `liked` counts preferred skills, below zero."""

    tier: int
    liked: int
    key: Key
    last_turn: int
    rep: str


class Ranking:
    """Gives members their places, all by the same scale and the same positions."""

    def __init__(self, scene: Scene, positions: Mapping[str, Position], prefer: Mapping[str, int]) -> None:
        self.pool = scene.pool
        self.scale = scale(scene)
        self.positions = positions
        self.prefer = tuple(prefer.items())

    def place(self, member: Member) -> Place:
        """Where a member stands."""
        rep = member.rep.id
        at = self.positions[rep]
        liked = preferred(member, self.prefer) if self.prefer else 0
        return Place(member.tier, -liked, self.scale.key(member, at), turn(at), rep)

    def sort(self, members: Iterable[Member]) -> list[Place]:
        """Their places, the first to get the slot first."""
        return sorted(map(self.place, members))

    def ranked(self, order: Iterable[Place]) -> tuple[Ranked, ...]:
        """The places for the record."""
        return tuple(
            Ranked(each.rep, number, self._numbers(each)) for number, each in enumerate(order, start=1)
        )

    def _numbers(self, place: Place) -> Numbers:
        at = self.positions[place.rep]
        numbers = self.scale.numbers(self.pool.by_rep[place.rep], at)
        numbers["tier"] = place.tier
        numbers["last_turn"] = at.last_sequence
        if self.prefer:
            numbers["preferred"] = -place.liked
        return numbers

    def overtaking(self, winner: Place | None, refusals: Mapping[str, Refusal]) -> tuple[str, ...]:
        """Those refused for a passing reason who would each, without it, be the winner instead."""
        if winner is not None and self.pool.distribution is Distribution.EQUAL_CHANCES:
            return ()  # one candidate more changes everybody's share: only running it again can tell
        passing = (self.pool.by_rep.get(rep) for rep in sorted(refusals) if refusals[rep].code in PASSING)
        members = (member for member in passing if member is not None and member.rep.is_present)
        return tuple(member.rep.id for member in members if winner is None or self.place(member) < winner)


def decided_by(distribution: Distribution, order: Sequence[Place]) -> tuple[str, str | None]:
    """What put the first before the second, as codes: the reason, and the tie-break if one was needed."""
    if len(order) < 2:
        return "only_candidate", None
    first, second = order[0], order[1]
    if first.tier != second.tier:
        return "higher_tier", None
    if first.liked != second.liked:
        return "preferred_skill", None
    reason = REASONS[distribution]
    if distribution is Distribution.ROUND_ROBIN and first.key[0]:
        reason = "smallest_virtual_time"
    if first.key != second.key:
        return reason, None
    if first.last_turn != second.last_turn:
        return reason, None if distribution is Distribution.LONGEST_IDLE else "last_assignment"
    return reason, "stable_key"
