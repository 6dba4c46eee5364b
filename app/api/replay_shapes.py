"""Replays over the wire."""

from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from app.api.shapes import Id
from app.web.openapi import Body


class ReplayPath(BaseModel):
    """A replay's id."""

    replay: Id


class ReplayBody(Body):
    """Which rules to try on which requests. `version` goes with `rules: version`; `since` and `until` are days back
    such as `90d`, or dates (midnight UTC), half-open; `until` blank is now."""

    router: Annotated[str, Field(min_length=1, max_length=200)]
    rules: Literal["draft", "published", "version"] = "draft"
    version: Annotated[int, Field(ge=1, le=2_000_000_000)] | None = None
    since: Annotated[str, Field(min_length=1, max_length=20)] = "90d"
    until: Annotated[str, Field(max_length=20)] = ""


class Replay(BaseModel):
    """A replay as it stands. `result` is there when it is done; `done` of `total` steps are."""

    id: str
    router: str
    rules: str
    since: datetime
    until: datetime
    state: Literal["waiting", "running", "done", "cancelled", "failed"]
    done: int
    total: int
    by: str
    created_at: datetime
    finished_at: datetime | None
    problem: str | None
    result: dict[str, Any] | None
    sentences: list[str]
    not_known: list[str]


class ReplayLine(BaseModel):
    """A replay in a list."""

    id: str
    router: str
    rules: str
    state: str
    by: str
    created_at: datetime


class Replays(BaseModel):
    """The newest first."""

    replays: list[ReplayLine]
