"""One place a request may go, with those who could take it there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Literal, NamedTuple, TypeAlias

from routing.json_values import JSON
from routing.party import Party, party_from_json
from routing.refusal import Refusal, refusals_from_json, refusals_to_json

Via: TypeAlias = Literal["action", "fallback", "catch_all", "gate", "sticky"]
"""How a request comes to a destination; `sticky`: the last rep of a company that nobody owns, before the pool."""


class DestinationKind(StrEnum):
    """What a request can be sent to. On a route, a `territory`, `adjacent` or `router` that led somewhere stands as the
    pools or destinations it led to; as itself only when it led nowhere."""

    OWNER = "owner"
    REP = "rep"
    POOL = "pool"
    TERRITORY = "territory"
    ADJACENT = "adjacent"
    ROUTER = "router"
    QUEUE = "queue"
    MESSAGE = "message"
    REDIRECT = "redirect"
    NURTURE = "nurture"


FINAL = frozenset(
    {DestinationKind.QUEUE, DestinationKind.MESSAGE, DestinationKind.REDIRECT, DestinationKind.NURTURE}
)
"""Kinds that always take the request, so that nothing after them is reached."""


class LocalDay(NamedTuple):
    """The hours of a prospect's day (`08:00-18:00`) and the zone whose wall clock they are on; the zone is what was
    told, blank when nothing was."""

    timezone: str
    hours: str

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON."""
        return {"timezone": self.timezone, "hours": self.hours}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "LocalDay":
        """The day that `to_json` gave."""
        return cls(data["timezone"], data["hours"])


@dataclass(frozen=True, slots=True)
class Destination:
    """One place the request may go, in the order to try.

    `name` is the pool's or queue's name, the rep's id (blank when the account has no owner), the message's name or
    the address to redirect to. `candidates` may take it as far as the request goes (their time is another
    question); `refused` are the others. Both are in the order of the rep ids. `owner_wait`: how long the owner's
    first free time may lie ahead; `within` says the same of others: without a time so soon they are passed over.
    `prefer_skills` ranks without refusing. `layer`: the layer whose match sends it here, None for the catch-all and in
    routers without layers; `router`: the router it came from, when another one led to it. `local_day`: the hours of
    the prospect's day that a meeting must lie in, with their zone. `about`: what else there is to say (`territory`,
    `backfill_from`, `over` and `tie_break`, `owner_of`, `last_rep_on`, `missing`). `everybody_out`: the pool of which
    all who could take the request are away, where this destination is what it has for that case. `parties`: the further
    roles that must be filled as well.
    """

    kind: DestinationKind
    name: str
    candidates: tuple[str, ...]
    refused: tuple[Refusal, ...]
    owner_wait: str | None
    via: Via
    require_skills: Mapping[str, int] = field(default_factory=dict)
    match: tuple[str, ...] = ()
    prefer_skills: Mapping[str, int] = field(default_factory=dict)
    layer: str | None = None
    router: str | None = None
    within: str | None = None
    local_day: LocalDay | None = None
    about: Mapping[str, JSON] = field(default_factory=dict)
    everybody_out: str | None = None
    parties: "tuple[Party[Destination], ...]" = ()

    @property
    def covered(self) -> str | None:
        """The absent owner or named rep whose place the candidate takes."""
        is_person = self.kind in (DestinationKind.OWNER, DestinationKind.REP)
        return self.name if is_person and self.candidates and self.candidates[0] != self.name else None

    @property
    def skill(self) -> str | None:
        """The skill that matters most here: the first required one, else the first preferred one."""
        return next(iter([*sorted(self.require_skills), *sorted(self.prefer_skills)]), None)

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON; refusals for the same reason are together."""
        return {
            "kind": self.kind.value,
            "name": self.name,
            "candidates": list(self.candidates),
            "refused": refusals_to_json(self.refused),
            "owner_wait": self.owner_wait,
            "via": self.via,
            "require_skills": dict(self.require_skills),
            "match": list(self.match),
            "prefer_skills": dict(self.prefer_skills),
            **told(layer=self.layer, router=self.router, within=self.within),
            **told(local_day=self.local_day and self.local_day.to_json(), about=dict(self.about) or None),
            **told(everybody_out=self.everybody_out),
            **told(parties=[party.to_json() for party in self.parties] or None),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Destination":
        """The destination that `to_json` gave."""
        return cls(
            kind=DestinationKind(data["kind"]),
            name=data["name"],
            candidates=tuple(data["candidates"]),
            refused=refusals_from_json(data["refused"]),
            owner_wait=data["owner_wait"],
            via=data["via"],
            require_skills=dict(data["require_skills"]),
            match=tuple(data["match"]),
            prefer_skills=dict(data["prefer_skills"]),
            layer=data.get("layer"),
            router=data.get("router"),
            within=data.get("within"),
            local_day=LocalDay.from_json(data["local_day"]) if "local_day" in data else None,
            about=data.get("about", {}),
            everybody_out=data.get("everybody_out"),
            parties=tuple(party_from_json(row, cls.from_json) for row in data.get("parties", ())),
        )


def told(**values: JSON) -> dict[str, JSON]:
    """Only what says something: records made before a key was there stay equal to the same ones made now."""
    return {key: value for key, value in values.items() if value is not None}


def first_of(destinations: Sequence[Destination]) -> Destination:
    """The first that somebody can take, or that always takes the request; the first of all when there is none."""
    able = (each for each in destinations if each.candidates or each.kind in FINAL)
    return next(able, destinations[0])
