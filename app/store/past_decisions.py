"""Past decisions in portions, the oldest first, with the facts they were made on."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, Text, cast, exists, func, select
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Session, aliased

from app.models import (
    AssignmentRecord,
    LedgerEntry,
    Rep,
    Request,
    RequestFacts,
    RouteRecord,
)
from routing.entries import Entry, EntryKind

PORTION = 500


@dataclass(frozen=True, slots=True)
class Stretch:
    """The requests of a router with `since <= created_at < until`."""

    router_id: int
    since: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class PastRoute:
    """A request as it was routed last. `facts` is None after an erasure; `trace` has no steps."""

    key: int
    request: str
    created_at: datetime
    route_key: int
    version: int
    roster: str
    trace: Mapping[str, Any]
    facts: Mapping[str, Any] | None
    override: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class PastAssignment:
    """A meeting as it was given to somebody, with the route that led there."""

    key: int
    route: PastRoute
    pool_id: int | None
    made_at: datetime
    inputs: Mapping[str, Any]
    trace: Mapping[str, Any]


_WITHOUT_STEPS = RouteRecord.trace.op("-", return_type=JSONB())(cast("steps", Text))
_newer = aliased(RouteRecord)
_IS_NEWEST = ~exists().where(
    _newer.request_id == RouteRecord.request_id, _newer.id > RouteRecord.id, _newer.override.is_(None)
)
_COLUMNS = (
    Request.id,
    Request.public_id,
    Request.created_at,
    RouteRecord.id,
    RouteRecord.router_version,
    RouteRecord.roster_digest,
    _WITHOUT_STEPS,
    RequestFacts.facts,
    RouteRecord.override,
)


def _within(query: Select[*tuple[Any, ...]], stretch: Stretch) -> Select[*tuple[Any, ...]]:
    return query.where(
        RouteRecord.router_id == stretch.router_id,
        RouteRecord.override.is_(None),  # what a person changed is nobody's rule
        Request.created_at >= stretch.since,
        Request.created_at < stretch.until,
    )


def count_routes(session: Session, stretch: Stretch) -> int:
    """How many requests there are."""
    query = select(func.count()).select_from(Request).join(RouteRecord, RouteRecord.request_id == Request.id)
    return session.scalar(_within(query, stretch).where(_IS_NEWEST)) or 0


def count_assignments(session: Session, stretch: Stretch) -> int:
    """How many meetings were given."""
    query = (
        select(func.count())
        .select_from(AssignmentRecord)
        .join(RouteRecord, RouteRecord.id == AssignmentRecord.route_id)
        .join(Request, Request.id == RouteRecord.request_id)
    )
    query = _within(query, stretch).where(_IS_NEWEST, AssignmentRecord.beside_id.is_(None))
    return session.scalar(query) or 0


def newest_since(session: Session, stretch: Stretch, count: int) -> datetime:
    """The instant since which there were so many requests; the stretch's own beginning where there are fewer."""
    query = select(Request.created_at).join(RouteRecord, RouteRecord.request_id == Request.id)
    query = _within(query, stretch).where(_IS_NEWEST).order_by(Request.created_at.desc())
    return session.scalar(query.offset(count - 1).limit(1)) or stretch.since


def routes_after(session: Session, stretch: Stretch, key: int) -> Sequence[PastRoute]:
    """The next portion after the request with this key."""
    query = (
        select(*_COLUMNS)
        .join(RouteRecord, RouteRecord.request_id == Request.id)
        .outerjoin(RequestFacts, RequestFacts.request_id == Request.id)
        .where(_IS_NEWEST, Request.id > key)
        .order_by(Request.id)
        .limit(PORTION)
    )
    return [PastRoute(*row) for row in session.execute(_within(query, stretch))]


def assignments_after(session: Session, stretch: Stretch, key: int) -> Sequence[PastAssignment]:
    """The next portion of meetings after the assignment with this key, in the order they were given."""
    asg = AssignmentRecord
    query = (
        select(asg.id, asg.pool_id, asg.created_at, asg.inputs, asg.trace, *_COLUMNS)
        .join(RouteRecord, RouteRecord.id == asg.route_id)
        .join(Request, Request.id == RouteRecord.request_id)
        .outerjoin(RequestFacts, RequestFacts.request_id == Request.id)
        .where(_IS_NEWEST, asg.beside_id.is_(None), asg.id > key)
        .order_by(asg.id)
        .limit(PORTION)
    )
    return [
        PastAssignment(key, PastRoute(*route), pool_id, made_at, inputs, trace)
        for key, pool_id, made_at, inputs, trace, *route in session.execute(_within(query, stretch))
    ]


@dataclass(frozen=True, slots=True)
class PastEntry:
    """A row of a pool's history, and the assignment it came from."""

    sequence: int
    assignment: int | None
    entry: Entry


def ledger_rows(
    session: Session, pool_id: int, after: int, *, until: int | None = None, at: datetime | None = None
) -> Iterator[PastEntry]:
    """A pool's history after a sequence number, up to another one or to an instant (both included)."""
    query = (
        select(Rep.public_id, LedgerEntry)
        .join(Rep, Rep.id == LedgerEntry.rep_id)
        .where(LedgerEntry.pool_id == pool_id, LedgerEntry.sequence > after)
        .order_by(LedgerEntry.sequence)
    )
    if until is not None:
        query = query.where(LedgerEntry.sequence <= until)
    if at is not None:
        query = query.where(LedgerEntry.at <= at)
    for rep, row in session.execute(query):
        entry = Entry(EntryKind(row.kind), rep, row.amount, row.weight, row.reason)
        yield PastEntry(row.sequence, row.assignment_id, entry)
