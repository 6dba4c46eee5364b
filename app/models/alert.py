"""What needs an operator's eye, and how much may be asked of a calendar service."""

from enum import StrEnum

from sqlalchemy import Double, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.columns import Json, Key, LongText, PublicId, Utc, enum_of, reference


class AlertKind(StrEnum):
    """What is wrong. What it means and what to do: `app.usecases.describe_alert`."""

    MISCONFIGURED = "misconfigured"
    QUOTA = "quota"
    OUTAGE = "outage"
    COMPANY_GRANT = "company_grant"
    CALENDAR_STALE = "calendar_stale"
    CHANNELS = "channels"
    EVENT_UNWRITTEN = "event_unwritten"
    QUEUE_BEHIND = "queue_behind"
    MAIL_FAILING = "mail_failing"


class Alert(Base):
    """One trouble of one subject, once, however often it is seen; `settled_at` says when it was over.

    `count` is how often it was seen since `first_seen_at`, `reason` the latest error without anything secret,
    `detail` codes and numbers, never personal data.
    """

    __tablename__ = "alerts"
    __table_args__ = (
        Index("uq_alerts_kind_subject", "kind", "subject", unique=True),
        Index("ix_alerts_open", "first_seen_at", postgresql_where=text("settled_at IS NULL")),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    kind: Mapped[AlertKind] = enum_of(AlertKind)
    subject: Mapped[str] = mapped_column(String(200))
    rep_id: Mapped[int | None] = reference("reps.id", on_delete="CASCADE")
    calendar_id: Mapped[int | None] = reference("calendars.id", on_delete="CASCADE")
    booking_id: Mapped[int | None] = reference("bookings.id", on_delete="CASCADE")
    reason: Mapped[LongText] = mapped_column(server_default="")
    detail: Mapped[Json] = mapped_column(server_default="{}")
    count: Mapped[int] = mapped_column(server_default="1")
    first_seen_at: Mapped[Utc]
    last_seen_at: Mapped[Utc]
    settled_at: Mapped[Utc | None]
    mailed_at: Mapped[Utc | None]
    acknowledged_at: Mapped[Utc | None]
    acknowledged_by: Mapped[str | None] = mapped_column(String(48))


class ProviderGate(Base):
    """What keeps calls to a calendar service in bounds, shared by all processes.

    `name` is the service (`google`), one account at it (`google/42`), or one kind of call (`google/write`). Nothing
    is asked before `shut_until`; `failures` counts those in a row since `since`; `tokens` were left at `filled_at`.
    """

    __tablename__ = "provider_gates"

    name: Mapped[str] = mapped_column(String(120), primary_key=True)
    failures: Mapped[int] = mapped_column(server_default="0")
    reason: Mapped[str | None] = mapped_column(String(32))
    since: Mapped[Utc | None]
    shut_until: Mapped[Utc | None]
    tokens: Mapped[float | None] = mapped_column(Double)
    filled_at: Mapped[Utc | None]
