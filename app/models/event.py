"""The entries of our meetings in providers' calendars."""

from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, SmallInteger, String, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.models.calendar import Calendar
from app.models.columns import Json, Key, LongText, Utc, enum_of, reference


class EventState(StrEnum):
    """How the entry in the provider's calendar stands against what we want."""

    PENDING = "pending"
    WRITTEN = "written"
    CANCELLED = "cancelled"
    FAILED = "failed"


class Deviation(StrEnum):
    """How an entry that we wrote is no longer as we wrote it, by somebody's hand: moved, deleted, or declined or
    shown as free."""

    MOVED = "moved"
    GONE = "gone"
    LET_GO = "let_go"


class ProviderEvent(Base):
    """The entry in a provider's calendar for one booking, or one session that bookings share, and generation.

    `deviation`, since `deviated_at`, waits for the rep to say what is meant; `seen_start` is where a moved one is, and
    `obstacle` who cannot come then and why (a refusal: `{rep, code, detail}`).
    `replies` are the guests' answers by address.
    """

    __tablename__ = "provider_events"
    __table_args__ = (
        CheckConstraint("num_nonnulls(booking_id, group_session_id) = 1", name="of_one"),
        Index("uq_provider_events_generation", "booking_id", "generation", unique=True),
        Index("uq_provider_events_group_generation", "group_session_id", "generation", unique=True),
    )

    id: Mapped[Key]
    booking_id: Mapped[int | None] = reference("bookings.id", on_delete="CASCADE", index=False)
    group_session_id: Mapped[int | None] = reference("group_sessions.id", on_delete="CASCADE", index=False)
    generation: Mapped[int] = mapped_column(SmallInteger)
    calendar_id: Mapped[int | None] = reference("calendars.id", on_delete="SET NULL")
    state: Mapped[EventState] = enum_of(EventState)
    event_id: Mapped[str | None] = mapped_column(String(1024))
    ical_uid: Mapped[str | None] = mapped_column(String(1024))
    etag: Mapped[str | None] = mapped_column(String(512))
    html_link: Mapped[LongText | None]
    error: Mapped[LongText | None]
    deviation: Mapped[Deviation | None] = enum_of(Deviation)
    deviated_at: Mapped[Utc | None]
    seen_start: Mapped[Utc | None]
    obstacle: Mapped[dict[str, object] | None] = mapped_column(JSONB(none_as_null=True))
    replies: Mapped[Json] = mapped_column(server_default="{}")
    updated_at: Mapped[Utc] = mapped_column(server_default=func.clock_timestamp())

    calendar: Mapped[Calendar | None] = relationship()
