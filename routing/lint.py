"""What is wrong, or looks wrong, with a router before it goes live."""

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from routing.action import Action
from routing.candidates import find_destination
from routing.computed import COMPUTED
from routing.conditions import Condition
from routing.facts import Facts
from routing.implication import covered, never_holds
from routing.json_values import JSON
from routing.problems import join
from routing.reading import fold
from routing.roster import Pool, Roster
from routing.route import FINAL, DestinationKind
from routing.rules import TODAY, Router, Rule
from routing.territories import TERRITORY

Severity: TypeAlias = Literal["error", "warning", "note"]

_RULE = re.compile(r"(?:layers\[[0-9]+\]\.)?rules\[[0-9]+\]")
_NUMBERS = re.compile(r"[0-9]+")
BY_TERRITORY = frozenset({DestinationKind.TERRITORY, DestinationKind.ADJACENT})
"""Actions that lead to the pools of territories."""

ALWAYS_KNOWN = frozenset(
    {
        "email",
        "email_domain",
        "is_free_mail",
        "source",
        "campaign",
        "language",
        "timezone",
        "last_rep",
        "last_rep_on",
        TERRITORY,
        TODAY,
        "account.name",
        "account.domain",
        "account.owner",
        "account.parent",
        "account.industry",
        "account.employees",
    }
    | COMPUTED
)
"""Facts that every request may have, whatever its form asks."""


