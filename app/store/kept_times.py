"""What is worked out from reps' time, kept in memory for exactly as long as it holds.

Three things end the life of what is kept, and nothing else does: the reps' `time_version` (grown in the transaction
of every change to their time), the company's revision, and an instant after which it would be wrong by the mere
passing of time (a calendar grows too old to trust, a hold expires). Only bits and minutes are kept.
"""

import threading
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Generic, TypeVar

from sqlalchemy import BigInteger, Engine, FromClause, Select, Text, bindparam, cast, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Session

from app.models import Rep
from app.store.availability import load_times
from app.store.company import CompanyView, Crowd, MeetingTypeView, RepView
from calendars.reptime import RepTime
from calendars.span import Span

K = TypeVar("K", bound=Hashable)
V = TypeVar("V")
A = TypeVar("A")

_NEVER = datetime.max.replace(tzinfo=UTC)
_MOST_KEPT = 50_000
_MOST_CROWDS = 256
_AT_ONCE = 500
"""Reps whose rows are read together: ten thousand at once would take hundreds of megabytes."""


_reps = Rep.__table__.c


def sum_of_versions(ids: str) -> Select[int]:
    """Selects the sum of the versions of the reps in the array that is bound as `ids`.

    Versions only ever grow, so the sum over a given set of reps is the same exactly if none of them changed.
    """
    return select(func.coalesce(func.sum(_reps.time_version), 0)).select_from(_those(ids))


def _those(ids: str) -> FromClause:
    # Joined rather than compared with the array: no plan for that is slow, however many ids there are.
    array = cast(bindparam(ids, type_=Text), ARRAY(BigInteger))
    wanted = func.unnest(array).table_valued("id", name="wanted").render_derived()
    return Rep.__table__.join(wanted, wanted.c.id == _reps.id)


_SUM = sum_of_versions("ids")
_VERSIONS = select(_reps.id, _reps.time_version).select_from(_those("ids"))


@dataclass(frozen=True, slots=True)
class Total:
    """The sum of the versions of the reps in `array`, as just read: the crowd's query need not be sent again."""

    array: str
    sum: int


@dataclass(frozen=True, slots=True)
class _One(Generic[V]):
    """One rep's value: good for this version and company, until this instant."""

    version: int
    revision: int
    until: datetime
    value: V


@dataclass(frozen=True, slots=True)
class _All(Generic[A]):
    """What the values of a crowd come to together: good for this sum of versions and company, until this instant."""

    total: int
    revision: int
    until: datetime
    value: A


@dataclass(slots=True)
class _Group(Generic[V, A]):
    """What is kept for one database and one key."""

    reps: dict[int, _One[V]] = field(default_factory=dict)
    crowds: dict[tuple[str, ...], _All[A]] = field(default_factory=dict)


class KeptTimes(Generic[K, V, A]):
    """Values worked out from each rep's time under a key, and what a crowd's values come to together.

    `each` works out a rep's value, `together` the crowd's; `window` says which stretch of time a key needs, `kind`
    which meeting type it asks about.
    """

    def __init__(
        self,
        window: Callable[[K], Span],
        each: Callable[[RepTime, K], V],
        together: Callable[[Mapping[str, V]], A],
        kind: Callable[[K], MeetingTypeView | None] = lambda key: None,
    ) -> None:
        self._window, self._each, self._together, self._kind = window, each, together, kind
        self._groups: dict[tuple[Engine, K], _Group[V, A]] = {}
        self._lock = threading.Lock()

    def of(
        self,
        session: Session,
        company: CompanyView,
        crowd: Crowd,
        key: K,
        now: datetime,
        read: Total | None = None,
    ) -> A:
        """The crowd's value: one query while nothing changed, one more to see who did, three to read them.

        `read`: what a query of the caller has just found, in the same transaction if there is one.
        """
        group = self._group(session.get_bind().engine, key)
        # The sum is read before the versions, and those before the rows they cover: a change in between makes
        # what is kept look old, never new.
        if read is not None and read.array == crowd.array:
            total = read.sum
        else:
            total = int(session.execute(_SUM, {"ids": crowd.array}).scalar_one())
        kept = group.crowds.get(crowd.reps)
        if kept and (kept.total, kept.revision) == (total, company.revision) and now < kept.until:
            return kept.value
        found = self._fresh(session, company, crowd, key, group, now)
        value = self._together({rep: one.value for rep, one in found.items()})
        until = min((one.until for one in found.values()), default=_NEVER)
        if len(group.crowds) >= _MOST_CROWDS:
            group.crowds.clear()
        group.crowds[crowd.reps] = _All(total, company.revision, until, value)
        return value

    def _fresh(
        self,
        session: Session,
        company: CompanyView,
        crowd: Crowd,
        key: K,
        group: _Group[V, A],
        now: datetime,
    ) -> dict[str, _One[V]]:
        rows = session.execute(_VERSIONS, {"ids": crowd.array})
        versions: dict[int, int] = {rep_id: version for rep_id, version in rows}  # noqa: C416 - rows, not pairs
        found: dict[str, _One[V]] = {}
        stale: list[RepView] = []
        for rep in crowd.reps:
            view = company.reps[rep]
            one = group.reps.get(view.id)
            if one and _is_good(one, versions[view.id], company.revision, now):
                found[rep] = one
            else:
                stale.append(view)
        for some in _batches(stale):
            loaded = load_times(session, some, self._window(key), now, kind=self._kind(key))
            for view in some:
                entry = loaded[view.public_id]
                value = self._each(entry.time, key)
                one = _One(versions[view.id], company.revision, entry.until, value)
                found[view.public_id] = group.reps[view.id] = one
        return found if not stale else {rep: found[rep] for rep in crowd.reps}

    def _group(self, engine: Engine, key: K) -> _Group[V, A]:
        """The group of a key, as the one used last; the ones not used for longest go when there is too much."""
        with self._lock:
            group = self._groups.pop((engine, key), None)
            kept = sum(len(other.reps) for other in self._groups.values())
            while self._groups and kept > _MOST_KEPT:
                kept -= len(self._groups.pop(next(iter(self._groups))).reps)
            return self._groups.setdefault((engine, key), group or _Group())

    def forget(self) -> None:
        """Drop everything."""
        with self._lock:
            self._groups.clear()


def _is_good(one: _One[V], version: int, revision: int, now: datetime) -> bool:
    return one.version == version and one.revision == revision and now < one.until


def _batches(reps: Sequence[RepView]) -> Iterator[Sequence[RepView]]:
    for start in range(0, len(reps), _AT_ONCE):
        yield reps[start : start + _AT_ONCE]
