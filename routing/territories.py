"""Which territories a request lies in."""

from collections.abc import Mapping
from typing import Any

from routing.conditions import InvalidCondition, parse_condition
from routing.facts import Facts
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
    """The names of the territories the facts lie in, sorted. There may be none, one or several."""
    return tuple(sorted(name for name, territory in territories.items() if territory.when.passes(facts)))
