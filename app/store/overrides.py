"""Routes that a person changed: the stored decision stays as it was made, and a newer row says who took it."""

from sqlalchemy.orm import Session

from app.ids import new_id
from app.models import RouteRecord
from app.store.decisions import newest_route
from routing.by_hand import taken_by
from routing.route import Route


def add_override(session: Session, request_id: int, rep: str) -> None:
    """Have the request go to `rep` (a public id) first."""
    made = _made(session, request_id)
    if made is not None:
        _add(session, made, rep)


def remove_override(session: Session, request_id: int) -> None:
    """Have the request go where its route led."""
    newest = newest_route(session, request_id)
    made = _made(session, request_id)
    if made is not None and newest is not None and newest.override is not None:
        _add(session, made, None)


def _made(session: Session, request_id: int) -> RouteRecord | None:
    """The newest route as the engine made it."""
    newest = newest_route(session, request_id)
    if newest is None or newest.override is None:
        return newest
    return session.get_one(RouteRecord, newest.override["route"])


def _add(session: Session, made: RouteRecord, rep: str | None) -> None:
    route = Route.from_json(made.trace)
    record = RouteRecord(
        public_id=new_id("route"),
        request_id=made.request_id,
        router_id=made.router_id,
        router_version=made.router_version,
        roster_digest=made.roster_digest,
        verdict=made.verdict,
        rule=made.rule,
        trace=(taken_by(route, rep) if rep else route).to_json(),
        override={"rep": rep, "route": made.id} if rep else None,
    )
    session.add(record)
    session.flush()
