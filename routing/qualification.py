"""Whether a lead is one for us: stage, fit with the ideal customer profile (ICP), type, and a verdict with its path.

A definition is versioned; what it made of a lead keeps the version it was judged by.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from routing.action import read_action
from routing.condition_words import action_phrase, condition_phrase
from routing.conditions import parse_condition
from routing.definition import Definition, InvalidDefinition, LeadType, Stage, TypeLine
from routing.definition_document import parse_definition
from routing.facts import Facts, FactValue
from routing.json_values import JSON
from routing.problems import Problems
from routing.route import Verdict

__all__ = [
    "DEFAULT_TYPES",
    "Definition",
    "InvalidDefinition",
    "LeadType",
    "Qualification",
    "Stage",
    "judge",
    "lead_type_of",
    "parse_definition",
]

DEFAULT_TYPES = (
    TypeLine(LeadType.CUSTOMER, parse_condition({"field": "account.type", "op": "eq", "value": "customer"})),
    TypeLine(
        LeadType.HOT, parse_condition({"field": "priority", "op": "in", "value": ["hot", "high", "urgent"]})
    ),
    TypeLine(LeadType.RETURNING, parse_condition({"field": "earlier_requests", "op": "gte", "value": 1})),
)
"""What a lead is when no line of the definition says it: the first that holds, else new."""


@dataclass(frozen=True, slots=True)
class Qualification:
    """What a version of a definition made of a lead. `line` is the name of the verdict's line, None when none held.
    `path` is where the lead goes instead of to the router. `is_icp` is None where there is no profile."""

    definition: str
    version: int
    verdict: Verdict
    line: str | None
    because: str | None
    stage: Stage | None
    is_icp: bool | None
    icp_version: int | None
    lead_type: str
    path: Mapping[str, JSON] | None = None

    def as_facts(self) -> dict[str, FactValue]:
        """What rules may ask for; a stage that somebody stated stays where no line speaks of one."""
        facts: dict[str, FactValue] = {
            "qualification": self.verdict.value,
            "is_icp": self.is_icp,
            "icp_version": self.icp_version,
            "lead_type": self.lead_type,
        }
        return facts if self.stage is None else {**facts, "stage": self.stage.value}

    def sentence(self) -> str:
        """`disqualified by 'students', because of email_domain ending with .edu; goes to message students`."""
        by = f" by '{self.line}', because of {self.because}" if self.line else ", as no line spoke of it"
        goes = f"; goes to {self._goes()}" if self.path else ""
        return f"{self.verdict.value.replace('_', ' ')}{by}{goes}"

    def _goes(self) -> str:
        action = read_action(self.path, "path", Problems())
        return action_phrase(action) if action else "the router"

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON."""
        return {
            "definition": self.definition,
            "version": self.version,
            "verdict": self.verdict.value,
            "line": self.line,
            "because": self.because,
            "stage": self.stage.value if self.stage else None,
            "is_icp": self.is_icp,
            "icp_version": self.icp_version,
            "lead_type": self.lead_type,
            "path": dict(self.path) if self.path else None,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Qualification":
        """The qualification that `to_json` gave."""
        stage = Stage(data["stage"]) if data["stage"] else None
        return cls(**{**data, "verdict": Verdict(data["verdict"]), "stage": stage})


def judge(definition: Definition, facts: Facts) -> Qualification:
    """Stage first, then the profile, then the lead's type, then the verdict, which may look at all of them."""
    stage = next((line.stage for line in definition.stages if line.when.passes(facts)), None)
    is_icp = definition.icp.when.passes(facts) if definition.icp else None
    known = facts.having(stage=stage.value if stage else facts.get("stage"), is_icp=is_icp)
    lead_type = lead_type_of(known, definition.lead_types)
    known = known.having(lead_type=lead_type)
    line = next((line for line in definition.verdicts if line.when.passes(known)), None)
    path = definition.path_of(line)
    return Qualification(
        definition=definition.name,
        version=definition.version,
        verdict=line.verdict if line else definition.otherwise,
        line=line.name if line else None,
        because=condition_phrase(line.when) if line else None,
        stage=stage,
        is_icp=is_icp,
        icp_version=definition.icp.version if definition.icp else None,
        lead_type=lead_type,
        path=path.to_json() if path else None,
    )


def lead_type_of(facts: Facts, lines: tuple[TypeLine, ...] = ()) -> str:
    """What was stated with the request, else the first line that holds, else by `DEFAULT_TYPES`, else new."""
    stated = facts.readings["lead_type"].texts
    if stated:
        return stated[0]
    found = (line.lead_type for line in (*lines, *DEFAULT_TYPES) if line.when.passes(facts))
    return next(found, LeadType.NEW).value
