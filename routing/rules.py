"""A router: ordered rules and a compulsory catch-all."""

from dataclasses import dataclass, field

from routing.action import Action
from routing.conditions import AllOf, Condition, FieldCheck, parse_condition
from routing.json_values import JSON, canonical
from routing.operators import Test
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
    checks: tuple[tuple[str, str, JSON, Test], ...] = field(init=False, repr=False, compare=False)
    plans: tuple[tuple[int, ...] | Condition, ...] = field(init=False, repr=False, compare=False)
    """What every decision runs through: the rules' names, the different checks in them, and for each rule which of
    these must all hold (or its condition, where that is no plain list of checks)."""

    def __post_init__(self) -> None:
        places: dict[str, int] = {}
        checks: list[FieldCheck] = []
        plans: list[tuple[int, ...] | Condition] = []
        for rule in self.rules:
            every = rule.test.plain_checks()
            if every is None:
                plans.append(rule.test)
                continue
            for check in every:
                if places.setdefault(_key(check), len(checks)) == len(checks):
                    checks.append(check)
            plans.append(tuple(places[_key(check)] for check in every))
        object.__setattr__(self, "names", tuple(rule.name for rule in self.rules))
        plain = tuple((check.field, check.op, check.wanted, check.test) for check in checks)
        object.__setattr__(self, "checks", plain)
        object.__setattr__(self, "plans", tuple(plans))

    def to_json(self) -> dict[str, JSON]:
        """The document that `parse_router` reads."""
        return {
            "name": self.name,
            "rules": [rule.to_json() for rule in self.rules],
            "catch_all": [action.to_json() for action in self.catch_all],
        }


def _key(check: FieldCheck) -> str:
    """The same for checks that always come out the same."""
    return canonical([check.field, check.op, check.wanted])


DEFAULT_VERDICTS = {
    DestinationKind.OWNER: Verdict.QUALIFIED,
    DestinationKind.REP: Verdict.QUALIFIED,
    DestinationKind.POOL: Verdict.QUALIFIED,
    DestinationKind.QUEUE: Verdict.NEEDS_REVIEW,
    DestinationKind.MESSAGE: Verdict.DISQUALIFIED,
    DestinationKind.REDIRECT: Verdict.DISQUALIFIED,
}
"""What a first destination says about a request when the rule does not say it itself."""
