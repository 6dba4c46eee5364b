"""Bookings and ledgers over the wire."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field

from app.api.shapes import Id
from app.web.openapi import Body


class BookingQuery(Body):
    """`which`: `upcoming`, `past` or `cancelled`; `offset`: how many to pass over."""

    which: Annotated[str, Field(pattern="^(upcoming|past|cancelled)$")] = "upcoming"
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class BookingLine(BaseModel):
    """A meeting. `event` is the state of its entry in the rep's calendar."""

    id: str
    state: str
    lead: str
    rep: str
    meeting_type: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    timezone: str
    event: str | None
    join_url: str | None
    cancelled_by: str | None
    cancel_reason: str | None


class Bookings(BaseModel):
    """Upcoming ones soonest first, others latest first. `next` continues the list as `offset`."""

    bookings: list[BookingLine]
    next: int | None


class BookingPath(BaseModel):
    """A booking's id."""

    booking: Id


class CancelBody(Body):
    """`for_prospect`: called off at the prospect's wish, so that the rep gets the turn back."""

    reason: Annotated[str, Field(max_length=500)] = ""
    for_prospect: bool = False


class MoveBody(Body):
    """The new start."""

    start: AwareDatetime


class PoolPath(BaseModel):
    """A pool's name."""

    pool: Annotated[str, Field(min_length=1, max_length=200)]


class Standing(BaseModel):
    """A rep's account in a pool. `lag` is what they are owed, in assignments; below zero they are ahead."""

    rep: str
    name: str
    weight: int
    is_active: bool
    assigned: int
    given_back: int
    owner_routed: int
    virtual_time: int
    lag: float


class LedgerLine(BaseModel):
    """One row of a pool's history."""

    sequence: int
    at: AwareDatetime
    kind: str
    rep: str
    reason: str | None
    lead: str | None


class Ledger(BaseModel):
    """Where everybody stands, the newest rows, and whether replaying all rows gives the same positions."""

    pool: str
    sequence: int
    is_replayable: bool
    standings: list[Standing]
    entries: list[LedgerLine]
