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


class RouterReview(BaseModel):
    """What stands between a draft and its publication."""

    errors: list[Fault]
    plan: ConfigurationPlan | None


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
