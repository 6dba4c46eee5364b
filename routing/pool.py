"""Reps who share leads."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from routing.json_values import JSON
from routing.rep import Rep


class Distribution(StrEnum):
    """How a pool chooses among the reps who can take a lead."""

    ROUND_ROBIN = "round_robin"
    LONGEST_IDLE = "longest_idle"
    LEAST_UTILIZED = "least_utilized"
    VALUE_BALANCED = "value_balanced"
    MOST_SKILLED = "most_skilled"
    EQUAL_CHANCES = "equal_chances"


class Offering(StrEnum):
    """`flexible`: the pool's times are offered, the rep is chosen at booking. `strict`: the rep first."""

    FLEXIBLE = "flexible"
    STRICT = "strict"


@dataclass(frozen=True, slots=True)
class Member:
    """A rep in a pool. `weight` 1 to 20 is the share; `tier` 1 goes first; caps count this pool's meetings."""

    rep: Rep
    weight: int = 1
    tier: int = 1
    per_day: int | None = None
    per_week: int | None = None

    def __post_init__(self) -> None:
        if not 1 <= self.weight <= 20:
            raise ValueError(f"a weight is from 1 to 20, not {self.weight}")

    def to_json(self, *, by_id: bool = False) -> dict[str, JSON]:
        """Plain JSON; `by_id` names the rep instead of repeating them."""
        return {
            "rep": self.rep.id if by_id else self.rep.to_json(),
            "weight": self.weight,
            "tier": self.tier,
            "per_day": self.per_day,
            "per_week": self.per_week,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any], reps: Mapping[str, Rep] | None = None) -> "Member":
        """The member that `to_json` gave; `reps` is needed when the rep is only named."""
        plain = data["rep"]
        rep = (reps or {})[plain] if isinstance(plain, str) else Rep.from_json(plain)
        return cls(rep, data["weight"], data["tier"], data["per_day"], data["per_week"])


@dataclass(frozen=True, slots=True)
class Pool:
    """Reps who share leads, and how.

    `queue` picks up what is not booked. `max_credit` is the most a rep can be owed, in assignments.
    `charge_owner`: meetings that went to their owner count as turns. `max_utilization` is in percent.
    Derived, in the order of the rep ids: `by_rep` (the members), `present` and `absent` (the reps). `splits` keeps
    how requests have lately divided the present reps, by what they asked for (see `candidates`).
    """

    name: str
    members: tuple[Member, ...]
    distribution: Distribution
    offering: Offering
    queue: str
    max_credit: int = 10
    charge_owner: bool = False
    max_utilization: int | None = None
    by_rep: Mapping[str, Member] = field(init=False, repr=False, compare=False)
    present: tuple[Rep, ...] = field(init=False, repr=False, compare=False)
    absent: tuple[Rep, ...] = field(init=False, repr=False, compare=False)
    splits: dict[Hashable, Any] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        index = {member.rep.id: member for member in sorted(self.members, key=lambda member: member.rep.id)}
        if len(index) < len(self.members):
            raise ValueError(f"pool {self.name} lists a rep twice")
        reps = [member.rep for member in index.values()]
        object.__setattr__(self, "by_rep", index)
        object.__setattr__(self, "present", tuple(rep for rep in reps if rep.is_present))
        object.__setattr__(self, "absent", tuple(rep for rep in reps if not rep.is_present))

    def to_json(self, *, by_id: bool = False) -> dict[str, JSON]:
        """Plain JSON; `by_id` names the reps instead of repeating them."""
        return {
            "name": self.name,
            "members": [member.to_json(by_id=by_id) for member in self.members],
            "distribution": self.distribution.value,
            "offering": self.offering.value,
            "queue": self.queue,
            "max_credit": self.max_credit,
            "charge_owner": self.charge_owner,
            "max_utilization": self.max_utilization,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any], reps: Mapping[str, Rep] | None = None) -> "Pool":
        """The pool that `to_json` gave; `reps` is needed when reps are only named."""
        return cls(
            name=data["name"],
            members=tuple(Member.from_json(member, reps) for member in data["members"]),
            distribution=Distribution(data["distribution"]),
            offering=Offering(data["offering"]),
            queue=data["queue"],
            max_credit=data["max_credit"],
            charge_owner=data["charge_owner"],
            max_utilization=data["max_utilization"],
        )
