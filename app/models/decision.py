"""Decisions with everything needed to make them again: inputs by value or by content hash, and the trace."""

from typing import Any

from sqlalchemy import Index, SmallInteger, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.models.columns import Created, Json, Key, PublicId, reference
from app.models.people import Rep


class RosterSnapshot(Base):
    """The reps, pools and territories a decision looked at, stored once per content."""

    __tablename__ = "roster_snapshots"

    digest: Mapped[str] = mapped_column(String(64), primary_key=True)
    roster: Mapped[Json]
    created_at: Mapped[Created]


class RouteRecord(Base):
    """The outcome of `route()` for one request; the newest one counts. `override` is what a person changed in it:
    `{rep, route}`, the public id of whoever took the request from a queue, and the key of the route as made."""

    __tablename__ = "routes"
    __table_args__ = (
        Index("ix_routes_request_id_id", "request_id", "id"),
        Index("ix_routes_with_splits", "id", postgresql_where=text("trace ? 'splits'")),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    request_id: Mapped[int] = reference("requests.id", index=False)
    router_id: Mapped[int] = reference("routers.id")
    router_version: Mapped[int]
    roster_digest: Mapped[str] = mapped_column(String(64), index=True)
    verdict: Mapped[str] = mapped_column(String(32))
    rule: Mapped[str | None] = mapped_column(String(200))
    trace: Mapped[Json]
    override: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    created_at: Mapped[Created]


class AssignmentRecord(Base):
    """The outcome of `assign()` for one booking, with the inputs it was computed from.

    With `beside_id` it is the decision about one person beside the rep, who took another's place in that decision.
    """

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
    beside_id: Mapped[int | None] = reference("assignments.id")
    created_at: Mapped[Created]


class PartyRecord(Base):
    """A further person of a decision, beside the rep whose meeting it is: the role, and how they were chosen.

    `seat` counts from 1 in the order the seats were filled. `pool_id` is the pool that chose, or whose panel it is.
    When the meeting gets another rep, those who stay go on to the new decision (`assignment_id`); their turn stands
    where it was charged (`charged_id`). Whoever is replaced alone stays, as they were chosen, with the decision about
    whoever took their place.
    """

    __tablename__ = "assignment_parties"
    __table_args__ = (Index("uq_assignment_parties_seat", "assignment_id", "seat", unique=True),)

    id: Mapped[Key]
    assignment_id: Mapped[int] = reference("assignments.id", on_delete="CASCADE", index=False)
    charged_id: Mapped[int] = reference("assignments.id", on_delete="CASCADE")
    seat: Mapped[int] = mapped_column(SmallInteger)
    role: Mapped[str] = mapped_column(String(32))
    pool_id: Mapped[int | None] = reference("pools.id")
    rep_id: Mapped[int] = reference("reps.id")
    inputs: Mapped[Json]
    trace: Mapped[Json]

    rep: Mapped[Rep] = relationship()
