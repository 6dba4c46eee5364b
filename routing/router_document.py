"""Reads a router from its document, finding every problem rather than the first."""

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from routing.action import DEFAULT_OWNER_WAIT, Action, read_action, read_wait
from routing.conditions import MOST_PARTS, read_condition
from routing.dates import read_date
from routing.problems import Problem, Problems, join
from routing.route import DestinationKind, Verdict
from routing.router_settings import read_local_day, read_sticky
from routing.rules import ROUTE_AGAIN, Layer, Router, Rule

MOST_RULES = 5_000
"""In a router, all layers together."""

MOST_LAYERS = 50
MOST_FALLBACKS = 20

_ROUTER_KEYS = frozenset({"name", "rules", "layers", "catch_all", "sticky", "sticky_wait", "local_day"})
_LAYER_KEYS = frozenset({"name", "notes", "rules"})
_RULE_KEYS = frozenset(
    {
        "name",
        "when",
        "action",
        "fallback",
        "verdict",
        "from",
        "until",
        "notes",
        "owner",
        "review",
        "late_facts",
    }
)


Placed: TypeAlias = list[tuple[str, Action]]
"""Actions with their paths."""


class InvalidRouter(ValueError):
    """A router document that cannot be used, with everything that is wrong with it."""

    def __init__(self, problems: tuple[Problem, ...]) -> None:
        super().__init__(
            "; ".join(f"{problem.path or 'router'}: {problem.message}" for problem in problems[:5])
        )
        self.problems = problems


def parse_router(document: Any) -> Router:
    """The router in a document (`name`, `rules` or `layers`, `catch_all`); `InvalidRouter` lists all problems with
    paths. A layer has `name`, `rules`, and may have `notes`.

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
    layers, placed = _read_layers(data, problems)
    _refuse_repeated_names(placed, problems)
    if not data.get("catch_all"):
        problems.add("catch_all", "missing", "is required: it says who gets what no rule matches")
        return None
    catch_all = _read_chain(data["catch_all"], "catch_all", problems)
    sticky, local_day = (
        read_sticky(data.get("sticky"), problems),
        read_local_day(data.get("local_day"), problems),
    )
    wait = read_wait(data.get("sticky_wait"), "sticky_wait", problems) or DEFAULT_OWNER_WAIT
    if sticky is None and data.get("sticky_wait") is not None:
        problems.add("sticky_wait", "invalid", "means nothing without sticky")
    router = Router(name or "", tuple(rule for _, rule in placed), catch_all, layers, sticky, local_day, wait)
    actions = [each for path, rule in placed for each in _actions(path, rule)]
    actions += [(join("catch_all", number), action) for number, action in enumerate(catch_all)]
    _refuse_itself(router.name, actions, problems)
    _refuse_repeated_splits(actions, problems)
    return router


def _refuse_itself(name: str, actions: Placed, problems: Problems) -> None:
    """A router that leads to itself would never come to an end."""
    for path, action in actions:
        if any(each.kind is DestinationKind.ROUTER and each.name == name for each in action.outcomes):
            problems.add(path, "cycle", "leads back to this router")


def _refuse_repeated_splits(actions: Placed, problems: Problems) -> None:
    """The name of an experiment is what its draws and results go by."""
    first: dict[str, str] = {}
    for path, action in actions:
        if action.split and first.setdefault(action.split.name, path) != path:
            message = f"is already the name of the experiment at {first[action.split.name]}"
            problems.add(join(join(path, "split"), "name"), "duplicate", message)


def _actions(path: str, rule: Rule) -> Iterator[tuple[str, Action]]:
    yield join(path, "action"), rule.action
    for number, action in enumerate(rule.fallback):
        yield join(join(path, "fallback"), number), action


def _read_layers(
    data: Mapping[str, Any], problems: Problems
) -> tuple[tuple[Layer, ...], list[tuple[str, Rule]]]:
    """The layers, none when the document has plain rules; and all rules with their paths."""
    if not data.get("layers"):
        return (), _read_rules(data.get("rules", []), "rules", None, problems)
    if data.get("rules"):
        problems.add("rules", "invalid", "stand inside of layers when there are layers")
    layers: list[Layer] = []
    placed: list[tuple[str, Rule]] = []
    for index, item in enumerate(problems.items(data["layers"], "layers", MOST_LAYERS)):
        path = join("layers", index)
        layer = problems.mapping(item, path, _LAYER_KEYS)
        name = layer and problems.text(layer.get("name"), join(path, "name"))
        if layer is None or not name:
            continue
        if any(name == earlier.name for earlier in layers):
            problems.add(join(path, "name"), "duplicate", "is already the name of a layer before it")
        start, here = len(placed), join(path, "rules")
        placed += _read_rules(layer.get("rules", []), here, name, problems)
        layers.append(Layer(name, start, len(placed), here, _plain(layer.get("notes"))))
    if len(placed) > MOST_RULES:
        problems.add("layers", "too-many", f"have {len(placed)} rules; at most {MOST_RULES} are allowed")
    return tuple(layers), placed


def _read_rules(data: Any, path: str, layer: str | None, problems: Problems) -> list[tuple[str, Rule]]:
    items = problems.items(data, path, MOST_RULES)
    read = [
        (join(path, index), _read_rule(item, join(path, index), layer, problems))
        for index, item in enumerate(items)
    ]
    return [(here, rule) for here, rule in read if rule is not None]


def _refuse_repeated_names(placed: list[tuple[str, Rule]], problems: Problems) -> None:
    first: dict[str, str] = {}
    for path, rule in placed:
        if first.setdefault(rule.name, path) != path:
            problems.add(join(path, "name"), "duplicate", f"is already the name of {first[rule.name]}")


def _read_rule(item: Any, path: str, layer: str | None, problems: Problems) -> Rule | None:
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
    starts, ends = (read_date(data, key, path, problems) for key in ("from", "until"))
    verdict = _read_verdict(data.get("verdict"), join(path, "verdict"), problems)
    review, notes, owner = read_date(data, "review", path, problems), data.get("notes"), data.get("owner")
    if starts and ends and ends <= starts:
        problems.add(join(path, "until"), "out-of-range", "must be after from")
    if fallback and action and action.is_final:
        problems.add(join(path, "fallback"), "unreachable", f"a {action.kind} always takes the request")
    late = data.get("late_facts")
    if late not in {None, ROUTE_AGAIN}:
        problems.add(join(path, "late_facts"), "invalid", f"must be {ROUTE_AGAIN}, or left out")
    if not (name and when and action):
        return None
    return Rule(
        name, when, action, fallback, verdict, starts, ends, _plain(notes), _plain(owner), review, layer, late
    )


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
        if action and action.is_final:
            problems.add(join(path, index + 1), "unreachable", f"the {action.kind} before it always takes it")
    return tuple(action for action in read if action is not None)


def _read_verdict(data: Any, path: str, problems: Problems) -> Verdict | None:
    if data is None:
        return None
    if data in tuple(Verdict):
        return Verdict(data)
    problems.add(path, "invalid", f"must be one of {', '.join(Verdict)}")
    return None


__all__ = ["MOST_PARTS", "InvalidRouter", "Problem", "parse_router"]
