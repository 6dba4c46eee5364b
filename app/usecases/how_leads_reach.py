"""How leads reach one rep: which of the rules in force lead to them, what those ask of them, and their share."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from app.store.company import CompanyView
from routing.action import Action
from routing.condition_words import condition_phrase, demands
from routing.conditions import AllOf, AnyOf, Condition, FieldCheck, Not
from routing.lint import chains
from routing.rep import Rep
from routing.roster import Pool, Roster
from routing.route import DestinationKind
from routing.rules import Router
from routing.territories import TERRITORY

_PERSONAL = frozenset({"email", "name", "phone", "first_name", "last_name"})
_HIDDEN = "somebody in particular"


@dataclass(frozen=True, slots=True)
class Way:
    """One way leads come to a rep: by a rule (None: the catch-all) of a router, through a pool, or straight to them.

    `when`: which leads, in words, without anybody's name or address. `place`: from 1, after how many others it is
    tried. `asks`: what it asks of the rep, in words; `lacks`: what of it they do not have.
    """

    router: str
    layer: str | None
    rule: str | None
    when: str | None
    pool: str | None
    words: str
    place: int
    asks: tuple[str, ...]
    lacks: tuple[str, ...]


def ways_to(company: CompanyView, rep: str) -> tuple[Way, ...]:
    """The ways in the rules that forms lead to, in their order."""
    used = _used(company)
    return tuple(
        way
        for name, published in sorted(company.routers.items())
        if name in used
        for way in _ways_in(published.router, company.roster, company.roster.reps[rep])
    )


def _used(company: CompanyView) -> set[str]:
    """The routers of the forms, and those they hand leads on to."""
    found: set[str] = set()
    waiting = {form.router for form in company.forms.values()}
    while waiting:
        name = waiting.pop()
        if name in found or name not in company.routers:
            continue
        found.add(name)
        actions = [action for _, action in chains(company.routers[name].router)]
        waiting |= {action.name for action in actions if action.kind is DestinationKind.ROUTER}
    return found


def _ways_in(router: Router, roster: Roster, rep: Rep) -> Iterator[Way]:
    for rule in router.rules:
        when = condition_phrase(_without_people(rule.when))
        for place, action in enumerate((rule.action, *rule.fallback), start=1):
            for pool, words in _reaches(action, roster, rep):
                yield _way(router, action, rep, rule.layer, rule.name, when, pool, words, place)
    for place, action in enumerate(router.catch_all, start=1):
        for pool, words in _reaches(action, roster, rep):
            yield _way(router, action, rep, None, None, None, pool, words, place)


def _way(
    router: Router,
    action: Action,
    rep: Rep,
    layer: str | None,
    rule: str | None,
    when: str | None,
    pool: Pool | None,
    words: str,
    place: int,
) -> Way:
    asks, lacks = tuple(demands(action).values()), tuple(_lacks(action, rep))
    return Way(router.name, layer, rule, when, pool.name if pool else None, words, place, asks, lacks)


def _reaches(action: Action, roster: Roster, rep: Rep) -> Iterator[tuple[Pool | None, str]]:
    """The pools, or none, through which an action reaches a rep."""
    if action.kind is DestinationKind.OWNER:
        yield None, "accounts that are yours"
    elif action.kind is DestinationKind.REP and roster.rep_keys.get(action.name, action.name) == rep.id:
        yield None, "to you by name"
    elif action.kind is DestinationKind.POOL:
        pool = roster.pools.get(action.name)
        if pool is not None and rep.id in pool.by_rep:
            yield pool, f"pool {pool.name}"
    elif action.kind in (DestinationKind.TERRITORY, DestinationKind.ADJACENT):
        yield from _by_territory(action, roster, rep)
    for party in action.parties:
        for pool, words in _reaches(party.who, roster, rep):
            yield pool, f"{words}, as {party.role}"


def _by_territory(action: Action, roster: Roster, rep: Rep) -> Iterator[tuple[Pool, str]]:
    for name, territory in roster.territories.items():
        pool = roster.pools.get(territory.pool or "")
        if pool is not None and rep.id in pool.by_rep:
            beside = "territories beside " if action.kind is DestinationKind.ADJACENT else "territory "
            yield pool, f"pool {pool.name}, for {beside}{name}"


def _lacks(action: Action, rep: Rep) -> Iterator[str]:
    for skill, level in action.require_skills.items():
        if rep.skills.get(skill, 0) < level:
            yield f"{skill} at least {level}"
    if TERRITORY in action.match and not rep.territories:
        yield "a territory"
    if "language" in action.match and not rep.languages:
        yield "a language"


def _without_people(condition: Condition) -> Condition:
    """The same without names and addresses that a rule is about."""
    if isinstance(condition, FieldCheck):
        is_personal = condition.field in _PERSONAL and condition.op not in ("exists", "missing")
        return replace(condition, wanted=_HIDDEN) if is_personal else condition
    if isinstance(condition, AllOf | AnyOf):
        return replace(condition, parts=tuple(_without_people(part) for part in condition.parts))
    if isinstance(condition, Not):
        return replace(condition, part=_without_people(condition.part))
    return condition


def shares_in(company: CompanyView, rep: str) -> Mapping[str, float]:
    """By pool, the part of its leads that a rep is to have: their weight among those of their tier who are there."""
    found = {}
    for name, pool in company.roster.pools.items():
        member = pool.by_rep.get(rep)
        if member is None or not member.rep.is_present:
            continue
        weights = pool.weights
        tier = [each.rep.id for each in pool.members if each.tier == member.tier and each.rep.id in weights]
        total = sum(weights[each] for each in tier)
        found[name] = weights.get(rep, 0) / total if total else 0.0
    return found
