"""The record of a routing decision: the path taken, the candidates, and why everyone else was passed over."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from routing.check import Check
from routing.destination import (
    FINAL,
    Destination,
    DestinationKind,
    LocalDay,
    Via,
    first_of,
    told,
)
from routing.gate_record import Gate, Verdict
from routing.json_values import JSON
from routing.refusal import Refusal
from routing.split import Drawn

__all__ = [
    "FINAL",
    "Check",
    "Destination",
    "DestinationKind",
    "Gate",
    "LocalDay",
    "Refusal",
    "Route",
    "Step",
    "Verdict",
    "Via",
]


class Step(NamedTuple):
    """One rule that was tried. `check` is the whole condition when it matched, and when it did not, the smallest
    part that explains why not. `index` counts through all layers; `layer` is None where there are none. `router` is
    another router that the request was led to."""

    rule: str
    index: int  # type: ignore[assignment]  # hides tuple.index, which nobody asks of a step
    matched: bool
    check: Check | None
    layer: str | None = None
    router: str | None = None

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON."""
        check = self.check.to_json() if self.check else None
        plain: dict[str, JSON] = {"rule": self.rule, "index": self.index, "matched": self.matched}
        return {**plain, "check": check, **told(layer=self.layer, router=self.router)}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Step":
        """The step that `to_json` gave."""
        check = Check.from_json(data["check"]) if data["check"] else None
        return cls(data["rule"], data["index"], data["matched"], check, data.get("layer"), data.get("router"))


@dataclass(frozen=True, slots=True)
class Route:
    """Where a request may go, and how that came about. `rule` is the first that matched, None when none did (the
    catch-all).

    `destinations`: the action, then its fallbacks, layer by layer, then the catch-all; nothing after one that always
    takes the request (a queue, message or redirect). `steps`: every rule tried, in each layer up to the one that
    matched; layers after a destination that always takes the request are not asked. The rules of another router stand
    where it was entered. `routers`: the versions of the other routers that were entered, by name. `gate`: what the
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
    routers: Mapping[str, int] = field(default_factory=dict)
    splits: tuple[Drawn, ...] = ()
    """The experiments it went through, each with the variant that was drawn."""

    @property
    def first(self) -> Destination:
        """The first destination that somebody can take, or that always takes the request."""
        return first_of(self.destinations)

    def redacted(self) -> "Route":
        """The same without the facts that its checks found: what may stay after an erasure."""
        steps = (step._replace(check=step.check and step.check.redacted()) for step in self.steps)
        splits = (replace(drawn, unit=None) for drawn in self.splits)
        return replace(self, steps=tuple(steps), splits=tuple(splits))

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
            **told(routers=dict(self.routers) or None),
            **told(splits=[drawn.to_json() for drawn in self.splits] or None),
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
            routers=dict(data.get("routers", {})),
            splits=tuple(map(Drawn.from_json, data.get("splits", ()))),
        )
