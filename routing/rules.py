"""A router: ordered rules and a compulsory catch-all."""

from dataclasses import dataclass, field

from routing.action import Action
from routing.conditions import AllOf, Condition, FieldCheck, parse_condition
from routing.json_values import JSON
from routing.plan import Plan
from routing.route import DestinationKind, Verdict

TODAY = "today"
"""The fact that rules with effective dates look at: an ISO date, given by the caller."""


@dataclass(frozen=True, slots=True)
class Rule:
    """When its condition holds, its action applies, then its fallbacks, then the router's catch-all.

    In effect while `starts <= today < ends` (ISO dates; None is open). A rule with dates does not match when the
    facts do not say what day it is. `test` is the condition with the dates in front.
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
    test: Condition = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        dates = [_on(op, on) for op, on in (("gte", self.starts), ("lt", self.ends)) if on is not None]
        object.__setattr__(self, "test", AllOf((*dates, self.when)) if dates else self.when)

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
        }
        return {key: value for key, value in plain.items() if value is not None}


def _on(op: str, date: str) -> FieldCheck:
    condition = parse_condition({"field": TODAY, "op": op, "value": date})
    assert isinstance(condition, FieldCheck)
    return condition


@dataclass(frozen=True, slots=True)
class Router:
    """Rules in order, first match wins; `catch_all` takes what no rule matches and what nobody could take."""

    name: str
    rules: tuple[Rule, ...]
    catch_all: tuple[Action, ...]
    names: tuple[str, ...] = field(init=False, repr=False, compare=False)
    plan: Plan = field(init=False, repr=False, compare=False)
    """The rules' names, and how a decision runs through their conditions."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "names", tuple(rule.name for rule in self.rules))
        object.__setattr__(self, "plan", Plan(rule.test for rule in self.rules))

    def to_json(self) -> dict[str, JSON]:
        """The document that `parse_router` reads."""
        return {
            "name": self.name,
            "rules": [rule.to_json() for rule in self.rules],
            "catch_all": [action.to_json() for action in self.catch_all],
        }


DEFAULT_VERDICTS = {
    DestinationKind.OWNER: Verdict.QUALIFIED,
    DestinationKind.REP: Verdict.QUALIFIED,
    DestinationKind.POOL: Verdict.QUALIFIED,
    DestinationKind.QUEUE: Verdict.NEEDS_REVIEW,
    DestinationKind.MESSAGE: Verdict.DISQUALIFIED,
    DestinationKind.REDIRECT: Verdict.DISQUALIFIED,
}
"""What a first destination says about a request when the rule does not say it itself."""
