"""Further people at a meeting, beside the rep it belongs to: a second rep, a specialist, a whole panel."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Generic, Protocol, TypeVar

from routing.json_values import JSON
from routing.pool import Pool
from routing.problems import Problems, join

PRIMARY = "primary"
"""The role of the rep whose meeting it is: exactly one, who is accountable for the lead."""

MOST_PARTIES = 5
MOST_PICKED = 8

_ROLE = re.compile(r"[a-z0-9][a-z0-9 _-]{0,31}")
_OWN_KEYS = frozenset({"role", "pick", "all"})
_OF_THE_ACTION = frozenset({"with", "owner_wait", "within"})
_KINDS = ("pool", "rep", "owner")


class _Place(Protocol):
    def to_json(self) -> dict[str, JSON]: ...


Place_co = TypeVar("Place_co", bound=_Place, covariant=True)


@dataclass(frozen=True, slots=True)
class Party(Generic[Place_co]):
    """A role that must be filled at a meeting. `who` is an action where it is written, a destination on a route.

    `pick` of the candidates take part (k of n; one of them by default), or with `is_all` every one of them. People
    of an `is_all` party take part anyway, so that they fill no seat of another party; the primary may be one of
    them. Nobody has two seats.
    """

    role: str
    who: Place_co
    pick: int = 1
    is_all: bool = False

    def written(self) -> dict[str, JSON]:
        """As in a document: the role beside what the action says."""
        return {"role": self.role, **self.who.to_json(), **self._count()}

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON of a route."""
        return {"role": self.role, "who": self.who.to_json(), **self._count()}

    def _count(self) -> dict[str, JSON]:
        if self.is_all:
            return {"all": True}
        return {"pick": self.pick} if self.pick > 1 else {}


T = TypeVar("T", bound=_Place)


def party_from_json(data: Mapping[str, Any], read: Callable[[Mapping[str, Any]], T]) -> Party[T]:
    """The party that `to_json` gave; `read` reads its destination."""
    return Party(data["role"], read(data["who"]), data.get("pick", 1), data.get("all", False))


Reader = Callable[[Any, str, Problems], T | None]


def read_parties(data: Any, path: str, problems: Problems, read: Reader[T]) -> tuple[Party[T], ...]:
    """The parties in the `with` of an action: `[{role: secondary, pool: junior-ae, pick: 1}, ...]`.

    `read` reads the rest of each as an action, so that a party may ask of its people whatever an action may.
    """
    if data is None:
        return ()
    found: dict[str, Party[T]] = {}
    for index, item in enumerate(problems.items(data, path, MOST_PARTIES)):
        here = join(path, index)
        party = _read_party(item, here, problems, read)
        if party is not None and party.role in found:
            problems.add(join(here, "role"), "duplicate", "is the role of another party of this action")
        elif party is not None:
            found[party.role] = party
    return tuple(found.values())


def _read_party(item: Any, path: str, problems: Problems, read: Reader[T]) -> Party[T] | None:
    if not isinstance(item, Mapping):
        problems.add(path, "wrong-type", "must be a mapping with a role and who fills it")
        return None
    kinds = [kind for kind in _KINDS if kind in item]
    if len(kinds) != 1 or not _OF_THE_ACTION.isdisjoint(item):
        problems.add(path, "invalid", f"must have a role and exactly one of {', '.join(_KINDS)}")
        return None
    if isinstance(item.get("match"), list) and "timezone" in item["match"]:
        problems.add(
            join(path, "match"), "invalid", "the time zone is matched by the action, for the whole meeting"
        )
    role = _read_role(item.get("role"), join(path, "role"), problems)
    pick, is_all = _read_count(item, kinds[0], path, problems)
    who = read({key: value for key, value in item.items() if key not in _OWN_KEYS}, path, problems)
    return Party(role, who, pick, is_all) if role and who else None


def _read_role(data: Any, path: str, problems: Problems) -> str | None:
    role = problems.text(data, path, 32)
    if role is None:
        return None
    if not _ROLE.fullmatch(role) or role == PRIMARY:
        problems.add(path, "invalid", f"must be a short name in lower-case letters other than {PRIMARY}")
        return None
    return role


def _read_count(item: Mapping[str, Any], kind: str, path: str, problems: Problems) -> tuple[int, bool]:
    if kind != "pool" and not {"pick", "all"}.isdisjoint(item):
        problems.add(path, "invalid", "only a pool has several people: pick and all go with pool")
    if "pick" in item and "all" in item:
        problems.add(join(path, "pick"), "invalid", "says how many; all says everybody")
    pick = problems.whole(item["pick"], join(path, "pick"), 1, MOST_PICKED) if "pick" in item else 1
    is_all = problems.flag(item["all"], join(path, "all")) if "all" in item else False
    return pick or 1, bool(is_all)


def whole_panel(pool: Pool) -> Pool:
    """The pool as those see it who need every member: somebody who is away for long is still needed, and their
    own time off says when they cannot. Only who takes no meetings at all is not asked for."""
    if not any(member.rep.is_active and member.rep.away for member in pool.members):
        return pool
    back = (
        replace(member, rep=replace(member.rep, away=None)) if member.rep.is_active else member
        for member in pool.members
    )
    return replace(pool, members=tuple(back))
