"""How many points a lead has, by a versioned scorecard, with every contribution listed.

Values in, values out: how long ago something was done is passed in, in days.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from routing.condition_words import condition_phrase
from routing.deal_value import Amount
from routing.facts import Facts, FactValue
from routing.json_values import JSON
from routing.scorecard import InvalidScorecard, Item, Priority, Scorecard, ScoreKind, parse_scorecard

__all__ = [
    "Behavior",
    "Contribution",
    "InvalidScorecard",
    "Item",
    "Priority",
    "Score",
    "ScoreKind",
    "Scorecard",
    "decayed",
    "parse_scorecard",
    "score",
]


@dataclass(frozen=True, slots=True)
class Behavior:
    """Something the lead did, `age_days` (0 or more) ago: its facts, such as `kind` (webinar, download, page), `topic`
    and `url`."""

    facts: Facts
    age_days: int = 0

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON."""
        return {"facts": self.facts.to_json(), "age_days": self.age_days}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Behavior":
        """The behavior that `to_json` gave."""
        return cls(Facts.from_json(data["facts"]), data["age_days"])


@dataclass(frozen=True, slots=True)
class Contribution:
    """The points of one item; of engagement, for one behavior: `full` points, of which its age left `points`. `words`
    say what the item asks for."""

    item: str
    kind: ScoreKind
    points: int
    full: int
    age_days: int | None
    words: str

    def sentence(self) -> str:
        """`+12 attended a webinar: kind webinar (20 when it was new, 24 days ago)`."""
        aged = (
            f" ({self.full:+} when it was new, {self.age_days} days ago)" if self.points != self.full else ""
        )
        return f"{self.points:+} {self.item}: {self.words}{aged}"

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON."""
        return {
            "item": self.item,
            "kind": self.kind.value,
            "points": self.points,
            "full": self.full,
            "age_days": self.age_days,
            "words": self.words,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Contribution":
        """The contribution that `to_json` gave."""
        kind = ScoreKind(data["kind"])
        return cls(data["item"], kind, data["points"], data["full"], data["age_days"], data["words"])


@dataclass(frozen=True, slots=True)
class Score:
    """What a version of a scorecard made of a lead; `fit` and `engagement` are the sums of their contributions."""

    scorecard: str
    version: int
    fit: int
    engagement: int
    priority: str | None
    contributions: tuple[Contribution, ...]
    deal_value: Amount | None = None

    @property
    def total(self) -> int:
        """Fit and engagement together."""
        return self.fit + self.engagement

    def as_facts(self) -> dict[str, FactValue]:
        """What rules may ask for; a deal value that somebody stated stays where there is no formula."""
        facts: dict[str, FactValue] = {
            "score": self.total,
            "fit_score": self.fit,
            "engagement_score": self.engagement,
            "priority": self.priority,
        }
        return facts if self.deal_value is None else {**facts, "deal_value": self.deal_value.value}

    def sentences(self) -> tuple[str, ...]:
        """The total, and a line for each contribution, the largest first."""
        named = f", priority {self.priority}" if self.priority else ""
        first = f"{self.total} points: fit {self.fit}, engagement {self.engagement}{named}"
        ordered = sorted(self.contributions, key=lambda each: -abs(each.points))
        return (first, *(each.sentence() for each in ordered))

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON."""
        return {
            "scorecard": self.scorecard,
            "version": self.version,
            "fit": self.fit,
            "engagement": self.engagement,
            "total": self.total,
            "priority": self.priority,
            "contributions": [each.to_json() for each in self.contributions],
            "deal_value": self.deal_value.to_json() if self.deal_value else None,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Score":
        """The score that `to_json` gave."""
        return cls(
            scorecard=data["scorecard"],
            version=data["version"],
            fit=data["fit"],
            engagement=data["engagement"],
            priority=data["priority"],
            contributions=tuple(map(Contribution.from_json, data["contributions"])),
            deal_value=Amount.from_json(data["deal_value"]) if data["deal_value"] else None,
        )


def score(scorecard: Scorecard, facts: Facts, behaviors: Sequence[Behavior] = ()) -> Score:
    """The score of a lead. The same values give the same score, always, in whatever order the behaviors come."""
    recent = sorted(behaviors, key=lambda each: max(each.age_days, 0))
    found = tuple(each for item in scorecard.items for each in _contributions(item, facts, recent))
    fit = sum(each.points for each in found if each.kind is ScoreKind.FIT)
    engagement = sum(each.points for each in found if each.kind is ScoreKind.ENGAGEMENT)
    reached = (each.name for each in scorecard.priorities if each.is_reached(fit, engagement))
    value = scorecard.deal_value.amount(facts) if scorecard.deal_value else None
    return Score(scorecard.name, scorecard.version, fit, engagement, next(reached, None), found, value)


def _contributions(item: Item, facts: Facts, behaviors: Sequence[Behavior]) -> Iterator[Contribution]:
    words = condition_phrase(item.when)
    if item.kind is ScoreKind.FIT:
        if item.when.passes(facts):
            yield Contribution(item.name, item.kind, item.points, item.points, None, words)
        return
    met = [each for each in behaviors if item.when.passes(each.facts)]
    for behavior in met[: item.most]:
        age = max(behavior.age_days, 0)
        points = decayed(item.points, age, item.half_life)
        yield Contribution(item.name, item.kind, points, item.points, age, words)


def decayed(points: int, age_days: int, half_life: int | None) -> int:
    """What age leaves of points: half after each half-life, in a straight line in between, rounded half away from
    zero. Exact, so that a score can be worked out again anywhere."""
    if half_life is None or age_days <= 0:
        return points
    halvings, rest = divmod(age_days, half_life)
    if halvings > 20:
        return 0
    left = abs(points) * (1 - Fraction(rest, 2 * half_life)) / 2**halvings
    rounded = int(left + Fraction(1, 2))
    return rounded if points >= 0 else -rounded
