"""Where a request may go, without the trace that says how that came about.

A route's trace names every rule tried and every rep refused; offering and booking need neither. What they need is
read once: a route never changes, so what is kept here cannot grow old. It names reps and pools, no prospect.
"""

from functools import lru_cache
from threading import Lock
from typing import Any, NamedTuple

from sqlalchemy import Engine, select, text
from sqlalchemy.orm import Session

from app.models import RouteRecord
from routing.route import Destination

_LEAN = text(
    "SELECT jsonb_agg(to_go - 'refused' ORDER BY place) FROM routes,"
    " jsonb_array_elements(trace -> 'destinations') WITH ORDINALITY AS listed(to_go, place) WHERE id = :route"
)
_MOST_KEPT = 1024

_kept: dict[tuple[Engine, int], tuple[Destination, ...]] = {}
_lock = Lock()


def destinations_of(session: Session, route_id: int) -> tuple[Destination, ...]:
    """A stored route's destinations without their refusals; one query the first time, none afterwards."""
    key = (session.get_bind().engine, route_id)
    with _lock:
        found = _kept.pop(key, None)
        if found is not None:
            _kept[key] = found  # as the one used last
            return found
    rows: list[dict[str, Any]] = session.execute(_LEAN, {"route": route_id}).scalar_one() or []
    read = tuple(_destination(row) for row in rows)
    with _lock:
        while len(_kept) >= _MOST_KEPT:
            del _kept[next(iter(_kept))]
        _kept[key] = read
    return read


class StoredRoute(NamedTuple):
    """A route's key, and the digest of the roster it was made with, which is stored as well."""

    id: int
    roster: str


def newest_stored_route(session: Session, request_id: int) -> StoredRoute | None:
    """The route that counts."""
    newest = select(RouteRecord.id, RouteRecord.roster_digest).where(RouteRecord.request_id == request_id)
    row = session.execute(newest.order_by(RouteRecord.id.desc()).limit(1)).one_or_none()
    return StoredRoute(*row) if row else None


def newest_route_id(session: Session, request_id: int) -> int | None:
    """The key of the route that counts."""
    found = newest_stored_route(session, request_id)
    return found.id if found else None


def forget_destinations() -> None:
    """Drop what is kept in memory."""
    with _lock:
        _kept.clear()


def _destination(row: dict[str, Any]) -> Destination:
    return Destination.from_json(row | {"refused": [], "candidates": _one(tuple(row["candidates"]))})


@lru_cache(maxsize=256)
def _one(candidates: tuple[str, ...]) -> tuple[str, ...]:
    """The same tuple for the same candidates: a thousand routes lead to a few pools."""
    return candidates
