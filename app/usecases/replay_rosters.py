"""The rosters that past decisions looked at, with what was not there yet lent from today's."""

from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from app.db import Session
from app.store.decisions import load_roster
from routing.roster import Member, Pool, Roster
from routing.territories import TERRITORY

_MOST_KEPT = 4


@dataclass(frozen=True, slots=True)
class Named:
    """The things that a router's document points at, by kind."""

    pools: frozenset[str]
    queues: frozenset[str]
    territories: frozenset[str]
    reps: frozenset[str]


def named_in(document: Mapping[str, Any]) -> Named:
    """What a document names, wherever it stands."""
    found = list(_walk(document))

    def of(kind: str) -> frozenset[str]:
        return frozenset(name for key, name in found if key == kind)

    return Named(of("pool"), of("queue"), of("territory"), of("rep"))


def _walk(node: Any) -> Iterator[tuple[str, str]]:
    if isinstance(node, Mapping):
        for key in ("pool", "queue", "rep", "territory"):
            if isinstance(name := node.get(key), str):
                yield key, name
        if node.get("field") == TERRITORY:
            value = node.get("value")
            names = value if isinstance(value, list) else [value]
            yield from (("territory", name) for name in names if isinstance(name, str))
    children = node.values() if isinstance(node, Mapping) else node if isinstance(node, list) else ()
    for child in children:
        yield from _walk(child)


class Rosters:
    """Rosters by the digest that a decision names. `lent` are the things that did not exist then and are looked
    at as they are today, such as `pool:nordics`."""

    def __init__(self, today: Roster, named: Named) -> None:
        self.lent: set[str] = set()
        self._today, self._named = today, named
        self._kept: OrderedDict[str, Roster] = OrderedDict()

    def of(self, session: Session, digest: str) -> Roster:
        """The roster of a decision; a few are kept, for decisions in a row mostly share one."""
        if digest in self._kept:
            self._kept.move_to_end(digest)
            return self._kept[digest]
        roster = self._kept[digest] = self._lend(load_roster(session, digest))
        if len(self._kept) > _MOST_KEPT:
            self._kept.popitem(last=False)
        return roster

    def _lend(self, then: Roster) -> Roster:
        today, named = self._today, self._named
        pools = {name: today.pools[name] for name in (named.pools - then.pools.keys()) & today.pools.keys()}
        missing = (named.territories - then.territories.keys()) & today.territories.keys()
        territories = {name: today.territories[name] for name in missing}
        keys = {email: today.rep_keys[email] for email in named.reps & today.rep_keys.keys()}
        keys = {email: rep for email, rep in keys.items() if email not in then.rep_keys}
        for kind, names in (("pool", pools), ("territory", territories), ("rep", keys)):
            self.lent |= {f"{kind}:{name}" for name in names}
        if not (pools or territories or keys):
            return then
        reps = {rep: today.reps[rep] for rep in keys.values()}
        reps |= {member.rep.id: member.rep for pool in pools.values() for member in pool.members}
        return replace(
            then,
            reps={**reps, **then.reps},
            pools={**then.pools, **{name: _as_then(pool, then) for name, pool in pools.items()}},
            territories={**then.territories, **territories},
            rep_keys={**keys, **then.rep_keys},
        )


def _as_then(pool: Pool, then: Roster) -> Pool:
    """Today's pool with its members as they were then: their absences and skills are known."""
    return replace(pool, members=tuple(_member(member, then) for member in pool.members))


def _member(member: Member, then: Roster) -> Member:
    return replace(member, rep=then.reps.get(member.rep.id, member.rep))
