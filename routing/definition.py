"""How leads are judged: segments, stages, ideal customer profile, lead types, and verdicts with their paths."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from routing.action import Action
from routing.conditions import Condition
from routing.json_values import JSON
from routing.problems import Problem
from routing.route import Verdict


class Stage(StrEnum):
    """How far a lead is on the way to buying."""

    RESEARCHING = "researching"
    DECIDING = "deciding"
    READY = "ready"


class LeadType(StrEnum):
    """What a lead is to us."""

    NEW = "new"
    RETURNING = "returning"
    CUSTOMER = "customer"
    HOT = "hot"


class InvalidDefinition(ValueError):
    """A document that cannot be used, with everything that is wrong with it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(
            "; ".join(f"{each.path or 'qualification'}: {each.message}" for each in problems[:5])
        )
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Segment:
    """A group of leads with a name: those for which the condition holds. A lead may be in several."""

    name: str
    when: Condition

    def to_json(self) -> dict[str, JSON]:
        """As in a document."""
        return {"name": self.name, "when": self.when.to_json()}


@dataclass(frozen=True, slots=True)
class StageLine:
    """The stage of leads for which the condition holds."""

    stage: Stage
    when: Condition

    def to_json(self) -> dict[str, JSON]:
        """As in a document."""
        return {"stage": self.stage.value, "when": self.when.to_json()}


@dataclass(frozen=True, slots=True)
class TypeLine:
    """The type of leads for which the condition holds."""

    lead_type: LeadType
    when: Condition

    def to_json(self) -> dict[str, JSON]:
        """As in a document."""
        return {"lead_type": self.lead_type.value, "when": self.when.to_json()}


@dataclass(frozen=True, slots=True)
class VerdictLine:
    """The verdict on leads for which the condition holds, and where they go: its own `path`, or the verdict's."""

    name: str
    verdict: Verdict
    when: Condition
    path: Action | None = None

    def to_json(self) -> dict[str, JSON]:
        """As in a document."""
        plain: dict[str, JSON] = {
            "name": self.name,
            "verdict": self.verdict.value,
            "when": self.when.to_json(),
        }
        return plain if self.path is None else {**plain, "path": self.path.to_json()}


@dataclass(frozen=True, slots=True)
class Profile:
    """One version of the ideal customer profile."""

    version: int
    when: Condition

    def to_json(self) -> dict[str, JSON]:
        """As in a document."""
        return {"version": self.version, "when": self.when.to_json()}


@dataclass(frozen=True, slots=True)
class Definition:
    """One version of how leads are judged. Everything may ask for `segments`. Of `stages`, `lead_types` and `verdicts`
    the first line that holds counts; if none does, the stage is not known, the type is found by
    `qualification.DEFAULT_TYPES`, and the verdict is `otherwise`. Verdicts may ask for all the others. `paths`: where
    leads of a verdict go in place of the router; a verdict without one goes on to the router."""

    name: str
    version: int
    segments: tuple[Segment, ...] = ()
    stages: tuple[StageLine, ...] = ()
    icp: Profile | None = None
    lead_types: tuple[TypeLine, ...] = ()
    verdicts: tuple[VerdictLine, ...] = ()
    otherwise: Verdict = Verdict.QUALIFIED
    paths: Mapping[Verdict, Action] = field(default_factory=dict)

    def path_of(self, line: VerdictLine | None) -> Action | None:
        """Where leads go that this line spoke of (None: no line did)."""
        if line is not None and line.path is not None:
            return line.path
        return self.paths.get(line.verdict if line else self.otherwise)

    def to_json(self) -> dict[str, JSON]:
        """The document that `parse_definition` reads; keys that say nothing are left out."""
        plain: dict[str, JSON | None] = {
            "name": self.name,
            "version": self.version,
            "segments": [segment.to_json() for segment in self.segments] or None,
            "stages": [line.to_json() for line in self.stages],
            "icp": self.icp.to_json() if self.icp else None,
            "lead_types": [line.to_json() for line in self.lead_types] or None,
            "verdicts": [line.to_json() for line in self.verdicts],
            "otherwise": self.otherwise.value,
            "paths": {verdict.value: action.to_json() for verdict, action in self.paths.items()} or None,
        }
        return {key: value for key, value in plain.items() if value is not None}
