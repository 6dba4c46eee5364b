"""Territories, queues and pools: who shares what."""

from typing import Annotated, Any, Literal, get_args

from pydantic import AfterValidator, Field, WithJsonSchema

from app.configuration.rules import read_territory
from app.configuration.words import Count, Email, Emails, Item, Name, Percent, fault
from routing.roster import Distribution, Offering


class Territory(Item):
    """A named part of the market: the requests for which the condition holds."""

    name: Name
    when: Annotated[
        Any, AfterValidator(read_territory), WithJsonSchema({"type": "object", "description": "A condition"})
    ]


class Queue(Item):
    """People who pick up leads that no rep has."""

    name: Name
    members: Emails


class Member(Item):
    """A rep in a pool: `weight` is the share, tier 1 goes first, caps count this pool's meetings."""

    rep: Email
    weight: Annotated[int, Field(ge=1, le=20)] = 1
    tier: Annotated[int, Field(ge=1, le=9)] = 1
    per_day: Count | None = None
    per_week: Count | None = None


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
    `reset`: when everybody is made level again."""

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
