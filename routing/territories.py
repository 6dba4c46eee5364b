"""Which territories a request lies in."""

from collections.abc import Mapping, Sequence
from typing import Any

from routing.conditions import InvalidCondition, parse_condition
from routing.facts import Facts
from routing.json_values import JSON
from routing.roster import Territory

TERRITORY = "territory"
"""The fact that holds the names of the matching territories."""


def parse_territory(name: str, data: Any, path: str = "when") -> Territory:
    """A territory from its document; `InvalidCondition` when it cannot be used.

    A postal code means something only within a country: a condition on `postal_code` needs one on `country`.
    """
    when = parse_condition(data, path)
    fields = {leaf.field for leaf in when.leaves()}
    if TERRITORY in fields:
        raise InvalidCondition(path, "a territory cannot be told by territory")
    if "postal_code" in fields and "country" not in fields:
        raise InvalidCondition(path, "needs the country beside the postal code")
    return Territory(name, when)


def matching_territories(territories: Mapping[str, Territory], facts: Facts) -> tuple[str, ...]:
    """The names of the territories that the facts lie in and that are in effect, sorted. There may be none, one or
    several."""
    return tuple(sorted(name for name, territory in territories.items() if territory.test.passes(facts)))


def home(territories: Mapping[str, Territory], matched: Sequence[str]) -> Territory | None:
    """Of the territories that match, the one whose pool has the lead: the smallest priority decides, then the name."""
    owning = [territories[name] for name in matched if territories[name].pool is not None]
    return min(owning, key=_rank, default=None)


def tie_break(territories: Mapping[str, Territory], matched: Sequence[str]) -> dict[str, JSON]:
    """What decided between several that match and have a pool; nothing where there was nothing to decide."""
    owning = sorted((territories[name] for name in matched if territories[name].pool is not None), key=_rank)
    if len(owning) < 2:
        return {}
    decided = "name" if owning[0].priority == owning[1].priority else "priority"
    return {"over": [territory.name for territory in owning[1:]], "tie_break": decided}


def _rank(territory: Territory) -> tuple[int, str]:
    return territory.priority, territory.name
