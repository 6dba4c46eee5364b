"""The configuration over the wire: plans, results, history, drafts."""

from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, Field

from app.api.shapes import Fault, Row
from app.web.openapi import Body


class Change(BaseModel):
    """One item that changes: `added`, `changed` or `archived`, in sentences."""

    collection: str
    key: str
    action: str
    sentences: list[str]


class Touched(BaseModel):
    """Future meetings that stay as they are."""

    sentence: str
    count: int
    bookings: list[str]


class ConfigurationPlan(BaseModel):
    """What would change."""

    revision: int
    changes: list[Change]
    touched: list[Touched]
    warnings: list[Fault]


class ConfigurationResult(BaseModel):
    """What changed; no changes: all was so already."""

    revision: int
    changes: list[Change]
    warnings: list[Fault]


class RouterFinding(BaseModel):
    """`severity`: `error` blocks publishing, `warning` and `note` do not. `remedy`: what to do."""

    severity: str
    code: str
    path: str
    message: str
    remedy: str


class RegionField(BaseModel):
    """A field, and what it is like, in words."""

    field: str
    is_: Annotated[str, Field(alias="is")]


class UncoveredRegion(BaseModel):
    """Requests that no rule takes. `example`: the facts of one of them."""

    fields: list[RegionField]
    example: dict[str, Any]
    sentence: str


class RouterCoverage(BaseModel):
    """`verdict`: `covered` is proven, `uncovered` has regions, `unknown` has neither. `unknown` counts the conditions
    that could not be decided exactly. `is_whole`: there are no regions besides those listed."""

    verdict: str
    verdict_sentence: str
    reaches: str
    regions: list[UncoveredRegion]
    unknown: int
    undecided: list[str]
    is_whole: bool
    steps: int
    sentences: list[str]


class CoverageBeyond(BaseModel):
    """The same for requests that programs send past the forms, in numbers."""

    verdict: str
    regions: int


class RuleChange(BaseModel):
    """One difference between two versions; `rule` is None for the router itself."""

    code: str
    rule: str | None
    words: str
    sentence: str


class RouterCheck(BaseModel):
    """Findings, the requests that no rule takes, and what differs from the version in force."""

    findings: list[RouterFinding]
    coverage: RouterCoverage
    beyond: CoverageBeyond
    changes: list[RuleChange]


class RouterReview(BaseModel):
    """What stands between a draft and its publication. `check` is missing when the document cannot be read."""

    errors: list[Fault]
    plan: ConfigurationPlan | None
    check: RouterCheck | None


class CheckBody(Body):
    """`document`: rules to check instead of the draft, or of what is in force."""

    document: dict[str, Any] | None = None


class CompareQuery(Body):
    """`from` and `to`: a version's number, `published`, or `draft`."""

    from_: Annotated[str, Field(alias="from", pattern=r"^([0-9]{1,9}|published|draft)$")] = "published"
    to: Annotated[str, Field(pattern=r"^([0-9]{1,9}|published|draft)$")] = "draft"


class VersionComparison(BaseModel):
    """What differs between two versions, in order."""

    from_: Annotated[str, Field(alias="from")]
    to: str
    changes: list[RuleChange]


class PastChange(BaseModel):
    """One applied patch; `inverse` takes it back."""

    revision: int
    source: str
    by: str | None
    at: AwareDatetime
    patch: dict[str, Any]
    inverse: dict[str, Any]


class PastChanges(BaseModel):
    """Newest first. `next` continues the list as `before`."""

    changes: list[PastChange]
    next: int | None


class PruneQuery(Body):
    """`prune`: archive what the document does not name, in the collections it mentions."""

    prune: bool = False


class PatchBody(Body):
    """`patch`: collection → key → item, or null to archive it; items are whole, as in the document."""

    patch: dict[str, Any]
    expected_revision: Annotated[int, Field(ge=0, le=2**53)] | None = None


class RevisionPath(BaseModel):
    """A revision of the configuration."""

    revision: Row


class RouterPath(BaseModel):
    """A router's name."""

    router: Annotated[str, Field(min_length=1, max_length=200)]


class PublishBody(Body):
    """`note` is kept with the version."""

    note: Annotated[str, Field(max_length=150)] = ""
    expected_revision: Annotated[int, Field(ge=0, le=2**53)] | None = None
