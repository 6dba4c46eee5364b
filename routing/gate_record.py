"""What a route keeps of the qualification in front of the router."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from routing.json_values import JSON


class Verdict(StrEnum):
    """What was made of a request: by the qualification in front of the router, or by the router."""

    QUALIFIED = "qualified"
    NURTURE = "nurture"
    DISQUALIFIED = "disqualified"
    NEEDS_REVIEW = "needs_review"


@dataclass(frozen=True, slots=True)
class Gate:
    """The verdict of a definition's version, the line that gave it and its condition in words (both None when no line
    held), and the path it led to in place of the router (None: on to the router). Holds no facts."""

    definition: str
    version: int
    verdict: Verdict
    line: str | None = None
    because: str | None = None
    path: Mapping[str, JSON] | None = None

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON."""
        return {
            "definition": self.definition,
            "version": self.version,
            "verdict": self.verdict.value,
            "line": self.line,
            "because": self.because,
            "path": dict(self.path) if self.path else None,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Gate":
        """The gate that `to_json` gave."""
        return cls(**{**data, "verdict": Verdict(data["verdict"])})
