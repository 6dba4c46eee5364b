"""One past request under other rules: where it went, where it would go, and whether that is a change.

Values in, values out: the caller brings the stored route and the one that was made again. A route's steps are not
compared (other rules are other steps), nor is the version; everything that says who may take the request is.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any

from routing.json_values import JSON
from routing.route import FINAL, DestinationKind, Route

NOBODY = "nobody"
"""The place of a request that no destination of its route could take."""

_NOT_COMPARED = ("router", "version", "steps", "routers")
_LONGEST_NAME = 200
_FINAL = frozenset(kind.value for kind in FINAL)


class Change(StrEnum):
    """What other rules make of a past request."""

    IDENTICAL = "identical"
    """The same verdict, rule, territories and destinations with the same candidates and refusals."""
    SAME_PLACE = "same_place"
    """It goes to the same place, but another rule says so, or other reps there qualify."""
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Decided:
    """A route as far as a replay compares it. `place` is the first destination that can take the request, such as
    `pool:europe`; `via` is how the route came there. `is_matched`: a rule matched."""

    plain: Mapping[str, Any]
    place: str
    via: str
    is_matched: bool

    @property
    def rule(self) -> str | None:
        """The rule that matched."""
        rule: str | None = self.plain["rule"]
        return rule

    @property
    def verdict(self) -> str:
        """What the router made of the request."""
        return str(self.plain["verdict"])

    @property
    def destinations(self) -> Sequence[Mapping[str, Any]]:
        """The route's destinations as plain JSON."""
        found: Sequence[Mapping[str, Any]] = self.plain["destinations"]
        return found


def decided(trace: Mapping[str, Any]) -> Decided:
    """What is compared of a stored route (`Route.to_json`, with or without its steps)."""
    plain = {key: value for key, value in trace.items() if key not in _NOT_COMPARED}
    index = first_able(plain["destinations"])
    found = plain["destinations"][index] if index is not None else None
    return Decided(
        plain=plain,
        place=place_name(found) if found else NOBODY,
        via=str(found["via"]) if found else "catch_all",
        is_matched=plain["rule"] is not None,
    )


def decided_again(route: Route) -> Decided:
    """What is compared of a route that was made again."""
    return decided(replace(route, steps=()).to_json())


def first_able(destinations: Sequence[Mapping[str, Any]]) -> int | None:
    """The index of the first destination that can take the request, as far as the rules and absences go."""
    for index, destination in enumerate(destinations):
        if destination["candidates"] or destination["kind"] in _FINAL:
            return index
    return None


def place_name(destination: Mapping[str, JSON]) -> str:
    """`pool:europe`, `queue:desk`, `rep:rep_7`, or `owner` for whichever rep owns the account."""
    kind = str(destination["kind"])
    return kind if kind == DestinationKind.OWNER else f"{kind}:{destination['name']}"[:_LONGEST_NAME]


def change_of(before: Decided, after: Decided) -> Change:
    """Whether a request would be decided differently."""
    if before.place != after.place:
        return Change.MOVED
    return Change.IDENTICAL if before.plain == after.plain else Change.SAME_PLACE
