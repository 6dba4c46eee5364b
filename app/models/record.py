"""What happened, who did it, and what was already answered."""

from sqlalchemy import BigInteger, Index, String
from sqlalchemy.dialects.postgresql import BYTEA
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.columns import Created, Json, Key, Utc, reference


class Activity(Base):
    """One line of what happened to a lead; appended, typed, without personal data."""

    __tablename__ = "activities"
    __table_args__ = (
        Index("ix_activities_lead_id_at", "lead_id", "at"),
        Index("ix_activities_kind_at", "kind", "at"),
    )

    id: Mapped[Key]
    kind: Mapped[str] = mapped_column(String(48))
    lead_id: Mapped[int | None] = reference("leads.id", index=False)
    request_id: Mapped[int | None] = reference("requests.id")
    booking_id: Mapped[int | None] = reference("bookings.id")
    rep_id: Mapped[int | None] = reference("reps.id")
    actor: Mapped[str] = mapped_column(String(48))
    data: Mapped[Json] = mapped_column(server_default="{}")
    at: Mapped[Utc]


class AuditEntry(Base):
    """Who changed what; appended in the transaction of the change."""

    __tablename__ = "audit_entries"
    __table_args__ = (Index("ix_audit_entries_object", "object_kind", "object_id"),)

    id: Mapped[Key]
    actor: Mapped[str] = mapped_column(String(48))
    action: Mapped[str] = mapped_column(String(80))
    object_kind: Mapped[str] = mapped_column(String(48))
    object_id: Mapped[str] = mapped_column(String(200))
    detail: Mapped[Json] = mapped_column(server_default="{}")
    at: Mapped[Created]


class IdempotencyRecord(Base):
    """An answered key: the body it came with and the thing that was made. Only successes are kept."""

    __tablename__ = "idempotency_records"

    scope: Mapped[str] = mapped_column(String(80), primary_key=True)
    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    body_hash: Mapped[bytes] = mapped_column(BYTEA)
    result: Mapped[str] = mapped_column(String(40))
    created_at: Mapped[Created]


class RateCounter(Base):
    """Calls counted in one window, shared by all processes."""

    __tablename__ = "rate_counters"

    bucket: Mapped[str] = mapped_column(String(120), primary_key=True)
    window: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    count: Mapped[int]
    expires_at: Mapped[Utc] = mapped_column(index=True)