@dataclass(frozen=True, slots=True)
class Finding:
    """An `error` blocks publishing, a `warning` is shown, a `note` is worth a look when there is time. `path` points
    into the router's document, or to `pools.<name>`."""

    severity: Severity
    code: str
    path: str
    message: str

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON."""
        return {"severity": self.severity, "code": self.code, "path": self.path, "message": self.message}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Finding":
        """The finding that `to_json` gave."""
        return cls(data["severity"], data["code"], data["path"], data["message"])


def lint(
    router: Router, roster: Roster, form_fields: Collection[str], *, today: str | None = None
) -> list[Finding]:
    """Everything found, in the order of the document.

    `form_fields`: what the forms that use this router ask for, and what else fills facts (enrichment). With
    `today` (an ISO date) rules past their last day or their review are found too.
    """
    findings = [
        *_check_rules(router, roster, form_fields),
        *_check_reach(router),
        *(_check_dates(router, today) if today else ()),
        *_check_destinations(router, roster),
        *_check_pools(router, roster),
    ]
    return in_order(findings)


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """Findings in the order of the document."""
    return sorted(findings, key=lambda finding: _place(finding.path))


def _place(path: str) -> tuple[int, ...]:
    """Rules by layer and number, then the catch-all, then pools."""
    rule = rule_path(path)
    if rule is not None:
        return 0, *map(int, _NUMBERS.findall(rule))
    return (1,) if path.startswith("catch_all") else (2,)


def rule_path(path: str) -> str | None:
    """The beginning of a path that names the rule it is about, if it is about one."""
    found = _RULE.match(path)
    return found[0] if found else None


def chains(router: Router) -> Iterator[tuple[str, Action]]:
    """Every action with its path, and those that say who else takes part."""
    for index, rule in enumerate(router.rules):
        path = router.path(index)
        yield from _outcomes(join(path, "action"), rule.action)
        for number, action in enumerate(rule.fallback):
            yield from _outcomes(join(join(path, "fallback"), number), action)
    for number, action in enumerate(router.catch_all):
        yield from _outcomes(join("catch_all", number), action)


def _outcomes(path: str, action: Action) -> Iterator[tuple[str, Action]]:
    """The action, or each variant of an experiment, each followed by its parties."""
    variants = join(join(path, "split"), "variants")
    places = [path] if action.split is None else [join(variants, n) for n in range(len(action.outcomes))]
    for place, each in zip(places, action.outcomes, strict=True):
        yield place, each
        for number, party in enumerate(each.parties):
            yield join(join(place, "with"), number), party.who


def _check_rules(router: Router, roster: Roster, form_fields: Collection[str]) -> Iterator[Finding]:
    known = ALWAYS_KNOWN.union(form_fields)
    for index, rule in enumerate(router.rules):
        path = join(router.path(index), "when")
        for name in sorted({leaf.field for leaf in rule.when.leaves()} - known):
            message = f"no form supplies {name}, so this may never be known"
            yield Finding("warning", "unsupplied-field", path, message)
        for name in _unknown_territories(rule.when, roster):
            yield Finding("error", "unknown-territory", path, f"there is no territory {name}")


def _unknown_territories(when: Condition, roster: Roster) -> list[str]:
    known = {fold(name) for name in roster.territories}
    named: set[str] = set()
    for leaf in when.leaves():
        if leaf.field == TERRITORY and leaf.op in ("eq", "ne", "in", "not_in", "contains"):
            values = leaf.wanted if isinstance(leaf.wanted, list | tuple) else [leaf.wanted]
            named.update(str(value) for value in values)
    return sorted(name for name in named if fold(name) not in known)


def _check_reach(router: Router) -> Iterator[Finding]:
    """Rules that nothing can reach, because of themselves or of a rule before them in the same layer."""
    for layer in router.layers:
        rules = router.rules_of(layer)
        tests = [rule.test for rule in rules]
        for index, test in enumerate(tests):
            if never_holds(test):
                when = join(join(layer.path, index), "when")
                yield Finding("error", "unreachable", when, "no request can ever match this")
        for index, before in covered(tests):
            code, message = _same(rules[index], rules[before])
            yield Finding("warning", code, join(layer.path, index), message)


def _same(rule: Rule, earlier: Rule) -> tuple[str, str]:
    """What is wrong with a rule that an earlier one leaves nothing to."""
    if rule.test != earlier.test:
        return "shadowed", f"{rule.name} is covered by {earlier.name} before it"
    message = f"{rule.name} asks the same as {earlier.name} before it"
    if outcome(rule) == outcome(earlier):
        return "duplicate", message
    return "contradictory", f"{message}, but does something else, which never happens"


def outcome(rule: Rule) -> tuple[object, ...]:
    """What a rule does: equal for rules that do the same."""
    return rule.verdict, rule.action, rule.fallback


def _check_dates(router: Router, today: str) -> Iterator[Finding]:
    for index, rule in enumerate(router.rules):
        path = router.path(index)
        if rule.ends is not None and rule.ends <= today:
            yield Finding("warning", "expired", join(path, "until"), f"{rule.name} ended on {rule.ends}")
        if rule.review is not None and rule.review <= today:
            yield Finding(
                "warning", "review-due", join(path, "review"), f"{rule.name} was due on {rule.review}"
            )


def _check_destinations(router: Router, roster: Roster) -> Iterator[Finding]:
    for path, action in chains(router):
        if not _exists(action, roster):
            message = f"there is no {action.kind} {action.name}"
            yield Finding("error", f"unknown-{action.kind}", path, message)
        elif action.kind is DestinationKind.POOL:
            yield from _check_people(path, action, roster)
        elif action.kind in BY_TERRITORY and not any(each.pool for each in roster.territories.values()):
            yield Finding("error", "no-territory-pool", path, "no territory has a pool")
    for index, rule in enumerate(router.rules):
        yield from _check_cycle(router.path(index), (rule.action, *rule.fallback))
    yield from _check_cycle("catch_all", router.catch_all)


def _exists(action: Action, roster: Roster) -> bool:
    known: Mapping[DestinationKind, Callable[[], bool]] = {
        DestinationKind.POOL: lambda: action.name in roster.pools,
        DestinationKind.QUEUE: lambda: action.name in roster.queues,
        DestinationKind.REP: lambda: roster.rep_keys.get(action.name, action.name) in roster.reps,
    }
    return known[action.kind]() if action.kind in known else True


def _check_people(path: str, action: Action, roster: Roster) -> Iterator[Finding]:
    """Whether the skills asked for leave anybody of the pool, or only one person."""
    if not action.require_skills:
        return
    skilled = Action(action.kind, action.name, (), action.require_skills)
    left = find_destination(skilled, "action", Facts({}), roster).candidates
    pool = roster.pools[action.name]
    if not left:
        message = f"nobody present in {pool.name} has the skills asked for"
        yield Finding("error", "nobody-qualifies", path, message)
    elif len(left) == 1 < len(pool.present):
        message = f"only one person in {pool.name} has the skills asked for"
        yield Finding("warning", "single-expert", path, message)


def _check_cycle(path: str, chain: tuple[Action, ...]) -> Iterator[Finding]:
    for number, action in enumerate(chain):
        if action.kind not in FINAL and action in chain[:number]:
            message = f"comes back to {action.kind} {action.name or 'account'}, which was tried before"
            yield Finding("warning", "cycle", path, message.replace("  ", " "))


def used_pools(router: Router, roster: Roster) -> list[Pool]:
    """The pools that the router may lead to, by name; not those of other routers, which are looked at on their own."""
    actions = [action for _, action in chains(router)]
    used = {action.name for action in actions if action.kind is DestinationKind.POOL}
    if any(action.kind in BY_TERRITORY for action in actions):
        used |= {each.pool for each in roster.territories.values() if each.pool}
    return [roster.pools[name] for name in sorted(used) if name in roster.pools]


def _check_pools(router: Router, roster: Roster) -> Iterator[Finding]:
    for pool in used_pools(router, roster):
        path = f"pools.{pool.name}"
        if not pool.members:
            yield Finding("error", "empty-pool", path, f"{pool.name} has no members")
        elif not pool.present:
            yield Finding("warning", "nobody-present", path, f"everybody in {pool.name} is away or inactive")
        elif len(pool.present) == 1:
            yield Finding(
                "warning", "one-person-pool", path, f"only {pool.present[0].id} takes leads of {pool.name}"
            )
        if pool.queue not in roster.queues:
            yield Finding("error", "unknown-queue", path, f"there is no queue {pool.queue}")
