"""Everything that is worked out about a lead before it is routed: segments, score, deal value, stage, type, verdict.

Values in, values out; the same standards, facts and behaviors give the same judgment, always.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from routing.computed import TOPICS
from routing.definition import Definition
from routing.facts import Facts, FactValue
from routing.json_values import JSON
from routing.qualification import Qualification, judge, lead_type_of
from routing.scorecard import Scorecard
from routing.scoring import Behavior, Score, score

MOST_BEHAVIORS = 200
"""The most recent ones count; the older ones are not looked at."""


@dataclass(frozen=True, slots=True)
class Standards:
    """What leads are judged by: a version of the scorecard and of the definition, or neither."""

    scorecard: Scorecard | None = None
    definition: Definition | None = None

    @property
    def versions(self) -> dict[str, int]:
        """The numbers of the versions, `scoring` and `qualification`, of what there is."""
        both = {"scoring": self.scorecard, "qualification": self.definition}
        return {name: each.version for name, each in both.items() if each is not None}


@dataclass(frozen=True, slots=True)
class Judgment:
    """What came out. `facts` are those that rules may ask for; `replaced` are stated ones that gave way to them."""

    facts: Mapping[str, FactValue]
    score: Score | None = None
    qualification: Qualification | None = None
    segments: tuple[str, ...] = ()
    replaced: Mapping[str, FactValue] = field(default_factory=dict)

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON."""
        return {
            "facts": Facts(self.facts).to_json(),
            "score": self.score.to_json() if self.score else None,
            "qualification": self.qualification.to_json() if self.qualification else None,
            "segments": list(self.segments),
            "replaced": Facts(self.replaced).to_json(),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Judgment":
        """The judgment that `to_json` gave."""
        return cls(
            facts=Facts.from_json(data["facts"]).values,
            score=Score.from_json(data["score"]) if data["score"] else None,
            qualification=Qualification.from_json(data["qualification"]) if data["qualification"] else None,
            segments=tuple(data["segments"]),
            replaced=Facts.from_json(data["replaced"]).values,
        )


def judge_lead(standards: Standards, facts: Facts, behaviors: Sequence[Behavior] = ()) -> Judgment:
    """What the standards make of a lead. Segments may be asked for by everything, the score by the definition."""
    recent = sorted(behaviors, key=lambda each: each.age_days)[:MOST_BEHAVIORS]
    found = behavior_facts(recent)
    definition = standards.definition
    segments: tuple[str, ...] = ()
    if definition is not None and definition.segments:
        known = facts.having(**found)
        segments = tuple(each.name for each in definition.segments if each.when.passes(known))
        found["segments"] = segments
    made = score(standards.scorecard, facts.having(**found), recent) if standards.scorecard else None
    if made is not None:
        found |= made.as_facts()
    known = facts.having(**found)
    qualification = judge(definition, known) if definition else None
    found |= qualification.as_facts() if qualification else {"lead_type": lead_type_of(known)}
    replaced = {name: facts.values[name] for name in found if name in facts.values}
    return Judgment(found, made, qualification, segments, replaced)


def facts_before(facts: Facts, judgment: Judgment) -> Facts:
    """The facts that a judgment was made on, from those it led to."""
    others = {name: value for name, value in facts.values.items() if name not in judgment.facts}
    return Facts({**others, **judgment.replaced})


def behavior_facts(behaviors: Iterable[Behavior]) -> dict[str, FactValue]:
    """`behaviors` as `kind:topic`, and the topics of each kind that has a fact of its own; each once, in order."""
    pairs = dict.fromkeys(
        (str(each.facts.get("kind") or ""), str(each.facts.get("topic") or "")) for each in behaviors
    )
    found: dict[str, FactValue] = {}
    if pairs:
        found["behaviors"] = tuple(f"{kind}:{topic}" if topic else kind for kind, topic in pairs)
    for kind, name in TOPICS.items():
        topics = tuple(topic for each, topic in pairs if each == kind and topic)
        if topics:
            found[name] = topics
    return found
