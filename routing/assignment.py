"""Chooses the rep for one time out of those who can take it, and says how."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from routing.candidates import absence
from routing.json_values import JSON
from routing.ledger import UNIT, Book, Entry, EntryKind, Ledger, Position, owner_routed, sync_members
from routing.refusal import PASSING, Refusal, refusals_from_json, refusals_to_json
from routing.roster import Distribution, Member, Pool
from routing.standing import (
    NO_LOAD,
    Load,
    Scale,
    Scene,
    Standing,
    calibrated_time,
    preferred,
    scale,
    shares,
    turn,
)

__all__ = ["Assignment", "Load", "Ranked", "assign", "assign_owner"]

REASONS = {
    Distribution.ROUND_ROBIN: "earliest_deadline",
    Distribution.LONGEST_IDLE: "longest_idle",
    Distribution.LEAST_UTILIZED: "least_utilized",
    Distribution.VALUE_BALANCED: "lowest_value",
    Distribution.MOST_SKILLED: "most_skilled",
    Distribution.EQUAL_CHANCES: "largest_credit",
}
"""What decided, when neither tier nor preference did."""


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate's place, from 1, with the numbers it came from (always `tier` and `last_turn`)."""

    rep: str
    position: int
    numbers: Mapping[str, JSON]

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON."""
        return {"rep": self.rep, "position": self.position, "numbers": dict(self.numbers)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Ranked":
        """The place that `to_json` gave."""
        return cls(data["rep"], data["position"], data["numbers"])


@dataclass(frozen=True, slots=True)
class Assignment:
    """Who got a time and why; everything an explanation needs.

    `pool` and `distribution` are None when no pool chose (an owner, a named rep). `reason` is a code: one of
    `REASONS`, or `only_candidate`, `higher_tier`, `preferred_skill`, `smallest_virtual_time` (everybody was ahead
    of the pool), `owner`, `nobody`. `tie_break` says what told the winner from the runner-up when they were level:
    `last_assignment` or `stable_key`. `entries` are to be appended to the pool's ledger, in order.
    `would_have_won`: reps refused for a passing reason, each of whom would be the winner without it.
    """

    pool: str | None
    distribution: Distribution | None
    slot: tuple[int, int]
    winner: str | None
    runner_up: str | None
    ranking: tuple[Ranked, ...]
    refused: tuple[Refusal, ...]
    tie_break: str | None
    reason: str
    entries: tuple[Entry, ...]
    would_have_won: tuple[str, ...] = ()

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON."""
        return {
            "pool": self.pool,
            "distribution": self.distribution.value if self.distribution else None,
            "slot": list(self.slot),
            "winner": self.winner,
            "runner_up": self.runner_up,
            "ranking": [ranked.to_json() for ranked in self.ranking],
            "refused": refusals_to_json(self.refused),
            "tie_break": self.tie_break,
            "reason": self.reason,
            "entries": [entry.to_json() for entry in self.entries],
            "would_have_won": list(self.would_have_won),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Assignment":
        """The assignment that `to_json` gave."""
        start, end = data["slot"]
        return cls(
            pool=data["pool"],
            distribution=Distribution(data["distribution"]) if data["distribution"] else None,
            slot=(start, end),
            winner=data["winner"],
            runner_up=data["runner_up"],
            ranking=tuple(map(Ranked.from_json, data["ranking"])),
            refused=refusals_from_json(data["refused"]),
            tie_break=data["tie_break"],
            reason=data["reason"],
            entries=tuple(map(Entry.from_json, data["entries"])),
            would_have_won=tuple(data["would_have_won"]),
        )


def assign(
    pool: Pool,
    *,
    slot: tuple[int, int],
    candidates: Iterable[str],
    refused: Mapping[str, Refusal],
    loads: Mapping[str, Load],
    ledger: Ledger,
    lost: frozenset[str] = frozenset(),
    skill: str | None = None,
    prefer_skills: Mapping[str, int] | None = None,
) -> Assignment:
    """The rep of a pool for one slot (UTC minutes, half-open).

    `candidates` are those the route allowed; `refused` says why some of them cannot take this slot, `lost` names
    those for whom somebody else was quicker. Caps of members and the pool's utilization ceiling refuse here.
    Order: tier, then how many of `prefer_skills` the rep has, then the pool's distribution, then the longest since
    the last turn, then the id. The ledger need not agree with the pool's member list: the rows that make it agree
    come first in `entries`.
    """
    book = Book(ledger)
    for entry in sync_members(ledger, pool.members, max_credit=pool.max_credit):
        book.post(entry)
    refusals = _refuse(pool, frozenset(candidates), refused, loads, lost)
    eligible = [pool.by_rep[rep] for rep in sorted(frozenset(candidates) - refusals.keys())]
    weights = {member.rep.id: member.weight for member in eligible}
    scene = Scene(pool, book.totals, loads, skill, weights)
    ranking = _Ranking(scale(scene), book, tuple((prefer_skills or {}).items()))
    order = sorted((ranking.place(member) for member in eligible), key=lambda place: place.key)
    nobody = Assignment(
        pool=pool.name,
        distribution=pool.distribution,
        slot=slot,
        winner=None,
        runner_up=None,
        ranking=tuple(place.ranked(number) for number, place in enumerate(order, start=1)),
        refused=tuple(refusals[rep] for rep in sorted(refusals)),
        tie_break=None,
        reason="nobody",
        entries=(),
    )
    if not order:
        return nobody
    _charge(book, scene, order[0])
    reason, tie_break = _reason(pool, order)
    return replace(
        nobody,
        winner=order[0].member.rep.id,
        runner_up=order[1].member.rep.id if len(order) > 1 else None,
        tie_break=tie_break,
        reason=reason,
        entries=tuple(book.entries),
        would_have_won=tuple(_overtaking(ranking, scene, order[0], refusals)),
    )


def assign_owner(
    rep: str,
    *,
    slot: tuple[int, int],
    refused: Mapping[str, Refusal],
    pool: Pool | None = None,
    ledger: Ledger | None = None,
) -> Assignment:
    """A slot with the lead's owner, or with a rep whom a rule names; nobody when `refused` has them.

    With a pool and its ledger the meeting is recorded there, as a turn only if the pool charges owners.
    """
    refusal = refused.get(rep)
    entry = None
    if refusal is None and pool is not None and ledger is not None:
        entry = owner_routed(ledger, rep, is_charged=pool.charge_owner)
    return Assignment(
        pool=None,
        distribution=None,
        slot=slot,
        winner=None if refusal else rep,
        runner_up=None,
        ranking=() if refusal else (Ranked(rep, 1, {}),),
        refused=(refusal,) if refusal else (),
        tie_break=None,
        reason="nobody" if refusal else "owner",
        entries=(entry,) if entry else (),
    )


@dataclass(frozen=True, slots=True)
class _Place:
    """A candidate with all that they are sorted by."""

    member: Member
    at: Position
    standing: Standing
    key: tuple[int, int, tuple[int, ...], int, str]

    def ranked(self, position: int) -> Ranked:
        numbers = {**self.standing.numbers(), "tier": self.member.tier, "last_turn": self.at.last_sequence}
        return Ranked(self.member.rep.id, position, numbers)


@dataclass(frozen=True, slots=True)
class _Ranking:
    """Gives members their places."""

    scale: Scale
    book: Book
    prefer: tuple[tuple[str, int], ...]

    def place(self, member: Member) -> _Place:
        rep = member.rep.id
        at = self.book.positions[rep]
        standing = self.scale(member, at)
        liked = preferred(member, self.prefer) if self.prefer else 0
        return _Place(member, at, standing, (member.tier, -liked, standing.key, turn(at), rep))


def _refuse(
    pool: Pool,
    candidates: frozenset[str],
    refused: Mapping[str, Refusal],
    loads: Mapping[str, Load],
    lost: frozenset[str],
) -> dict[str, Refusal]:
    """Everybody who cannot take the slot: as given, and as the pool itself says."""
    refusals = dict(refused)
    for rep in candidates - refused.keys():
        member = pool.by_rep.get(rep)
        refusal = _refusal(pool, member, loads.get(rep), lost) if member else Refusal(rep, "inactive")
        if refusal is not None:
            refusals[rep] = refusal
    return refusals


def _refusal(pool: Pool, member: Member, load: Load | None, lost: frozenset[str]) -> Refusal | None:
    rep, known = member.rep.id, load or NO_LOAD
    if not member.rep.is_present:
        return absence(member.rep)
    if rep in lost:
        return Refusal(rep, "lost_race")
    if member.per_day is not None and known.on_day >= member.per_day:
        return Refusal(rep, "at_daily_cap", {"cap": member.per_day, "count": known.on_day})
    if member.per_week is not None and known.in_week >= member.per_week:
        return Refusal(rep, "at_weekly_cap", {"cap": member.per_week, "count": known.in_week})
    if pool.max_utilization is not None:
        used = known.utilization
        if used is None or used >= pool.max_utilization * 10_000:
            percent = None if used is None else used / 10_000
            return Refusal(rep, "over_utilization", {"ceiling": pool.max_utilization, "percent": percent})
    return None


def _charge(book: Book, scene: Scene, winner: _Place) -> None:
    """Posts what the choice costs: the limit on what is owed, or everybody's chance, and the winner's turn."""
    if scene.pool.distribution is Distribution.EQUAL_CHANCES:
        for rep, share in shares(scene.field).items():
            book.post(Entry(EntryKind.CHANCE, rep, -share, book.positions[rep].weight))
        _post_turn(book, winner, UNIT)
        return
    if scene.pool.distribution is Distribution.ROUND_ROBIN:
        for rep in scene.field:
            at = book.positions[rep]
            raised = calibrated_time(at, scene.totals, scene.pool.max_credit) - at.virtual_time
            if raised:
                book.post(Entry(EntryKind.CALIBRATED, rep, raised, at.weight, "max_credit"))
    _post_turn(book, winner, UNIT // winner.at.weight)


def _post_turn(book: Book, winner: _Place, amount: int) -> None:
    book.post(Entry(EntryKind.ASSIGNED, winner.member.rep.id, amount, winner.at.weight))


def _reason(pool: Pool, order: list[_Place]) -> tuple[str, str | None]:
    """What put the first before the second, and the tie-break if one was needed."""
    reason = REASONS[pool.distribution]
    if pool.distribution is Distribution.ROUND_ROBIN and order[0].standing.key[0]:
        reason = "smallest_virtual_time"
    if len(order) < 2:
        return "only_candidate", None
    first, second = order[0].key, order[1].key
    if first[0] != second[0]:
        return "higher_tier", None
    if first[1] != second[1]:
        return "preferred_skill", None
    if first[2] != second[2]:
        return reason, None
    if first[3] != second[3]:
        return reason, None if pool.distribution is Distribution.LONGEST_IDLE else "last_assignment"
    return reason, "stable_key"


def _overtaking(
    ranking: _Ranking, scene: Scene, winner: _Place, refusals: Mapping[str, Refusal]
) -> Iterator[str]:
    """Those refused for a passing reason who would come before the winner, each on their own."""
    if scene.pool.distribution is Distribution.EQUAL_CHANCES:
        return  # one candidate more changes everybody's share, so that only running it again can tell
    for rep in sorted(refusals):
        member = scene.pool.by_rep.get(rep)
        if member is None or not member.rep.is_present or refusals[rep].code not in PASSING:
            continue
        if ranking.place(member).key < winner.key:
            yield rep
