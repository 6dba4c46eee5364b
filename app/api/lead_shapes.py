"""Leads, requests and decisions over the wire."""

from typing import Annotated, Any

from pydantic import AwareDatetime, BaseModel, Field

from app.api.judgment_shapes import BehaviorShown, JudgmentShown
from app.api.shapes import Id, PageQuery


class LeadQuery(PageQuery):
    """`state`: of the newest request; `words`: part of name, e-mail or company; `list`: their nurture list."""

    state: Annotated[str, Field(max_length=32)] | None = None
    words: Annotated[str, Field(max_length=200)] = ""
    list: Annotated[str, Field(max_length=200)] | None = None


class LeadLine(BaseModel):
    """A lead with its newest request."""

    lead: str
    name: str | None
    email: str | None
    company: str | None
    state: str
    form: str
    router: str | None
    rule: str | None
    rep: str | None
    starts_at: AwareDatetime | None
    created_at: AwareDatetime
    score: int | None
    priority: str | None
    nurture_list: str | None


class Leads(BaseModel):
    """Newest request first. `next` continues the list as `before`."""

    leads: list[LeadLine]
    next: int | None


class LeadPath(BaseModel):
    """A lead's id."""

    lead: Id


class Submission(BaseModel):
    """One request of a lead; what was typed and made of it is null after an erasure. `origins`: where facts are from
    that nobody typed. `judgment` is the one it was routed on; `rescored` came of late facts and moved nobody."""

    id: str
    state: str
    form: str
    timezone: str
    locale: str
    created_at: AwareDatetime
    answers: dict[str, Any] | None
    facts: dict[str, Any] | None
    source: dict[str, Any] | None
    flags: list[Any]
    origins: dict[str, Any] | None
    judgment: JudgmentShown | None
    rescored: JudgmentShown | None
    rule: str | None
    queue: str | None
    bookings: list[str]


class Activity(BaseModel):
    """One line of what happened; ids, numbers and codes only."""

    kind: str
    at: AwareDatetime
    actor: str
    data: dict[str, Any]


class LeadDetail(BaseModel):
    """A lead, their requests and what happened, newest first."""

    id: str
    name: str | None
    email: str | None
    company: str | None
    account: str | None
    owner: str | None
    created_at: AwareDatetime
    requests: list[Submission]
    behaviors: list[BehaviorShown]
    activities: list[Activity]


class RequestPath(BaseModel):
    """A request's id."""

    request: Id


class TimeCause(BaseModel):
    """Why so many starts are closed; `open`: they are not. `calendar`: the one that is busy then, `kind`: with what
    sort of entry."""

    code: str
    calendar: str | None
    kind: str | None = None
    starts: int


class RepCauses(BaseModel):
    """One rep; the causes add up to all starts of the window."""

    rep: str
    causes: list[TimeCause]


class WhatIf(BaseModel):
    """What would open more times: `offered` is how many there would be, made by offering again with it."""

    code: str
    words: str
    offered: int
    gained: int


class PlaceCauses(BaseModel):
    """One place the request may go. `causes` add up to `starts` times the number of reps."""

    index: int
    kind: str
    name: str
    is_current: bool
    starts: int
    offered: int
    causes: list[TimeCause]
    reps: list[RepCauses]
    what_ifs: list[WhatIf]


class RequestTimes(BaseModel):
    """What closes the times of a request, place by place in the order of its route."""

    request: str
    places: list[PlaceCauses]


class Flip(BaseModel):
    """Something that would have changed the decision, made sure of by making it again: `rep` would have got it."""

    code: str
    rep: str | None
    params: dict[str, Any]


class PartyDecision(BaseModel):
    """How somebody beside the rep was chosen: their role, the stored assignment, and why in a sentence."""

    role: str
    rep: str
    assignment: dict[str, Any]
    sentence: str


class Decision(BaseModel):
    """Who got the request and why: the stored records, the explanation made of them, and whether running the
    decision again comes out the same (`same`, `different`, `erased`, `none`)."""

    request: str
    route: dict[str, Any]
    assignment: dict[str, Any] | None
    parties: list[PartyDecision]
    explanation: dict[str, Any]
    sentences: list[str]
    flips: list[Flip]
    verification: dict[str, str]
