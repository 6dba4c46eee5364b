"""Who could take a lead: reps, the pools they share leads in, and territories."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from routing.conditions import Condition, parse_condition
from routing.json_values import JSON, digest


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
class Away:
    """A long absence (not a busy hour): the rep gets nothing and has left the rotation. `until` is an ISO date."""

    reason: str
    until: str | None = None

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON."""
        return {"reason": self.reason, "until": self.until}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Away":
        """The absence that `to_json` gave."""
        return cls(data["reason"], data.get("until"))


@dataclass(frozen=True, slots=True)
class Rep:
    """Someone who takes meetings. Skills have levels from 1; no skill or territory listed means none."""

    id: str
    is_active: bool = True
    languages: frozenset[str] = frozenset()
    skills: Mapping[str, int] = field(default_factory=dict)
    territories: frozenset[str] = frozenset()
    timezone: str = "UTC"
    manager: str | None = None
    away: Away | None = None

    @property
    def is_present(self) -> bool:
        """Active and not away: takes part in rotation."""
        return self.is_active and self.away is None

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON; sets as sorted lists."""
        return {
            "id": self.id,
            "is_active": self.is_active,
            "languages": sorted(self.languages),
            "skills": dict(sorted(self.skills.items())),
            "territories": sorted(self.territories),
            "timezone": self.timezone,
            "manager": self.manager,
            "away": self.away.to_json() if self.away else None,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Rep":
        """The rep that `to_json` gave."""
        return cls(
            id=data["id"],
            is_active=data["is_active"],
            languages=frozenset(data["languages"]),
            skills=dict(data["skills"]),
            territories=frozenset(data["territories"]),
            timezone=data["timezone"],
            manager=data["manager"],
            away=Away.from_json(data["away"]) if data["away"] else None,
        )


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
    Derived, in the order of the rep ids: `by_rep` (the members), `present` and `absent` (the reps).
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


@dataclass(frozen=True, slots=True)
class Territory:
    """A named part of the market: the requests for which its condition holds (see `territories`)."""

    name: str
    when: Condition

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON."""
        return {"name": self.name, "when": self.when.to_json()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Territory":
        """The territory that `to_json` gave."""
        return cls(data["name"], parse_condition(data["when"]))


@dataclass(frozen=True, slots=True)
class Roster:
    """Everyone and everything a router can point at, by id or name.

    `rep_keys` maps the natural key a document uses for a rep (an e-mail) to the rep's id, for `rep:` actions.
    """

    reps: Mapping[str, Rep]
    pools: Mapping[str, Pool]
    territories: Mapping[str, Territory]
    queues: frozenset[str]
    rep_keys: Mapping[str, str] = field(default_factory=dict)

    def digest(self) -> str:
        """SHA-256 of the canonical JSON: the same for the same roster, however it was put together."""
        return digest(self.to_json())

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON; everything sorted by id or name, pools name their reps."""
        return {
            "reps": [self.reps[key].to_json() for key in sorted(self.reps)],
            "pools": [self.pools[key].to_json(by_id=True) for key in sorted(self.pools)],
            "territories": [self.territories[key].to_json() for key in sorted(self.territories)],
            "queues": sorted(self.queues),
            "rep_keys": dict(sorted(self.rep_keys.items())),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Roster":
        """The roster that `to_json` gave."""
        reps = {rep.id: rep for rep in map(Rep.from_json, data["reps"])}
        pools = [Pool.from_json(pool, reps) for pool in data["pools"]]
        territories = map(Territory.from_json, data["territories"])
        return cls(
            reps=reps,
            pools={pool.name: pool for pool in pools},
            territories={territory.name: territory for territory in territories},
            queues=frozenset(data["queues"]),
            rep_keys=dict(data.get("rep_keys", {})),
        )
