"""Bookings over the wire."""

from typing import Annotated

from pydantic import AwareDatetime, BaseModel, Field

from app.api.shapes import Id
from app.models import Outcome
from app.web.openapi import Body


class BookingQuery(Body):
    """`which`: `upcoming`, `past` or `cancelled`; `offset`: how many to pass over."""

    which: Annotated[str, Field(pattern="^(upcoming|past|cancelled)$")] = "upcoming"
    offset: Annotated[int, Field(ge=0, le=1_000_000)] = 0


class Person(BaseModel):
    """Somebody of ours at a meeting: `primary` is the rep whose meeting it is. `rep` is an e-mail address."""

    role: str
    rep: str


class BookingLine(BaseModel):
    """A meeting. `event` is the state of its entry in the rep's calendar; `accepted_at`: when the rep said that they
    will be there. `session`: the id that the bookings of prospects who share one have in common."""

    id: str
    state: str
    lead: str
    rep: str
    people: list[Person]
    meeting_type: str
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    timezone: str
    event: str | None
    join_url: str | None
    cancelled_by: str | None
    cancel_reason: str | None
    outcome: str | None
    accepted_at: AwareDatetime | None
    session: str | None = None


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


class OutcomeBody(Body):
    """`held`: it took place; `no_show`: the prospect did not come; `done`: settled in another way."""

    outcome: Outcome


RepEmail = Annotated[str, Field(min_length=3, max_length=320)]
Reason = Annotated[str, Field(min_length=1, max_length=200)]


class ReassignBody(Body):
    """`rep`: an e-mail address; without one, the next by the same engine. `colleague`: the address of somebody beside
    the rep who is to be replaced, instead of the rep. `reason` stays on record."""

    reason: Reason
    rep: RepEmail | None = None
    colleague: RepEmail | None = None


class SkipBody(Body):
    """`rep`: whose meeting, or whose seat beside its rep, it is, as an e-mail address."""

    rep: RepEmail
    reason: Reason


class AcceptBody(Body):
    """`rep`: whose meeting it is, as an e-mail address."""

    rep: RepEmail
