"""Decisions with everything needed to make them again: inputs by value or by content hash, and the trace."""

from typing import Any

from sqlalchemy import Index, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.columns import Created, Json, Key, PublicId, reference


class RosterSnapshot(Base):
    """The reps, pools and territories a decision looked at, stored once per content."""

    __tablename__ = "roster_snapshots"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    roster: Mapped[Json]
    created_at: Mapped[Created]


class RouteRecord(Base):
    """The outcome of `route()` for one request; the newest one counts. `override` is what a person changed in it:
    `{rep}`, the public id of whoever took the request from a queue."""

    __tablename__ = "routes"
    __table_args__ = (Index("ix_routes_request_id_id", "request_id", "id"),)

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    request_id: Mapped[int] = reference("requests.id", index=False)
    router_id: Mapped[int] = reference("routers.id")
    router_version: Mapped[int]
    roster_digest: Mapped[str] = mapped_column(String(64), index=True)
    verdict: Mapped[str] = mapped_column(String(32))
    rule: Mapped[str | None] = mapped_column(String(200))
    trace: Mapped[Json]
    override: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
    created_at: Mapped[Created]


class AssignmentRecord(Base):
    """The outcome of `assign()` for one booking, with the inputs it was computed from."""

    __tablename__ = "assignments"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    route_id: Mapped[int] = reference("routes.id")
    request_id: Mapped[int] = reference("requests.id")
    pool_id: Mapped[int | None] = reference("pools.id")
    rep_id: Mapped[int | None] = reference("reps.id")
    inputs: Mapped[Json]
    trace: Mapped[Json]
    live_check: Mapped[dict[str, object] | None] = mapped_column(JSONB)
    created_at: Mapped[Created]
