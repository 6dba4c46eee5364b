"""Ledgers and corrections over the wire."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field

from app.api.shapes import Id
from app.web.openapi import Body


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
    """One row of a pool's history. `turns` is what it added to what the rep is owed; `by` who made a correction."""

    sequence: int
    at: AwareDatetime
    kind: str
    rep: str
    reason: str | None
    lead: str | None
    turns: float
    by: str | None


class Ledger(BaseModel):
    """Where everybody stands, the newest rows, and whether replaying all rows gives the same positions."""

    pool: str
    sequence: int
    is_replayable: bool
    standings: list[Standing]
    entries: list[LedgerLine]


class AdjustBody(Body):
    """`rep`: their e-mail address. `turns`: how many to give back; below zero, to take."""

    rep: Annotated[str, Field(min_length=3, max_length=320)]
    turns: Annotated[int, Field(ge=-50, le=50)]
    reason: Annotated[str, Field(min_length=1, max_length=200)]


class CreditPath(BaseModel):
    """A waiting credit's id."""

    credit: Id


class WaitingCredit(BaseModel):
    """A turn to be given back that is one too many in its month."""

    id: str
    pool: str
    rep: str
    reason: str
    created_at: AwareDatetime


class WaitingCredits(BaseModel):
    """The oldest first."""

    credits: list[WaitingCredit]
