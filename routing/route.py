"""The record of a routing decision: the path taken, the candidates, and why everyone else was passed over."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Literal, NamedTuple, TypeAlias

from routing.check import Check
from routing.gate_record import Gate, Verdict
from routing.json_values import JSON
from routing.party import Party, party_from_json
from routing.refusal import Refusal, refusals_from_json, refusals_to_json

__all__ = [
    "FINAL",
    "Check",
    "Destination",
    "DestinationKind",
    "Gate",
    "Refusal",
    "Route",
    "Step",
    "Verdict",
    "Via",
]

Via: TypeAlias = Literal["action", "fallback", "catch_all", "gate"]


class DestinationKind(StrEnum):
    """What a request can be sent to."""

    OWNER = "owner"
    REP = "rep"
    POOL = "pool"
    QUEUE = "queue"
    MESSAGE = "message"
    REDIRECT = "redirect"


FINAL = frozenset({DestinationKind.QUEUE, DestinationKind.MESSAGE, DestinationKind.REDIRECT})
"""Kinds that always take the request, so that nothing after them is reached."""


@dataclass(frozen=True, slots=True)
class Destination:
    """One place the request may go, in the order to try.

    `name` is the pool's or queue's name, the rep's id (blank when the account has no owner), the message's name or
    the address to redirect to. `candidates` may take it as far as the request goes (their time is another
    question); `refused` are the others. Both are in the order of the rep ids. `owner_wait`: how long the owner's
    first free time may lie ahead. `prefer_skills` ranks without refusing. `layer`: the layer whose match sends it here,
    None for the catch-all and in routers without layers. `everybody_out`: the pool of which all who could take the
    request are away, where this destination is what it has for that case. `parties`: the further roles that must be
    filled as well.
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
            **told(layer=self.layer, everybody_out=self.everybody_out),
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
            everybody_out=data.get("everybody_out"),
            parties=tuple(party_from_json(row, cls.from_json) for row in data.get("parties", ())),
        )


def told(**values: JSON) -> dict[str, JSON]:
    """Only what says something: records made before a key was there stay equal to the same ones made now."""
    return {key: value for key, value in values.items() if value is not None}


class Step(NamedTuple):
    """One rule that was tried. `check` is the whole condition when it matched, and when it did not, the smallest
    part that explains why not. `index` counts through all layers; `layer` is None where there are none."""

    rule: str
    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody asks of a step
    matched: bool
    check: Check | None
    layer: str | None = None

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON."""
        check = self.check.to_json() if self.check else None
        plain: dict[str, JSON] = {"rule": self.rule, "index": self.index, "matched": self.matched}
        return {**plain, "check": check, **told(layer=self.layer)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Step":
        """The step that `to_json` gave."""
        check = Check.from_json(data["check"]) if data["check"] else None
        return cls(data["rule"], data["index"], data["matched"], check, data.get("layer"))


@dataclass(frozen=True, slots=True)
class Route:
    """Where a request may go, and how that came about. `rule` is the first that matched, None when none did (the
    catch-all).

    `destinations`: the action, then its fallbacks, layer by layer, then the catch-all; nothing after one that always
    takes the request (a queue, message or redirect). `steps`: every rule tried, in each layer up to the one that
    matched; layers after a destination that always takes the request are not asked. `gate`: what the
    qualification in front of the router said; with a path, it led there, and no rule was asked.
    """

    router: str
    version: int
    verdict: Verdict
    rule: str | None
    destinations: tuple[Destination, ...]
    steps: tuple[Step, ...]
    territories: tuple[str, ...]
    gate: Gate | None = None

    def redacted(self) -> "Route":
        """The same without the facts that its checks found: what may stay after an erasure."""
        steps = (step._replace(check=step.check and step.check.redacted()) for step in self.steps)
        return replace(self, steps=tuple(steps))

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON."""
        plain: dict[str, JSON] = {
            "router": self.router,
            "version": self.version,
            "verdict": self.verdict.value,
            "rule": self.rule,
            "destinations": [destination.to_json() for destination in self.destinations],
            "steps": [step.to_json() for step in self.steps],
            "territories": list(self.territories),
        }
        return plain if self.gate is None else {**plain, "gate": self.gate.to_json()}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Route":
        """The route that `to_json` gave."""
        return cls(
            router=data["router"],
            version=data["version"],
            verdict=Verdict(data["verdict"]),
            rule=data["rule"],
            destinations=tuple(map(Destination.from_json, data["destinations"])),
            steps=tuple(map(Step.from_json, data["steps"])),
            territories=tuple(data["territories"]),
            gate=Gate.from_json(data["gate"]) if data.get("gate") else None,
        )
