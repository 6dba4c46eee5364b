"""Who of a destination may take a request, and why the others may not.

These filters look at the rep and the request only; time, caps and utilization come at the booking. A filter that
is asked for and finds nothing to compare (a request in no territory, without a language) refuses: an empty list
never means everybody.
"""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from routing.action import Action
from routing.facts import Facts
from routing.json_values import JSON
from routing.reading import fold
from routing.refusal import Refusal
from routing.roster import Pool, Rep, Roster
from routing.route import Destination, DestinationKind, Via
from routing.territories import TERRITORY

OWNER = "account.owner"

Demand: TypeAlias = Callable[[Rep], bool]
"""Whether a rep has what is asked for."""


def find_destination(action: Action, via: Via, facts: Facts, roster: Roster) -> Destination:
    """The destination of an action, with its candidates."""
    if action.kind is DestinationKind.POOL:
        return _pool(action, via, facts, roster.pools.get(action.name))
    if action.kind is DestinationKind.OWNER:
        owner = facts.get(OWNER)
        return _person(action, via, roster, owner if isinstance(owner, str) else "")
    if action.kind is DestinationKind.REP:
        return _person(action, via, roster, roster.rep_keys.get(action.name, action.name))
    return Destination(action.kind, action.name, (), (), None, via)


def _person(action: Action, via: Via, roster: Roster, rep_id: str) -> Destination:
    rep = roster.reps.get(rep_id)
    refusal = absence(rep) if rep else Refusal(rep_id, "inactive", {"is_known": False})
    candidates = () if refusal else (rep_id,)
    refused = (refusal,) if refusal and rep_id else ()
    return Destination(action.kind, rep_id, candidates, refused, action.owner_wait, via)


def absence(rep: Rep) -> Refusal | None:
    if not rep.is_active:
        return Refusal(rep.id, "inactive", {})
    if rep.away is not None:
        return Refusal(rep.id, "away", {"reason": rep.away.reason, "until": rep.away.until})
    return None


def _pool(action: Action, via: Via, facts: Facts, pool: Pool | None) -> Destination:
    candidates: list[str] = []
    refused: list[Refusal] = []
    demands = _demands(action, facts)
    for rep_id, member in pool.by_rep.items() if pool else ():
        rep = member.rep
        refusal = None if rep.is_active and rep.away is None else absence(rep)
        if refusal is None:
            for code, detail, holds in demands:
                if not holds(rep):
                    refusal = Refusal(rep_id, code, detail)
                    break
        if refusal is None:
            candidates.append(rep_id)
        else:
            refused.append(refusal)
    return Destination(
        kind=action.kind,
        name=action.name,
        candidates=tuple(candidates),
        refused=tuple(refused),
        owner_wait=None,
        via=via,
        require_skills=action.require_skills,
        match=action.match,
        prefer_skills=action.prefer_skills,
    )


def _demands(action: Action, facts: Facts) -> list[tuple[str, Mapping[str, JSON], Demand]]:
    """What the action asks of a rep, in the order it is checked, each with its code and what was wanted."""
    demands: list[tuple[str, Mapping[str, JSON], Demand]] = []
    if "territory" in action.match:
        demands.append(_in_territory(facts))
    if "language" in action.match:
        demands.append(_speaks(facts))
    demands.extend(_has_skill(skill, level) for skill, level in sorted(action.require_skills.items()))
    return demands


def _in_territory(facts: Facts) -> tuple[str, Mapping[str, JSON], Demand]:
    found = facts.get(TERRITORY)
    territories = found if isinstance(found, tuple) else ()
    wanted = frozenset(territories)
    return (
        "not_in_territory",
        {"wanted": list(territories)},
        lambda rep: not wanted.isdisjoint(rep.territories),
    )


def _speaks(facts: Facts) -> tuple[str, Mapping[str, JSON], Demand]:
    """`de-AT` is spoken by whoever speaks `de-AT` or `de`."""
    texts = facts.reading("language").texts
    wanted = texts[0].replace("_", "-") if texts else None
    accepted = frozenset({wanted, wanted.partition("-")[0]} if wanted else ())
    answers: dict[frozenset[str], bool] = {}

    def holds(rep: Rep) -> bool:
        answer = answers.get(rep.languages)
        if answer is None:
            answer = any(fold(language).replace("_", "-") in accepted for language in rep.languages)
            answers[rep.languages] = answer
        return answer

    return "missing_language", {"wanted": wanted}, holds


def _has_skill(skill: str, level: int) -> tuple[str, Mapping[str, JSON], Demand]:
    return "missing_skill", {"skill": skill, "level": level}, lambda rep: rep.skills.get(skill, 0) >= level
