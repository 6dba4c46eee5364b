"""Reads a router from its document, finding every problem rather than the first."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from routing.action import Action, read_action
from routing.conditions import MOST_PARTS, read_condition
from routing.problems import Problem, Problems, join
from routing.route import FINAL, Verdict
from routing.rules import Router, Rule

MOST_RULES = 5_000
MOST_FALLBACKS = 20

_ROUTER_KEYS = frozenset({"name", "rules", "catch_all"})
_RULE_KEYS = frozenset(
    {"name", "when", "action", "fallback", "verdict", "from", "until", "notes", "owner", "review"}
)
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


class InvalidRouter(ValueError):
    """A router document that cannot be used, with everything that is wrong with it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(
            "; ".join(f"{problem.path or 'router'}: {problem.message}" for problem in problems[:5])
        )
        self.problems = problems


def parse_router(document: Any) -> Router:
    """The router in a document (`name`, `rules`, `catch_all`); `InvalidRouter` lists all problems with paths.

    A rule has `name`, `when`, `action`, and may have `fallback` (a list of actions), `verdict`, `from` and
    `until` (ISO dates, `until` exclusive: the rule holds while `from <= today < until`), and `notes`, `owner` and
    `review` for the people who look after it.
    """
    problems = Problems()
    router = _read_router(document, problems)
    if problems.found or router is None:
        raise InvalidRouter(tuple(problems.found))
    return router


def _read_router(document: Any, problems: Problems) -> Router | None:
    data = problems.mapping(document, "", _ROUTER_KEYS)
    if data is None:
        return None
    name = problems.text(data.get("name"), "name")
    items = problems.items(data.get("rules", []), "rules", MOST_RULES)
    rules = [_read_rule(item, join("rules", index), problems) for index, item in enumerate(items)]
    _refuse_repeated_names(rules, problems)
    if not data.get("catch_all"):
        problems.add("catch_all", "missing", "is required: it says who gets what no rule matches")
        return None
    catch_all = _read_chain(data["catch_all"], "catch_all", problems)
    return Router(name or "", tuple(rule for rule in rules if rule is not None), catch_all)


def _refuse_repeated_names(rules: list[Rule | None], problems: Problems) -> None:
    first: dict[str, int] = {}
    for index, rule in enumerate(rules):
        if rule is not None and first.setdefault(rule.name, index) != index:
            message = f"is already the name of rules[{first[rule.name]}]"
            problems.add(join(join("rules", index), "name"), "duplicate", message)


def _read_rule(item: Any, path: str, problems: Problems) -> Rule | None:
    data = problems.mapping(item, path, _RULE_KEYS)
    if data is None:
        return None
    name = problems.text(data.get("name"), join(path, "name"))
    when = _required(data, "when", path, problems) and read_condition(
        data["when"], join(path, "when"), problems
    )
    action = _required(data, "action", path, problems) and read_action(
        data["action"], join(path, "action"), problems
    )
    fallback = _read_chain(data.get("fallback", []), join(path, "fallback"), problems)
    starts, ends = (_read_date(data, key, path, problems) for key in ("from", "until"))
    verdict = _read_verdict(data.get("verdict"), join(path, "verdict"), problems)
    review, notes, owner = _read_date(data, "review", path, problems), data.get("notes"), data.get("owner")
    if starts and ends and ends <= starts:
        problems.add(join(path, "until"), "out-of-range", "must be after from")
    if fallback and action and action.kind in FINAL:
        problems.add(join(path, "fallback"), "unreachable", f"a {action.kind} always takes the request")
    if not (name and when and action):
        return None
    return Rule(name, when, action, fallback, verdict, starts, ends, _plain(notes), _plain(owner), review)


def _plain(data: Any) -> str | None:
    return data if isinstance(data, str) else None


def _required(data: Mapping[str, Any], key: str, path: str, problems: Problems) -> bool:
    if data.get(key) is None:
        problems.add(join(path, key), "missing", "is required")
        return False
    return True


def _read_chain(data: Any, path: str, problems: Problems) -> tuple[Action, ...]:
    items = problems.items(data, path, MOST_FALLBACKS)
    read = [read_action(item, join(path, index), problems) for index, item in enumerate(items)]
    for index, action in enumerate(read[:-1]):
        if action and action.kind in FINAL:
            problems.add(join(path, index + 1), "unreachable", f"the {action.kind} before it always takes it")
    return tuple(action for action in read if action is not None)


def _read_verdict(data: Any, path: str, problems: Problems) -> Verdict | None:
    if data is None:
        return None
    if data in tuple(Verdict):
        return Verdict(data)
    problems.add(path, "invalid", f"must be one of {', '.join(Verdict)}")
    return None


def _read_date(data: Mapping[str, Any], key: str, path: str, problems: Problems) -> str | None:
    if data.get(key) is None:
        return None
    text = problems.text(data[key], join(path, key), 10)
    if text is None:
        return None
    try:
        date.fromisoformat(text if _DATE.fullmatch(text) else "")
    except ValueError:
        problems.add(join(path, key), "invalid", "must be a date such as 2026-12-31")
        return None
    return text


__all__ = ["MOST_PARTS", "InvalidRouter", "Problem", "parse_router"]
