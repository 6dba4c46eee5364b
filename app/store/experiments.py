"""Draws and what became of those who were drawn; and where experiments are written."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import and_, cast, exists, func, select
from sqlalchemy.dialects.postgresql import JSONPATH
from sqlalchemy.orm import Session, aliased

from app.models import Booking, BookingState, Outcome, Request, Router, RouteRecord, RouterVersion

_PORTION = 1_000
_SPLITS = RouteRecord.trace["splits"]


@dataclass(frozen=True, slots=True)
class DrawnRequest:
    """One request that went through splits, and what became of it."""

    created_at: datetime
    draws: list[Mapping[str, Any]]
    is_booked: bool
    is_cancelled: bool
    is_no_show: bool


def drawn_requests(session: Session) -> Iterator[DrawnRequest]:
    """Every request with a draw, the oldest first; read in portions."""
    mine = Booking.request_id == Request.id
    booked = exists().where(mine)
    stands = exists().where(mine, Booking.state == BookingState.CONFIRMED)
    missed = exists().where(mine, Booking.outcome == Outcome.NO_SHOW)
    one = aliased(RouteRecord)
    newest = select(func.max(one.id)).where(one.request_id == Request.id).correlate(Request).scalar_subquery()
    query = (
        select(RouteRecord.id, Request.created_at, _SPLITS, booked, and_(booked, ~stands), missed)
        .join(Request, Request.id == RouteRecord.request_id)
        .where(RouteRecord.trace.has_key("splits"), RouteRecord.id == newest)
        .order_by(RouteRecord.id)
        .limit(_PORTION)
    )
    last = 0
    while rows := session.execute(query.where(RouteRecord.id > last)).all():
        for row in rows:
            yield DrawnRequest(*row[1:])
        last = rows[-1][0]


@dataclass(frozen=True, slots=True)
class Written:
    """A router's version as written. `is_in_force`: it is the published one, and the router is in use."""

    router: str
    version: int
    published_at: datetime
    is_in_force: bool
    document: Mapping[str, Any]


def versions_with_splits(session: Session) -> list[Written]:
    """Every version of every router that splits anything, the newest first."""
    rows = session.execute(
        select(Router, RouterVersion)
        .join(RouterVersion, RouterVersion.router_id == Router.id)
        .where(func.jsonb_path_exists(RouterVersion.document, cast('$.**."split"', JSONPATH)))
        .order_by(RouterVersion.published_at.desc(), RouterVersion.number.desc())
    )
    return [
        Written(
            router.name,
            version.number,
            version.published_at,
            router.archived_at is None and router.published_version == version.number,
            version.document,
        )
        for router, version in rows
    ]
