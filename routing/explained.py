"""The record of an explanation."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from routing.json_values import JSON
from routing.wording import refusal_phrase, sentence


@dataclass(frozen=True, slots=True)
class Line:
    """One statement: a stable code and what it is about."""

    code: str
    params: Mapping[str, JSON] = field(default_factory=dict)

    def sentence(self, names: Mapping[str, str] | None = None) -> str:
        """The statement in English; `names` gives reps' names by id."""
        return sentence(self.code, self.params, names)

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON."""
        return {"code": self.code, "params": dict(self.params)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Line":
        """The line that `to_json` gave."""
        return cls(data["code"], data["params"])


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """One rep: `outcome` is `winner`, `ranked`, `candidate` (no time chosen yet) or `refused`. `position` is the
    rank, `code` the reason of a refusal, `numbers` what either was made of."""

    rep: str
    outcome: str
    position: int | None
    code: str | None
    numbers: Mapping[str, JSON]

    def reason(self) -> str:
        """Why they were passed over, to follow their name; blank for the others."""
        return refusal_phrase(self.code, self.numbers) if self.code else ""

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON."""
        return {
            "rep": self.rep,
            "outcome": self.outcome,
            "position": self.position,
            "code": self.code,
            "numbers": dict(self.numbers),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "CandidateRow":
        """The row that `to_json` gave."""
        return cls(data["rep"], data["outcome"], data["position"], data["code"], data["numbers"])


@dataclass(frozen=True, slots=True)
class Explanation:
    """`who` got it, `because` of what decided, `otherwise` what would have changed it, the `runner_up` (None when
    there was none), the `path` through rules and destinations, and every candidate: ranked ones first."""

    who: Line
    because: Line
    otherwise: Line
    runner_up: Line | None
    path: tuple[Line, ...]
    candidates: tuple[CandidateRow, ...]

    def sentences(self, names: Mapping[str, str] | None = None) -> tuple[str, ...]:
        """Three lines: who and why, what would have changed it, who was next (if anybody was)."""
        first = f"{self.who.sentence(names)} {self.because.sentence(names)}"
        last = (self.runner_up.sentence(names),) if self.runner_up else ()
        return (first, self.otherwise.sentence(names), *last)

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON."""
        return {
            "who": self.who.to_json(),
            "because": self.because.to_json(),
            "otherwise": self.otherwise.to_json(),
            "runner_up": self.runner_up.to_json() if self.runner_up else None,
            "path": [line.to_json() for line in self.path],
            "candidates": [row.to_json() for row in self.candidates],
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Explanation":
        """The explanation that `to_json` gave."""
        return cls(
            who=Line.from_json(data["who"]),
            because=Line.from_json(data["because"]),
            otherwise=Line.from_json(data["otherwise"]),
            runner_up=Line.from_json(data["runner_up"]) if data["runner_up"] else None,
            path=tuple(map(Line.from_json, data["path"])),
            candidates=tuple(map(CandidateRow.from_json, data["candidates"])),
        )
