"""Who of a destination may take a request, and why the others may not.

These filters look at the rep and the request only; time, caps and utilization come at the booking. A filter that
is asked for and finds nothing to compare (a request in no territory, without a language) refuses: an empty list
never means everybody.
"""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from operator import itemgetter
from typing import TypeAlias

from routing.action import Action
from routing.facts import Facts
from routing.json_values import JSON
from routing.party import Party, whole_panel
from routing.pool import Pool, WhenOut
from routing.reading import fold
from routing.refusal import Refusal, refuse_all
from routing.roster import Rep, Roster
from routing.route import Destination, DestinationKind, Via
from routing.stand_ins import absence, find_stand_in, when_out
from routing.territories import TERRITORY

OWNER = "account.owner"
_MOST_SPLITS = 16

Split: TypeAlias = tuple[Sequence[Rep], Sequence[str]]
"""Those who have what is asked for, and the ids of those who have not."""


@dataclass(frozen=True, slots=True)
class Demand:
    """Something asked of a rep: the code and detail of its refusal, and how it divides reps. It divides many at
    once because a call for each of a thousand is what would take the time."""

    code: str
    detail: Mapping[str, JSON]
    split: Callable[[Sequence[Rep]], Split]
    key: Hashable
    """The same for demands that divide everybody alike."""


def find_destination(
    action: Action, via: Via, facts: Facts, roster: Roster, layer: str | None = None
) -> Destination:
    """The destination of an action, with its candidates and those of its parties; `layer` is the layer whose match
    sends it there."""
    parties = tuple(_party(party, via, facts, roster) for party in action.parties)
    return replace(_find(action, via, facts, roster), layer=layer, parties=parties)


def _party(party: Party[Action], via: Via, facts: Facts, roster: Roster) -> Party[Destination]:
    pool = roster.pools.get(party.who.name) if party.is_all else None
    who = _pool(party.who, via, facts, whole_panel(pool)) if pool else _find(party.who, via, facts, roster)
    return Party(party.role, who, party.pick, party.is_all)


def _find(action: Action, via: Via, facts: Facts, roster: Roster) -> Destination:
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
    if rep is None:
        unknown = (Refusal(rep_id, "inactive", {"is_known": False}),) if rep_id else ()
        return Destination(action.kind, rep_id, (), unknown, action.owner_wait, via)
    found, refused = find_stand_in(rep, roster)
    return Destination(action.kind, rep_id, (found,) if found else (), refused, action.owner_wait, via)


def _pool(action: Action, via: Via, facts: Facts, pool: Pool | None) -> Destination:
    demands = tuple(_demands(action, facts))
    candidates, refused = _divide(pool, demands) if pool else ((), ())
    destination = Destination(
        kind=action.kind,
        name=action.name,
        candidates=candidates,
        refused=refused,
        owner_wait=None,
        via=via,
        require_skills=action.require_skills,
        match=action.match,
        prefer_skills=action.prefer_skills,
    )
    if candidates or pool is None or pool.when_everybody_is_out is WhenOut.FALLBACK:
        return destination
    out: Sequence[Rep] = [rep for rep in pool.absent if rep.is_active]
    for demand in demands:
        out, _ = demand.split(out)
    return when_out(destination, pool, out)


def _divide(pool: Pool, demands: tuple[Demand, ...]) -> tuple[tuple[str, ...], tuple[Refusal, ...]]:
    """Those of a pool who meet all demands, and the others with the first demand that they do not meet.

    A pool never changes, so what the same demands came to lately is what they come to now.
    """
    key = tuple(demand.key for demand in demands)
    found: tuple[tuple[str, ...], tuple[Refusal, ...]] | None = pool.splits.get(key)
    if found is not None:
        return found
    left: Sequence[Rep] = pool.present
    refused = [absence(rep) for rep in pool.absent]
    for demand in demands:
        left, without = demand.split(left)
        refused += refuse_all(without, demand.code, demand.detail)
    refused.sort(key=itemgetter(0))
    if len(pool.splits) >= _MOST_SPLITS:
        pool.splits.clear()
    found = pool.splits[key] = tuple(rep.id for rep in left), tuple(refused)
    return found


def _demands(action: Action, facts: Facts) -> Iterator[Demand]:
    """What the action asks of a rep, in the order it is checked."""
    if "territory" in action.match:
        yield _in_territory(facts)
    if "language" in action.match:
        yield _speaks(facts)
    for skill, level in sorted(action.require_skills.items()):
        yield _has_skill(skill, level)


def _in_territory(facts: Facts) -> Demand:
    found = facts.get(TERRITORY)
    territories = found if isinstance(found, tuple) else ()
    wanted = frozenset(territories)

    def split(reps: Sequence[Rep]) -> Split:
        without = [rep.id for rep in reps if wanted.isdisjoint(rep.territories)]
        return [rep for rep in reps if not wanted.isdisjoint(rep.territories)], without

    return Demand("not_in_territory", {"wanted": list(territories)}, split, ("territory", territories))


def _speaks(facts: Facts) -> Demand:
    """`de-AT` is spoken by whoever speaks `de-AT` or `de`."""
    texts = facts.readings["language"].texts
    wanted = _tag(texts[0]) if texts else None
    accepted = frozenset({wanted, wanted.partition("-")[0]} if wanted else ())

    def split(reps: Sequence[Rep]) -> Split:
        repertoires = {rep.languages for rep in reps}  # few, however many reps
        speaking = {spoken for spoken in repertoires if not accepted.isdisjoint(map(_tag, spoken))}
        without = [rep.id for rep in reps if rep.languages not in speaking]
        return [rep for rep in reps if rep.languages in speaking], without

    return Demand("missing_language", {"wanted": wanted}, split, ("speaks", wanted))


def _tag(language: str) -> str:
    return fold(language).replace("_", "-")


def _has_skill(skill: str, level: int) -> Demand:
    def split(reps: Sequence[Rep]) -> Split:
        without = [rep.id for rep in reps if rep.skills.get(skill, 0) < level]
        return [rep for rep in reps if rep.skills.get(skill, 0) >= level], without

    return Demand("missing_skill", {"skill": skill, "level": level}, split, ("skill", skill, level))
