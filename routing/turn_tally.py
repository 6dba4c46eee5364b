"""Past meetings given anew: who has them now, how that is known, and what it adds up to."""

from collections import Counter
from dataclasses import dataclass
from enum import StrEnum

from routing.json_values import JSON


class Basis(StrEnum):
    """How it is known who would have met a lead."""

    IDENTICAL = "identical"
    """The stored assignment, in every detail."""
    AGAIN = "again"
    """Made again from stored inputs, on other turns."""
    NAMED = "named"
    """The rules name the rep, or the account's owner."""
    BY_TURN = "by_turn"
    """Whose turn it was in another pool, as if everybody there had been free."""
    BY_HAND = "by_hand"
    """A person chose the rep, whatever the rules said."""
    NOT_KNOWN = "not_known"
    NO_MEETING = "no_meeting"
    """It would have ended in a queue, a message, or with nobody."""


@dataclass(frozen=True, slots=True)
class Turn:
    """What became of one past meeting. Reps are ids; None where nobody is, or nobody can be, named."""

    before: str | None
    after: str | None
    basis: Basis


class TurnTally:
    """Meetings by rep, before and after, and how it is known."""

    def __init__(self) -> None:
        self._reps: dict[str, Counter[str]] = {"before": Counter(), "after": Counter()}
        self._bases: Counter[str] = Counter()
        self._others = 0
        self._waits: dict[str, Counter[int]] = {}

    def add(self, turn: Turn, place: str, wait: int) -> None:
        """One meeting, by the place that gave it then, so many minutes after the request."""
        self._bases[turn.basis.value] += 1
        self._others += turn.before != turn.after
        for side, rep in (("before", turn.before), ("after", turn.after)):
            if rep is not None:
                self._reps[side][rep] += 1
        self._waits.setdefault(place, Counter())[max(0, wait) // 60] += 1

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON. `waits`: the median time from request to meeting in whole hours, by the place that gave it."""
        return {
            "meetings": self._bases.total(),
            "other_rep": self._others,
            "bases": dict(self._bases),
            "before": dict(self._reps["before"].most_common()),
            "after": dict(self._reps["after"].most_common()),
            "waits": {place: _median(hours) for place, hours in sorted(self._waits.items())},
        }


def _median(counts: Counter[int]) -> int:
    """The lower median of counted values."""
    left = (counts.total() + 1) // 2
    for value in sorted(counts):
        left -= counts[value]
        if left <= 0:
            return value
    return 0
