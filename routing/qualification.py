"""Whether a lead is one for us: stage, fit with the ideal customer profile (ICP), and a verdict with its path.

A definition is versioned; what it made of a lead keeps the version it was judged by.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from routing.action import Action, read_action
from routing.condition_words import action_phrase, condition_phrase
from routing.conditions import Condition, read_condition
from routing.facts import Facts, FactValue
from routing.json_values import JSON
from routing.problems import Problem, Problems, join
from routing.route import Verdict

MOST_LINES = 200


class Stage(StrEnum):
    """How far a lead is on the way to buying."""

    RESEARCHING = "researching"
    DECIDING = "deciding"
    READY = "ready"


class InvalidDefinition(ValueError):
    """A document that cannot be used, with everything that is wrong with it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(
            "; ".join(f"{each.path or 'qualification'}: {each.message}" for each in problems[:5])
        )
        self.problems = problems


@dataclass(frozen=True, slots=True)
class StageLine:
    """The stage of leads for which the condition holds."""

    stage: Stage
    when: Condition

    def to_json(self) -> dict[str, JSON]:
        """As in a document."""
        return {"stage": self.stage.value, "when": self.when.to_json()}


@dataclass(frozen=True, slots=True)
class VerdictLine:
    """The verdict on leads for which the condition holds, and where they go; without a `path`, on to the router."""

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
    """One version of how leads are judged. Of `stages` and of `verdicts` the first line that holds counts; if none
    does, the stage is not known, and the verdict is `otherwise`. Verdicts may ask for `stage` and `is_icp`."""

    name: str
    version: int
    stages: tuple[StageLine, ...] = ()
    icp: Profile | None = None
    verdicts: tuple[VerdictLine, ...] = ()
    otherwise: Verdict = Verdict.QUALIFIED

    def to_json(self) -> dict[str, JSON]:
        """The document that `parse_definition` reads."""
        plain: dict[str, JSON] = {
            "name": self.name,
            "version": self.version,
            "stages": [line.to_json() for line in self.stages],
            "verdicts": [line.to_json() for line in self.verdicts],
            "otherwise": self.otherwise.value,
        }
        return plain if self.icp is None else {**plain, "icp": self.icp.to_json()}


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
    path: Mapping[str, JSON] | None = None

    def as_facts(self) -> dict[str, FactValue]:
        """What rules may ask for."""
        return {
            "qualification": self.verdict.value,
            "stage": self.stage.value if self.stage else None,
            "is_icp": self.is_icp,
            "icp_version": self.icp_version,
        }

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
            "path": dict(self.path) if self.path else None,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Qualification":
        """The qualification that `to_json` gave."""
        stage = Stage(data["stage"]) if data["stage"] else None
        return cls(**{**data, "verdict": Verdict(data["verdict"]), "stage": stage})


def judge(definition: Definition, facts: Facts) -> Qualification:
    """Stage first, then the profile, then the verdict, which may look at both."""
    stage = next((line.stage for line in definition.stages if line.when.passes(facts)), None)
    is_icp = definition.icp.when.passes(facts) if definition.icp else None
    known = facts.having(stage=stage.value if stage else facts.get("stage"), is_icp=is_icp)
    line = next((line for line in definition.verdicts if line.when.passes(known)), None)
    return Qualification(
        definition=definition.name,
        version=definition.version,
        verdict=line.verdict if line else definition.otherwise,
        line=line.name if line else None,
        because=condition_phrase(line.when) if line else None,
        stage=stage,
        is_icp=is_icp,
        icp_version=definition.icp.version if definition.icp else None,
        path=line.path.to_json() if line and line.path else None,
    )


def parse_definition(document: Any) -> Definition:
    """The definition in a document (`name`, `version`, `stages`, `icp`, `verdicts`, `otherwise`);
    `InvalidDefinition` lists all problems with their paths."""
    problems = Problems()
    definition = _read(document, problems)
    if problems.found or definition is None:
        raise InvalidDefinition(tuple(problems.found))
    return definition


def _read(document: Any, problems: Problems) -> Definition | None:
    keys = frozenset({"name", "version", "stages", "icp", "verdicts", "otherwise"})
    data = problems.mapping(document, "", keys)
    if data is None:
        return None
    stages = [
        _stage(item, join("stages", index), problems)
        for index, item in enumerate(problems.items(data.get("stages", []), "stages", MOST_LINES))
    ]
    verdicts = [
        _verdict_line(item, join("verdicts", index), problems)
        for index, item in enumerate(problems.items(data.get("verdicts", []), "verdicts", MOST_LINES))
    ]
    return Definition(
        name=problems.text(data.get("name"), "name") or "",
        version=problems.whole(data.get("version", 1), "version", 1, 10**9) or 1,
        stages=tuple(line for line in stages if line is not None),
        icp=_profile(data.get("icp"), problems),
        verdicts=tuple(line for line in verdicts if line is not None),
        otherwise=_verdict(data.get("otherwise", "qualified"), "otherwise", problems) or Verdict.QUALIFIED,
    )


def _stage(item: Any, path: str, problems: Problems) -> StageLine | None:
    data = problems.mapping(item, path, frozenset({"stage", "when"}))
    if data is None:
        return None
    when = read_condition(data.get("when"), join(path, "when"), problems)
    if data.get("stage") not in tuple(Stage):
        problems.add(join(path, "stage"), "invalid", f"must be one of {', '.join(Stage)}")
        return None
    return None if when is None else StageLine(Stage(data["stage"]), when)


def _profile(item: Any, problems: Problems) -> Profile | None:
    if item is None:
        return None
    data = problems.mapping(item, "icp", frozenset({"version", "when"}))
    if data is None:
        return None
    version = problems.whole(data.get("version", 1), "icp.version", 1, 10**9)
    when = read_condition(data.get("when"), "icp.when", problems)
    return None if when is None or version is None else Profile(version, when)


def _verdict(data: Any, path: str, problems: Problems) -> Verdict | None:
    if data in tuple(Verdict):
        return Verdict(data)
    problems.add(path, "invalid", f"must be one of {', '.join(Verdict)}")
    return None


def _verdict_line(item: Any, path: str, problems: Problems) -> VerdictLine | None:
    data = problems.mapping(item, path, frozenset({"name", "verdict", "when", "path"}))
    if data is None:
        return None
    name = problems.text(data.get("name"), join(path, "name"))
    verdict = _verdict(data.get("verdict"), join(path, "verdict"), problems)
    when = read_condition(data.get("when"), join(path, "when"), problems)
    goes = None if data.get("path") is None else read_action(data["path"], join(path, "path"), problems)
    return None if name is None or verdict is None or when is None else VerdictLine(name, verdict, when, goes)
