"""Territories, queues and pools: who shares what."""

from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, Field, WithJsonSchema, model_validator

from app.configuration.rules import read_territory
from app.configuration.words import Count, Day, Email, Emails, Item, Name, Percent, fault
from routing.pool import DEFAULT_MAX_AHEAD, Distribution, Offering, Success, WhenOut


class Territory(Item):
    """A named part of the market: the requests for which the condition holds, while `from` <= today < `until`.

    `pool` has its leads where a rule sends them to the territory's pool; of several that match, the one with the
    smallest `priority`. `adjacent` help out, the nearest first.
    """

    name: Name
    when: Annotated[
        Any, AfterValidator(read_territory), WithJsonSchema({"type": "object", "description": "A condition"})
    ]
    pool: Name | None = None
    adjacent: Annotated[list[Name], Field(max_length=200)] = Field(default_factory=list)
    priority: Annotated[int, Field(ge=1, le=99)] = 1
    from_: Annotated[Day | None, Field(alias="from")] = None
    until: Day | None = None

    @model_validator(mode="after")
    def _makes_sense(self) -> "Territory":
        if self.from_ and self.until and self.until <= self.from_:
            raise fault("out-of-range", f"ends on {self.until}, which is not after {self.from_}")
        if self.name in self.adjacent:
            raise fault("invalid", "a territory is not adjacent to itself")
        if len(set(self.adjacent)) < len(self.adjacent):
            raise fault("duplicate", "names an adjacent territory twice")
        return self


class Queue(Item):
    """People who pick up leads that no rep has. `pull`: `next` gives each of them whoever is next, unseen; `any` lets
    them choose. `max_claims`: how many each may have at once. `due_hours`: by when somebody should have taken a
    request (else the company's). `manager` is told when one is overdue."""

    name: Name
    members: Emails
    pull: Literal["next", "any"] = "next"
    max_claims: Annotated[int, Field(ge=1, le=100)] = 3
    due_hours: Annotated[int, Field(ge=1, le=1000)] | None = None
    manager: Email | None = None


class Member(Item):
    """A rep in a pool: `weight` is the share, unless `percent` sets it, with `floor` and `cap` around it; tier 1 goes
    first; caps count this pool's meetings, `per_…` by their date, `new_per_…` by the day they were booked on."""

    rep: Email
    weight: Annotated[int, Field(ge=1, le=20)] = 1
    tier: Annotated[int, Field(ge=1, le=9)] = 1
    per_day: Count | None = None
    per_week: Count | None = None
    percent: Percent | None = None
    floor: Percent | None = None
    cap: Percent | None = None
    new_per_day: Count | None = None
    new_per_week: Count | None = None

    @model_validator(mode="after")
    def _bounds_are_in_order(self) -> "Member":
        low, share, high = self.floor or 0, self.percent, self.cap or 100
        if low > high:
            raise fault("out-of-range", "floor must not be more than cap")
        if share is not None and not low <= share <= high:
            raise fault("out-of-range", "percent must lie between floor and cap")
        if self.new_per_day and self.new_per_week and self.new_per_day > self.new_per_week:
            raise fault("out-of-range", "new_per_day must not be more than new_per_week")
        return self


def _each_rep_once(members: list[Member]) -> list[Member]:
    seen: set[str] = set()
    for member in members:
        if member.rep in seen:
            raise fault("duplicate", f"lists {member.rep} twice")
        seen.add(member.rep)
    return members


CreditFor = Literal["cancellation", "no_show", "skip"]


def _in_order(causes: list[CreditFor]) -> list[CreditFor]:
    return [cause for cause in get_args(CreditFor) if cause in causes]


class Pool(Item):
    """Reps who share leads, and how. `max_credit`: the most a rep can be owed, in assignments. `charge_owner`:
    meetings that went to their owner count as turns. `max_utilization`: above it, a rep is passed over.
    `credit_for`: what gives a rep's turn back; `credits_per_month`: how often without a manager (null: always).
    `reset`: when everybody is made level again. `max_ahead`: turns ahead from which `balanced` offering hides a rep.
    `performance`: shares follow this outcome of meetings."""

    name: Name
    offering: Offering = Offering.FLEXIBLE
    distribution: Distribution = Distribution.ROUND_ROBIN
    members: Annotated[list[Member], Field(max_length=5000), AfterValidator(_each_rep_once)]
    queue: Name
    max_credit: Annotated[int, Field(ge=1, le=1000)] = 10
    charge_owner: bool = False
    max_utilization: Percent | None = None
    credit_for: Annotated[list[CreditFor], Field(max_length=3), AfterValidator(_in_order)] = Field(
        default_factory=lambda: list(get_args(CreditFor))
    )
    credits_per_month: Annotated[int, Field(ge=0, le=1000)] | None = 5
    reset: Literal["never", "monthly", "quarterly"] = "never"
    max_ahead: Annotated[int, Field(ge=1, le=100)] = DEFAULT_MAX_AHEAD
    when_everybody_is_out: WhenOut = WhenOut.FALLBACK
    performance: Success | None = None
