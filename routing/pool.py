"""Reps who share leads."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from routing.json_values import JSON
from routing.member import Member
from routing.rep import Rep
from routing.targets import ledger_weights

__all__ = ["Distribution", "Member", "Offering", "Pool", "Success", "WhenOut"]

DEFAULT_MAX_AHEAD = 2


class Distribution(StrEnum):
    """How a pool chooses among the reps who can take a lead."""

    ROUND_ROBIN = "round_robin"
    LONGEST_IDLE = "longest_idle"
    LEAST_UTILIZED = "least_utilized"
    VALUE_BALANCED = "value_balanced"
    MOST_SKILLED = "most_skilled"
    EQUAL_CHANCES = "equal_chances"


class Offering(StrEnum):
    """`flexible`: the pool's times are offered, the rep is chosen at booking. `strict`: the rep first. `balanced`:
    flexible, without those who are ahead of the others (see `balance`)."""

    FLEXIBLE = "flexible"
    STRICT = "strict"
    BALANCED = "balanced"


class WhenOut(StrEnum):
    """What a request gets when all who could take it are away: the next destination of the route, the pool's queue,
    or the times from the day somebody is back."""

    FALLBACK = "fallback"
    QUEUE = "queue"
    NEXT_DAY_BACK = "next_day_back"


class Success(StrEnum):
    """What speaks for a rep, where a pool's shares follow outcomes: that meetings took place."""

    HELD = "held"


@dataclass(frozen=True, slots=True)
class Pool:
    """Reps who share leads, and how.

    `queue` picks up what is not booked. `max_credit` is the most a rep can be owed, in assignments.
    `charge_owner`: meetings that went to their owner count as turns. `max_utilization` is in percent. `max_ahead`:
    how many turns a rep may be ahead before `balanced` offering hides them. `performance`: shares follow this
    outcome of past meetings, by rows of the ledger.
    Derived, in the order of the rep ids: `by_rep` (the members), `present` and `absent` (the reps), `weights` (what
    the ledger counts the present ones by), `capped` (those with caps by the meeting's date), `uncapped` (the present
    ones without) and `rationed` (those with caps by the day of the booking). `splits` keeps how requests have lately
    divided the present reps, by what they asked for (see `candidates`).
    """

    name: str
    members: tuple[Member, ...]
    distribution: Distribution
    offering: Offering
    queue: str
    max_credit: int = 10
    charge_owner: bool = False
    max_utilization: int | None = None
    max_ahead: int = DEFAULT_MAX_AHEAD
    when_everybody_is_out: WhenOut = WhenOut.FALLBACK
    performance: Success | None = None
    by_rep: Mapping[str, Member] = field(init=False, repr=False, compare=False)
    present: tuple[Rep, ...] = field(init=False, repr=False, compare=False)
    absent: tuple[Rep, ...] = field(init=False, repr=False, compare=False)
    weights: Mapping[str, int] = field(init=False, repr=False, compare=False)
    capped: frozenset[str] = field(init=False, repr=False, compare=False)
    uncapped: frozenset[str] = field(init=False, repr=False, compare=False)
    rationed: frozenset[str] = field(init=False, repr=False, compare=False)
    splits: dict[Hashable, Any] = field(init=False, repr=False, compare=False, default_factory=dict)

    def __post_init__(self) -> None:
        index = {member.rep.id: member for member in sorted(self.members, key=lambda member: member.rep.id)}
        if len(index) < len(self.members):
            raise ValueError(f"pool {self.name} lists a rep twice")
        reps = [member.rep for member in index.values()]
        object.__setattr__(self, "by_rep", index)
        object.__setattr__(self, "present", tuple(rep for rep in reps if rep.is_present))
        object.__setattr__(self, "absent", tuple(rep for rep in reps if not rep.is_present))
        object.__setattr__(self, "weights", self.weights_of(rep.id for rep in self.present))
        object.__setattr__(self, "capped", frozenset(rep for rep in index if index[rep].is_capped))
        object.__setattr__(self, "uncapped", frozenset(rep.id for rep in self.present) - self.capped)
        object.__setattr__(self, "rationed", frozenset(rep for rep in index if index[rep].is_rationed))

    def weights_of(self, reps: Iterable[str], tenths: Mapping[str, int] | None = None) -> dict[str, int]:
        """What the ledger counts these members by, if they are the ones who take part. `tenths`: factors from
        outcomes, for a pool whose shares follow them; ten for those it does not name."""
        if tenths is None and self.performance is not None:
            tenths = {}
        return ledger_weights(tuple(self.by_rep.values()), frozenset(reps), tenths)

    def to_json(self, *, by_id: bool = False) -> dict[str, JSON]:
        """Plain JSON; `by_id` names the reps instead of repeating them."""
        data: dict[str, JSON] = {
            "name": self.name,
            "members": [member.to_json(by_id=by_id) for member in self.members],
            "distribution": self.distribution.value,
            "offering": self.offering.value,
            "queue": self.queue,
            "max_credit": self.max_credit,
            "charge_owner": self.charge_owner,
            "max_utilization": self.max_utilization,
        }
        return data | self._chosen()

    def _chosen(self) -> dict[str, JSON]:
        """What is not as it is by default: a stored roster without it reads the same."""
        chosen: dict[str, JSON] = {}
        if self.max_ahead != DEFAULT_MAX_AHEAD:
            chosen["max_ahead"] = self.max_ahead
        if self.when_everybody_is_out is not WhenOut.FALLBACK:
            chosen["when_everybody_is_out"] = self.when_everybody_is_out.value
        if self.performance is not None:
            chosen["performance"] = self.performance.value
        return chosen

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
            max_ahead=data.get("max_ahead", DEFAULT_MAX_AHEAD),
            when_everybody_is_out=WhenOut(data.get("when_everybody_is_out", WhenOut.FALLBACK)),
            performance=Success(data["performance"]) if data.get("performance") else None,
        )
