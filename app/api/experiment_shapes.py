"""Experiments over the wire."""

from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, Field


class Range(BaseModel):
    """Both ends included, in parts of one; holds at every look with 95 % certainty."""

    low: float
    high: float


class Arm(BaseModel):
    """A variant's counts. `units` are companies, or free-mail addresses; `interval` is for the share that books."""

    name: str
    units: int
    requests: int
    booked: int
    cancelled: int
    no_show: int
    booked_share: float | None
    interval: Range


class Comparison(BaseModel):
    """A variant less the first one."""

    variant: str
    metric: Literal["booked", "cancelled", "no_show"]
    difference: Range
    is_harmful: bool


class Ratio(BaseModel):
    """Whether units met the variants as intended. `p` is good for one look, `evidence` (alarm at 100) for any."""

    expected: list[float]
    p: float
    evidence: float
    is_wrong: bool


class ExperimentResult(BaseModel):
    """What is known so far. `crossed` met more than one variant; `stop`: there is a reason to."""

    variants: list[Arm]
    compared: list[Comparison]
    ratio: Ratio
    crossed: int
    stop: bool


class Experiment(BaseModel):
    """An experiment. `actions` are its variants as written; `rule` is blank in a catch-all."""

    name: str
    router: str
    rule: str
    state: Literal["running", "planned", "ended"]
    starts: str | None = Field(serialization_alias="from", validation_alias="from")
    ends: str | None = Field(serialization_alias="until", validation_alias="until")
    since: datetime
    actions: list[dict[str, Any]]
    result: ExperimentResult
    sentences: list[str]


class Experiments(BaseModel):
    """Those that run first."""

    experiments: list[Experiment]
