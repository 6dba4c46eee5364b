"""Queues over the wire."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field

from app.api.shapes import Id
from app.web.openapi import Body

Email = Annotated[str, Field(min_length=3, max_length=320)]


class QueuePath(BaseModel):
    """A queue's name."""

    queue: Annotated[str, Field(min_length=1, max_length=200)]


class EntryPath(BaseModel):
    """An entry's id."""

    entry: Id


class PersonBody(Body):
    """`person`: who takes it, by the address they sign in with."""

    person: Email


class Entry(BaseModel):
    """A request that waits for a person. `claimed_by`: who has it. `booking`: a meeting that waits for another rep.
    `can_be_taken`: nobody has it, and the prospect is not still choosing a time."""

    id: str
    queue: str
    state: str
    reason: str
    request: str
    lead: str
    priority: str | None
    score: float | None
    due_at: AwareDatetime
    created_at: AwareDatetime
    claimed_by: str | None
    claimed_at: AwareDatetime | None
    booking: str | None
    can_be_taken: bool


class Entries(BaseModel):
    """The most pressing first: overdue ones, then the higher score, then whoever is due first."""

    entries: list[Entry]


class Claim(BaseModel):
    """What was taken; null when nobody waits."""

    entry: Entry | None
