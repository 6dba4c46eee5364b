"""Decisions as rows: everything that went in, and what came out."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import exists, func, select, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session, aliased, joinedload

from app.ids import new_id
from app.models import (
    AssignmentRecord,
    PartyRecord,
    Request,
    RequestFacts,
    RosterSnapshot,
    Router,
    RouteRecord,
    RouterVersion,
)
from routing.assignment import Assignment
from routing.facts import Facts
from routing.roster import Roster
from routing.route import Route
from routing.router import Editions, parse_router


def add_route(
    session: Session, request_id: int, router_id: int, route: Route, roster: Roster, digest: str
) -> RouteRecord:
    """Store a route with the roster it looked at; an equal roster is stored once."""
    keep_roster(session, roster, digest)
    record = RouteRecord(
        public_id=new_id("route"),
        request_id=request_id,
        router_id=router_id,
        router_version=route.version,
        roster_digest=digest,
        verdict=route.verdict.value,
        rule=route.rule,
        trace=route.to_json(),
    )
    session.add(record)
    session.flush()
    return record


def keep_roster(session: Session, roster: Roster, digest: str) -> None:
    """Store a roster once per content."""
    known = select(RosterSnapshot.digest).where(RosterSnapshot.digest == digest)
    if session.scalar(known) is None:
        session.execute(
            insert(RosterSnapshot).values(digest=digest, roster=roster.to_json()).on_conflict_do_nothing()
        )


def newest_route(session: Session, request_id: int) -> RouteRecord | None:
    """The route that counts."""
    return session.scalar(
        select(RouteRecord)
        .where(RouteRecord.request_id == request_id)
        .order_by(RouteRecord.id.desc())
        .limit(1)
    )


def add_assignment(
    session: Session,
    route_id: int,
    request_id: int,
    assignment: Assignment,
    inputs: Mapping[str, Any],
    *,
    pool_id: int | None,
    rep_id: int,
    live_check: Mapping[str, Any],
    beside_id: int | None = None,
) -> AssignmentRecord:
    """Store an assignment with the inputs it was computed from."""
    record = AssignmentRecord(
        public_id=new_id("asg"),
        route_id=route_id,
        request_id=request_id,
        pool_id=pool_id,
        rep_id=rep_id,
        inputs=dict(inputs),
        trace=assignment.to_json(),
        live_check=dict(live_check),
        beside_id=beside_id,
    )
    session.add(record)
    session.flush()
    return record


def add_party(
    session: Session,
    assignment_id: int,
    seat: int,
    role: str,
    assignment: Assignment,
    inputs: Mapping[str, Any],
    *,
    pool_id: int | None,
    rep_id: int,
    charged_id: int | None = None,
) -> None:
    """Store how a further person of a decision was chosen; `charged_id`: by a decision of their own."""
    session.add(
        PartyRecord(
            assignment_id=assignment_id,
            charged_id=charged_id or assignment_id,
            seat=seat,
            role=role,
            pool_id=pool_id,
            rep_id=rep_id,
            inputs=dict(inputs),
            trace=assignment.to_json(),
        )
    )
    session.flush()


def move_parties(session: Session, before: int, after: int) -> None:
    """Let the further people of a decision go on to the one that replaces it: only the rep changes."""
    session.execute(
        update(PartyRecord).where(PartyRecord.assignment_id == before).values(assignment_id=after)
    )


def parties_of(session: Session, assignment_id: int) -> Sequence[PartyRecord]:
    """The further people of a decision with their reps, in the order the seats were filled."""
    rows = session.scalars(
        select(PartyRecord)
        .where(PartyRecord.assignment_id == assignment_id)
        .options(joinedload(PartyRecord.rep))
        .order_by(PartyRecord.seat)
    )
    return rows.all()


def newest_assignment(session: Session, request_id: int) -> AssignmentRecord | None:
    """The assignment behind the request's latest booking."""
    return session.scalar(
        select(AssignmentRecord)
        .where(AssignmentRecord.request_id == request_id, AssignmentRecord.beside_id.is_(None))
        .order_by(AssignmentRecord.id.desc())
        .limit(1)
    )


def routes_after(session: Session, key: int, limit: int) -> Sequence[tuple[RouteRecord, str]]:
    """The newest route of each request after the route with this key, with the request's public id."""
    newer = aliased(RouteRecord)
    is_newest = ~exists().where(newer.request_id == RouteRecord.request_id, newer.id > RouteRecord.id)
    rows = session.execute(
        select(RouteRecord, Request.public_id)
        .join(Request, Request.id == RouteRecord.request_id)
        .where(RouteRecord.id > key, is_newest)
        .order_by(RouteRecord.id)
        .limit(limit)
    )
    return [(record, request) for record, request in rows]


def assignments_after(session: Session, key: int, limit: int) -> Sequence[tuple[AssignmentRecord, str]]:
    """All assignments after the one with this key, with the request's public id."""
    rows = session.execute(
        select(AssignmentRecord, Request.public_id)
        .join(Request, Request.id == AssignmentRecord.request_id)
        .where(AssignmentRecord.id > key)
        .order_by(AssignmentRecord.id)
        .limit(limit)
    )
    return [(record, request) for record, request in rows]


def count_decisions(session: Session) -> int:
    """How many routes and assignments can be made again."""
    routes = session.scalar(select(func.count(RouteRecord.request_id.distinct()))) or 0
    return routes + (session.scalar(select(func.count()).select_from(AssignmentRecord)) or 0)


def load_roster(session: Session, digest: str) -> Roster:
    """The roster that a stored decision looked at."""
    data = session.scalars(select(RosterSnapshot.roster).where(RosterSnapshot.digest == digest)).one()
    return Roster.from_json(data)


def facts_of(session: Session, request_id: int) -> Facts | None:
    """The facts a request was decided on; None after an erasure."""
    row = session.get(RequestFacts, request_id)
    return Facts.from_json(row.facts) if row else None


def router_document(session: Session, router_id: int, version: int) -> Mapping[str, Any]:
    """A published router as written."""
    return session.scalars(
        select(RouterVersion.document).where(
            RouterVersion.router_id == router_id, RouterVersion.number == version
        )
    ).one()


def editions_of(session: Session, trace: Mapping[str, Any]) -> Editions:
    """The other routers that a stored route was led to, each as it was then."""
    return {
        name: (number, parse_router(_document(session, name, number)))
        for name, number in trace.get("routers", {}).items()
    }


def _document(session: Session, name: str, number: int) -> Mapping[str, Any]:
    """A version of a router by its name, which it keeps for good."""
    return session.scalars(
        select(RouterVersion.document)
        .join(Router, Router.id == RouterVersion.router_id)
        .where(Router.name == name, RouterVersion.number == number)
    ).one()
