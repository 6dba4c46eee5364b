"""A router: ordered rules and a compulsory catch-all."""

from dataclasses import dataclass, field

from routing.action import DEFAULT_OWNER_WAIT, Action
from routing.conditions import Condition
from routing.effective import TODAY, in_effect
from routing.json_values import JSON
from routing.plan import Plan
from routing.route import DestinationKind, Verdict

__all__ = ["DEFAULT_VERDICTS", "TODAY", "Layer", "Router", "Rule"]

DEFAULT_LOCAL_DAY = "08:00-18:00"


ROUTE_AGAIN = "route_again"
"""What a rule may say of facts that come late: decide anew with them, as long as the lead is nobody's yet. Otherwise
they are kept beside the decision."""


@dataclass(frozen=True, slots=True)
class Rule:
    """When its condition holds, its action applies, then its fallbacks, then the router's catch-all.

    In effect while `starts <= today < ends` (ISO dates; None is open). A rule with dates does not match when the
    facts do not say what day it is. `late` says what facts do that come after the decision (see `ROUTE_AGAIN`).
    `layer` is the name of the layer it stands in, None in a router without layers. `test` is the condition with the
    dates in front.
    """

    name: str
    when: Condition
    action: Action
    fallback: tuple[Action, ...] = ()
    verdict: Verdict | None = None
    starts: str | None = None
    ends: str | None = None
    notes: str | None = None
    owner: str | None = None
    review: str | None = None
    layer: str | None = None
    late: str | None = None
    test: Condition = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "test", in_effect(self.when, self.starts, self.ends))

    def to_json(self) -> dict[str, JSON]:
        """As in a document; keys that say nothing are left out."""
        plain: dict[str, JSON | None] = {
            "name": self.name,
            "when": self.when.to_json(),
            "action": self.action.to_json(),
            "fallback": [action.to_json() for action in self.fallback] or None,
            "verdict": self.verdict.value if self.verdict else None,
            "from": self.starts,
            "until": self.ends,
            "notes": self.notes,
            "owner": self.owner,
            "review": self.review,
            "late_facts": self.late,
        }
        return {key: value for key, value in plain.items() if value is not None}


@dataclass(frozen=True, slots=True)
class Layer:
    """Rules of which the first match counts. `start` and `end`: its rules are `[start, end)` of the router's. A
    router without layers is one of them, without a name. `path`: where its rules stand in the document."""

    name: str | None
    start: int
    end: int
    path: str
    notes: str | None = None


@dataclass(frozen=True, slots=True)
class Router:
    """Rules in order; within a layer the first match wins. What each layer's match says is tried in the order of the
    layers; `catch_all` takes what no rule matches and what nobody could take.

    `rules` are all rules in order, those of layers one layer after the other. `sticky`: for how many days a company
    that nobody owns comes back to its last rep (None: it does not), and `sticky_wait` how far ahead that rep's first
    time may lie. `local_day`: the hours of a prospect's day, for actions that match the time zone.
    """

    name: str
    rules: tuple[Rule, ...]
    catch_all: tuple[Action, ...]
    layers: tuple[Layer, ...] = ()
    sticky: int | None = None
    local_day: str = DEFAULT_LOCAL_DAY
    sticky_wait: str = DEFAULT_OWNER_WAIT
    names: tuple[str, ...] = field(init=False, repr=False, compare=False)
    plan: Plan = field(init=False, repr=False, compare=False)
    """The rules' names, and how a decision runs through their conditions."""

    def __post_init__(self) -> None:
        if not self.layers:
            object.__setattr__(self, "layers", (Layer(None, 0, len(self.rules), "rules"),))
        object.__setattr__(self, "names", tuple(rule.name for rule in self.rules))
        object.__setattr__(self, "plan", Plan(rule.test for rule in self.rules))

    @property
    def is_layered(self) -> bool:
        """Whether the document has layers."""
        return self.layers[0].name is not None

    def path(self, index: int) -> str:
        """Where the `index`-th of all rules stands in the document: `rules[3]`, `layers[1].rules[0]`."""
        layer = next(layer for layer in self.layers if layer.start <= index < layer.end)
        return f"{layer.path}[{index - layer.start}]"

    def rules_of(self, layer: Layer) -> tuple[Rule, ...]:
        """The rules of one layer."""
        return self.rules[layer.start : layer.end]

    def to_json(self) -> dict[str, JSON]:
        """The document that `parse_router` reads."""
        plain: dict[str, JSON] = {"name": self.name}
        if self.is_layered:
            plain["layers"] = [*map(self._layer, self.layers)]
        else:
            plain["rules"] = [rule.to_json() for rule in self.rules]
        plain["catch_all"] = [action.to_json() for action in self.catch_all]
        if self.sticky is not None:
            plain["sticky"] = f"{self.sticky} days"
        if self.sticky_wait != DEFAULT_OWNER_WAIT:
            plain["sticky_wait"] = self.sticky_wait
        if self.local_day != DEFAULT_LOCAL_DAY:
            plain["local_day"] = self.local_day
        return plain

    def _layer(self, layer: Layer) -> dict[str, JSON]:
        rules: list[JSON] = [rule.to_json() for rule in self.rules_of(layer)]
        notes: dict[str, JSON] = {"notes": layer.notes} if layer.notes else {}
        return {"name": layer.name, **notes, "rules": rules}


DEFAULT_VERDICTS = {
    DestinationKind.OWNER: Verdict.QUALIFIED,
    DestinationKind.REP: Verdict.QUALIFIED,
    DestinationKind.POOL: Verdict.QUALIFIED,
    DestinationKind.TERRITORY: Verdict.QUALIFIED,
    DestinationKind.ADJACENT: Verdict.QUALIFIED,
    DestinationKind.ROUTER: Verdict.QUALIFIED,
    DestinationKind.NURTURE: Verdict.NURTURE,
    DestinationKind.QUEUE: Verdict.NEEDS_REVIEW,
    DestinationKind.MESSAGE: Verdict.DISQUALIFIED,
    DestinationKind.REDIRECT: Verdict.DISQUALIFIED,
}
"""What a first destination says about a request when the rule does not say it itself."""
