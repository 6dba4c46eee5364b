"""Past requests under other rules: each run with what it found."""

from enum import StrEnum

from sqlalchemy import Index, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.columns import Created, Json, Key, PublicId, Utc, enum_of, reference


class ReplayState(StrEnum):
    """How far a run came."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Replay(Base):
    """One run: the rules it tries (kept as they were then), the stretch of time, and the result in numbers.

    `label` names the rules (`draft`, `version 3`); requests with `since <= created_at < until` are replayed.
    """

    __tablename__ = "replays"
    __table_args__ = (Index("ix_replays_router_id_id", "router_id", "id"),)

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    router_id: Mapped[int] = reference("routers.id", index=False)
    label: Mapped[str] = mapped_column(String(40))
    document: Mapped[Json]
    since: Mapped[Utc]
    until: Mapped[Utc]
    state: Mapped[ReplayState] = enum_of(ReplayState)
    total: Mapped[int] = mapped_column(server_default="0")
    done: Mapped[int] = mapped_column(server_default="0")
    result: Mapped[dict[str, object] | None] = mapped_column(JSONB)
    problem: Mapped[str | None] = mapped_column(Text)
    started_by: Mapped[str] = mapped_column(String(48))
    created_at: Mapped[Created]
    finished_at: Mapped[Utc | None]


class ReplayRow(Base):
    """One request that other rules would decide differently. Holds places, rules and reps, never facts."""

    __tablename__ = "replay_rows"

    replay_id: Mapped[int] = reference("replays.id", on_delete="CASCADE", primary_key=True, index=False)
    request_id: Mapped[int] = reference("requests.id", on_delete="CASCADE", primary_key=True)
    row: Mapped[Json]
