"""The record of an assignment: who got a time, in which order the others came, and why some could not take it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from routing.entries import Entry
from routing.json_values import JSON
from routing.refusal import Refusal, refusals_from_json, refusals_to_json
from routing.roster import Distribution


class Ranked(NamedTuple):
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

    `pool` and `distribution` are None when no pool chose (an owner, a named rep, a person). `reason` is a code: one of
    `ranking.REASONS`, or `only_candidate`, `higher_tier`, `preferred_skill`, `smallest_virtual_time` (everybody
    was ahead of the pool), `owner`, `by_hand`, `joined_session`, `nobody`. `tie_break` says what told the winner
    from the runner-up when they were level: `last_assignment` or `stable_key`. `entries` are to be appended to the
    pool's ledger, in order. `would_have_won`: reps refused for a passing reason, each of whom would be the winner
    without it.
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
