"""Simulations and imports over the wire."""

from typing import Annotated, Any

from pydantic import BaseModel, Field

from app.api.behavior_shapes import NewBehavior
from app.api.judgment_shapes import JudgmentShown
from app.api.shapes import Fault
from app.web.openapi import Body


class SimulationBody(Body):
    """A made-up lead. `router`: rules to try in place of the published ones; `behaviors`: what the lead did."""

    form: Annotated[str, Field(min_length=1, max_length=80)]
    answers: dict[str, Any]
    timezone: Annotated[str, Field(max_length=64)] = "UTC"
    router: dict[str, Any] | None = None
    behaviors: Annotated[list[NewBehavior], Field(max_length=100)] = Field(default_factory=list)


class TriedParty(BaseModel):
    """Who would be there beside the rep: their role, the assignment, and why in a sentence."""

    role: str
    assignment: dict[str, Any]
    sentence: str


class Simulation(BaseModel):
    """What would happen: nothing was kept, nobody was charged."""

    facts: dict[str, Any]
    flags: list[dict[str, str]]
    judgment: JudgmentShown
    route: dict[str, Any]
    assignment: dict[str, Any] | None
    parties: list[TriedParty]
    explanation: dict[str, Any]
    sentences: list[str]
    slots: dict[str, Any]


class ImportBody(Body):
    """`csv`: a header with at least `domain`, then a row for each account."""

    csv: Annotated[str, Field(min_length=1, max_length=8_000_000)]
    dry_run: bool = False


class ImportReport(BaseModel):
    """What the import did, or would do; errors are named by their line."""

    added: int
    changed: int
    unchanged: int
    errors: list[Fault]
    is_applied: bool
