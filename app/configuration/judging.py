"""What leads are judged by: the scorecard with its deal value, and the definition of who is one for us."""

from collections.abc import Callable, Mapping
from typing import Annotated, Any

from pydantic import Field, model_validator

from app.configuration.rules import as_text, faults_of
from app.configuration.words import Item
from routing.definition import InvalidDefinition
from routing.definition_document import parse_definition
from routing.problems import Problem
from routing.scorecard import InvalidScorecard, parse_scorecard

_COUNTED = "is counted by us: every change makes a new version"
_Rows = Annotated[list[dict[str, Any]], Field(default_factory=list)]


class Scoring(Item):
    """Points for what is known of a lead (`fit`) and for what they did (`engagement`), the priorities that points
    reach, and the deal value; read by `routing.parse_scorecard`."""

    items: _Rows
    priorities: _Rows
    deal_value: dict[str, Any] | None = None

    @model_validator(mode="before")
    @classmethod
    def _read(cls, data: Any) -> Any:
        return _plain("scoring", data, lambda document: parse_scorecard(document).to_json())


class Qualification(Item):
    """Segments, stages, the ideal customer profile, lead types, and verdicts with their paths; read by
    `routing.parse_definition`."""

    segments: _Rows
    stages: _Rows
    icp: dict[str, Any] | None = None
    lead_types: _Rows
    verdicts: _Rows
    otherwise: str = "qualified"
    paths: dict[str, dict[str, Any]] = Field(default_factory=dict)

    @model_validator(mode="before")
    @classmethod
    def _read(cls, data: Any) -> Any:
        if not isinstance(data, Mapping):
            return data
        icp = data.get("icp")
        if isinstance(icp, Mapping) and "version" in icp:
            raise faults_of([Problem("icp.version", "unknown-field", _COUNTED)])
        plain = _plain("qualification", data, lambda document: parse_definition(document).to_json())
        if plain.get("icp"):
            plain["icp"] = {"when": plain["icp"]["when"]}
        return plain


def _plain(name: str, data: Any, read: Callable[[Any], Mapping[str, Any]]) -> Any:
    """The library's own spelling, without the name and version that we give it."""
    if not isinstance(data, Mapping):
        return data
    counted = [Problem(key, "unknown-field", _COUNTED) for key in ("name", "version") if key in data]
    if counted:
        raise faults_of(counted)
    given = {key: as_text(value) for key, value in data.items() if value is not None}
    try:
        found = read({**given, "name": name, "version": 1})
    except (InvalidScorecard, InvalidDefinition) as error:
        raise faults_of(error.problems) from None
    return {key: value for key, value in found.items() if key not in {"name", "version"}}
