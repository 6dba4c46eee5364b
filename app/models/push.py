"""Channels over which a calendar service tells us that a calendar changed."""

from enum import StrEnum

from sqlalchemy import Index, String, text
from sqlalchemy.dialects.postgresql import BYTEA
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.models.calendar import Calendar
from app.models.columns import Created, Key, LongText, PublicId, Utc, enum_of, reference


class ChannelState(StrEnum):
    """Asked for, open, or refused (asked for again later)."""

    OPENING = "opening"
    OPEN = "open"
    FAILED = "failed"


class PushChannel(Base):
    """One channel. Messages prove themselves by a secret of which only the digest is kept; `remote_id` is the
    service's own name for it (Google's resource, Graph's subscription)."""

    __tablename__ = "push_channels"
    __table_args__ = (
        Index(
            "uq_push_channels_remote_id", "remote_id", unique=True, postgresql_where=text("state = 'open'")
        ),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    calendar_id: Mapped[int] = reference("calendars.id", on_delete="CASCADE")
    secret_hash: Mapped[bytes] = mapped_column(BYTEA)
    remote_id: Mapped[str | None] = mapped_column(String(1024))
    state: Mapped[ChannelState] = enum_of(ChannelState)
    expires_at: Mapped[Utc]
    error: Mapped[LongText | None]
    created_at: Mapped[Created]

    calendar: Mapped[Calendar] = relationship()
