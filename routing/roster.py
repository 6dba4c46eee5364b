"""Who could take a lead: reps, the pools they share leads in, and territories."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from routing.conditions import Condition, parse_condition
from routing.json_values import JSON, digest
from routing.pool import Distribution, Member, Offering, Pool
from routing.rep import Away, Rep

__all__ = ["Away", "Distribution", "Member", "Offering", "Pool", "Rep", "Roster", "Territory"]


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
