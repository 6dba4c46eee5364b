"""The sentences above a decision's picture, for whoever reads them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from routing.assignment import Assignment
from routing.explanation import Explanation
from routing.flips import Flip
from routing.route import Route
from routing.summary import flip_sentences, passed_over, why_them


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of a decision beside its record. `flips`: what would have changed it, made sure of. `you`: the rep
    who reads. `turns`: when the ledger's rows were written, by sequence; `made_at`: when it was decided."""

    flips: tuple[Flip, ...] = ()
    you: str | None = None
    turns: Mapping[int, datetime] = field(default_factory=dict)
    made_at: datetime | None = None

    def since_turn(self, sequence: object) -> str:
        """How long before the decision a turn was; blank when that is not known."""
        at = self.turns.get(sequence) if isinstance(sequence, int) else None
        return span_words(self.made_at - at) if at is not None and self.made_at is not None else ""


NOTHING_ELSE = Known()


def lines_of(
    route: Route,
    assignment: Assignment | None,
    explanation: Explanation,
    names: Mapping[str, str],
    known: Known = NOTHING_ELSE,
) -> tuple[str, ...]:
    """Who and why; what speaks for them; who was passed over for what; what would have changed it."""
    first, otherwise, *rest = explanation.sentences(names)
    if assignment is None:
        return (first, otherwise, *rest)
    numbers = assignment.ranking[0].numbers if assignment.ranking else {}
    them = why_them(route, assignment, names, you=known.you, since=known.since_turn(numbers.get("last_turn")))
    over = passed_over(route, assignment, names, known.flips)
    flips = flip_sentences(known.flips, names)
    is_said = bool(flips) or (
        over is not None and explanation.otherwise.code == "would_have_won" and known.flips
    )
    head = (them,) if them and known.you == assignment.winner else (first, them)
    lines = (*head, over, *(() if is_said else (otherwise,)), *flips, *rest)
    return tuple(line for line in lines if line)


def span_words(lasts: timedelta) -> str:
    """`2 d 4 h`, `3 h 10 min`, `5 min`."""
    minutes = max(0, int(lasts.total_seconds() // 60))
    days, rest = divmod(minutes, 1440)
    hours, rest = divmod(rest, 60)
    parts = [(days, "d"), (hours, "h"), (0 if days else rest, "min")]
    return " ".join(f"{count} {unit}" for count, unit in parts if count) or "a moment"
