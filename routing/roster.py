"""Who could take a lead: reps, the pools they share leads in, and territories."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from routing.conditions import Condition, parse_condition
from routing.effective import in_effect
from routing.json_values import JSON, digest
from routing.pool import Distribution, Member, Offering, Pool
from routing.rep import Away, Rep

__all__ = ["Away", "Distribution", "Member", "Offering", "Pool", "Rep", "Roster", "Territory"]


@dataclass(frozen=True, slots=True)
class Territory:
    """A named part of the market: the requests for which its condition holds (see `territories`).

    In effect while `starts <= today < ends` (ISO dates; None is open); `test` is the condition with the dates in
    front. `pool`: whose leads these are. `adjacent`: territories that help out, the nearest first. `priority`: of
    several that match, the one with the smallest gives its pool.
    """

    name: str
    when: Condition
    pool: str | None = None
    adjacent: tuple[str, ...] = ()
    priority: int = 1
    starts: str | None = None
    ends: str | None = None
    test: Condition = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "test", in_effect(self.when, self.starts, self.ends))

    def is_in_effect(self, today: object) -> bool:
        """Whether an ISO date lies within its dates; on a day that is not known, only where it has none."""
        day = today if isinstance(today, str) else ""
        return (self.starts or "") <= day and (self.ends is None or "" < day < self.ends)

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON; what says nothing is left out."""
        plain: dict[str, JSON] = {"name": self.name, "when": self.when.to_json()}
        if self.adjacent:
            plain["adjacent"] = list(self.adjacent)
        if self.priority != 1:
            plain["priority"] = self.priority
        dated = {"pool": self.pool, "from": self.starts, "until": self.ends}
        return plain | {key: value for key, value in dated.items() if value is not None}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Territory":
        """The territory that `to_json` gave."""
        return cls(
            name=data["name"],
            when=parse_condition(data["when"]),
            pool=data.get("pool"),
            adjacent=tuple(data.get("adjacent", ())),
            priority=data.get("priority", 1),
            starts=data.get("from"),
            ends=data.get("until"),
        )


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
