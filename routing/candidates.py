"""Who of a destination may take a request, and why the others may not."""

from collections.abc import Sequence
from dataclasses import replace
from operator import itemgetter

from routing.action import Action
from routing.chain import Leg, Way, unique
from routing.demands import Demand, demands_of
from routing.facts import Facts
from routing.party import Party, whole_panel
from routing.pool import Pool, WhenOut
from routing.refusal import Refusal, refuse_all
from routing.roster import Rep, Roster
from routing.route import FINAL, Destination, DestinationKind, LocalDay, Via
from routing.stand_ins import absence, find_stand_in, when_out
from routing.sticky import last_rep, sticks, to_last_rep
from routing.territories import TERRITORY

OWNERS = {
    "account": "account.owner",
    "parent": "account.parent_owner",
    "family": "account.family_owner",
}
"""The facts that hold an owner, by whose it is: the account's own, the nearest one's above it, or one of the same
family's."""

_RELATIONS = {"": ("account",), "parent": ("parent",), "any": tuple(OWNERS)}
_MOST_SPLITS = 16


def find_destinations(way: Way) -> tuple[Destination, ...]:
    """Where a way leads, with the candidates of each place, and the last rep of the company before their pool."""
    found: list[Destination] = []
    last = last_rep(way.facts)
    for leg in unique(way.legs):
        destination = _labeled(leg, way.facts, way.roster)
        if last is not None and sticks(leg, last, destination, way):
            found.append(to_last_rep(destination, last, leg.of.sticky_wait))
            last = None
        found.append(destination)
        if destination.kind in FINAL:  # a pool of which everybody is out can turn out to be a queue
            break
    return tuple(found)


def find_destination(action: Action, via: Via, facts: Facts, roster: Roster) -> Destination:
    """The destination of an action, with its candidates and those of its parties."""
    found = _find(action, via, facts, roster)
    parties = tuple(_party(party, via, facts, roster) for party in action.parties)
    return replace(found, parties=parties) if parties else found


def _party(party: Party[Action], via: Via, facts: Facts, roster: Roster) -> Party[Destination]:
    pool = roster.pools.get(party.who.name) if party.is_all else None
    who = _pool(party.who, via, facts, whole_panel(pool)) if pool else _find(party.who, via, facts, roster)
    return Party(party.role, who, party.pick, party.is_all)


def _find(action: Action, via: Via, facts: Facts, roster: Roster) -> Destination:
    if action.kind is DestinationKind.POOL:
        return _pool(action, via, facts, roster.pools.get(action.name))
    if action.kind is DestinationKind.OWNER:
        return _owner(action, via, facts, roster)
    if action.kind is DestinationKind.REP:
        return _person(action, via, roster, roster.rep_keys.get(action.name, action.name))
    return Destination(action.kind, action.name, (), (), None, via)


def _labeled(leg: Leg, facts: Facts, roster: Roster) -> Destination:
    """The destination of a leg, with what the leg says of it."""
    if leg.is_plain:
        return find_destination(leg.action, leg.via, facts, roster)
    territory = leg.about.get("territory")
    known = facts.having(**{TERRITORY: (territory,)}) if isinstance(territory, str) else facts
    found = find_destination(leg.action, leg.via, known, roster)
    return replace(
        found,
        layer=leg.layer,
        router=leg.router,
        within=leg.action.within,
        local_day=_local_day(leg, facts),
        about={**found.about, **leg.about},
    )


def _local_day(leg: Leg, facts: Facts) -> LocalDay | None:
    if "timezone" not in leg.action.match:
        return None
    zone = facts.get("timezone")
    return LocalDay(zone if isinstance(zone, str) else "", leg.of.local_day)


def _owner(action: Action, via: Via, facts: Facts, roster: Roster) -> Destination:
    """The owner whom the action means. Whose owner it is, is told when it is not the account's own."""
    for relation in _RELATIONS[action.name]:
        owner = facts.get(OWNERS[relation])
        if isinstance(owner, str) and owner:
            found = _person(action, via, roster, owner)
            return found if relation == "account" else replace(found, about={"owner_of": relation})
    return _person(action, via, roster, "")


def _person(action: Action, via: Via, roster: Roster, rep_id: str) -> Destination:
    rep = roster.reps.get(rep_id)
    if rep is None:
        unknown = (Refusal(rep_id, "inactive", {"is_known": False}),) if rep_id else ()
        return Destination(action.kind, rep_id, (), unknown, action.owner_wait, via)
    found, refused = find_stand_in(rep, roster)
    return Destination(action.kind, rep_id, (found,) if found else (), refused, action.owner_wait, via)


def _pool(action: Action, via: Via, facts: Facts, pool: Pool | None) -> Destination:
    demands = tuple(demands_of(action, facts))
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
