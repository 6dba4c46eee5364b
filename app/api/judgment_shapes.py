"""What was made of a lead, over the wire."""

from typing import Any

from pydantic import AwareDatetime, BaseModel

from routing.judging import Judgment
from routing.scoring import Score


class ContributionShown(BaseModel):
    """The points of one item; for engagement, of one behavior: `full` when it was new, `age_days` ago."""

    item: str
    kind: str
    points: int
    full: int
    age_days: int | None
    words: str


class ScoreShown(BaseModel):
    """By which version of the scorecard; `total` is `fit` and `engagement`, and these are sums of contributions."""

    version: int
    total: int
    fit: int
    engagement: int
    priority: str | None
    contributions: list[ContributionShown]


class DealValueShown(BaseModel):
    """What the formula came to: null when answers are `missing` or for a `problem`. `used`: the answers as numbers."""

    value: int | None
    used: dict[str, str]
    missing: list[str]
    problem: str | None


class QualificationShown(BaseModel):
    """By which version of the definition; `path` is where the verdict led in place of the router."""

    version: int
    verdict: str
    line: str | None
    because: str | None
    stage: str | None
    is_icp: bool | None
    icp_version: int | None
    lead_type: str
    path: dict[str, Any] | None


class JudgmentShown(BaseModel):
    """What was made of a lead before it was routed; parts that are not configured are null."""

    score: ScoreShown | None
    deal_value: DealValueShown | None
    qualification: QualificationShown | None
    segments: list[str]
    lead_type: str | None


class BehaviorShown(BaseModel):
    """Something a lead did; `reported_by` is `page` or `api`."""

    kind: str
    topic: str
    url: str | None
    at: AwareDatetime
    reported_by: str


def judgment_shown(judgment: Judgment) -> JudgmentShown:
    """A judgment as the API tells it."""
    score, verdict = judgment.score, judgment.qualification
    lead_type = judgment.facts.get("lead_type")
    return JudgmentShown(
        score=_score(score) if score else None,
        deal_value=DealValueShown.model_validate(score.deal_value.to_json())
        if score and score.deal_value
        else None,
        qualification=QualificationShown.model_validate(verdict.to_json()) if verdict else None,
        segments=list(judgment.segments),
        lead_type=lead_type if isinstance(lead_type, str) else None,
    )


def _score(score: Score) -> ScoreShown:
    return ScoreShown.model_validate(score.to_json())
