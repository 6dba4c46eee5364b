"""Linked calendar accounts and the mirror of their busy time."""

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, Index, String, text
from sqlalchemy.dialects.postgresql import BYTEA
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.models.columns import (
    Created,
    Email,
    Flags,
    Key,
    LongText,
    Name,
    PublicId,
    Utc,
    Words,
    Zone,
    enum_of,
    reference,
)


class Provider(StrEnum):
    """The calendar services we speak to."""

    GOOGLE = "google"
    MICROSOFT = "microsoft"
    CALDAV = "caldav"
    ICS = "ics"


class ConnectionState(StrEnum):
    """`needs_reconnect`: the grant is dead and only its owner can renew it."""

    ACTIVE = "active"
    NEEDS_RECONNECT = "needs_reconnect"
    DISCONNECTED = "disconnected"


class Connection(Base):
    """A rep's account at a provider. `account` is the provider's stable id; `secret` is sealed for this row.

    `company_grant_id`: the company let us in, not the rep. Such a row holds at most an access token.
    """

    __tablename__ = "connections"
    __table_args__ = (
        Index(
            "uq_connections_account",
            "provider",
            "account",
            unique=True,
            postgresql_where=text("state <> 'disconnected'"),
        ),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    rep_id: Mapped[int] = reference("reps.id", on_delete="CASCADE")
    provider: Mapped[Provider] = enum_of(Provider)
    account: Mapped[str] = mapped_column(String(300))
    email: Mapped[Email | None]
    label: Mapped[Name | None]
    company_grant_id: Mapped[int | None] = reference("company_grants.id", on_delete="SET NULL")
    secret: Mapped[bytes | None] = mapped_column(BYTEA)
    scopes: Mapped[Words]
    state: Mapped[ConnectionState] = enum_of(ConnectionState)
    error: Mapped[LongText | None]
    created_at: Mapped[Created]
    updated_at: Mapped[Utc]

    calendars: Mapped[list["Calendar"]] = relationship(
        back_populates="connection",
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="Calendar.id",
    )


class OAuthState(Base):
    """One started sign-in at a provider: single use, ten minutes, tied to a session, a rep and a provider."""

    __tablename__ = "oauth_states"

    id: Mapped[Key]
    state_hash: Mapped[bytes] = mapped_column(BYTEA, unique=True)
    provider: Mapped[Provider] = enum_of(Provider)
    rep_id: Mapped[int] = reference("reps.id", on_delete="CASCADE")
    session_id: Mapped[int] = reference("user_sessions.id", on_delete="CASCADE")
    secret: Mapped[bytes] = mapped_column(BYTEA)
    created_at: Mapped[Utc]
    expires_at: Mapped[Utc]
    used_at: Mapped[Utc | None]


class CalendarState(StrEnum):
    """`new` has never been read, `failing` keeps its last good mirror until that is too old, `gone` is gone."""

    NEW = "new"
    OK = "ok"
    FAILING = "failing"
    GONE = "gone"


class Calendar(Base):
    """One calendar of a connection. It vouches for `[known_from, known_until)` as of `synced_at`. `busy_choices`: the
    kinds of entries about which its owner wishes otherwise than usual, and whether they close time."""

    __tablename__ = "calendars"
    __table_args__ = (
        Index("uq_calendars_remote", "connection_id", "remote_id", unique=True),
        Index("uq_calendars_destination", "rep_id", unique=True, postgresql_where=text("is_destination")),
        Index("ix_calendars_next_sync_at", "next_sync_at", postgresql_where=text("checks_conflicts")),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    rep_id: Mapped[int] = reference("reps.id", on_delete="CASCADE")
    connection_id: Mapped[int] = reference("connections.id", on_delete="CASCADE", index=False)
    remote_id: Mapped[str] = mapped_column(String(1024))
    name: Mapped[LongText]
    timezone: Mapped[Zone | None]
    color: Mapped[str | None] = mapped_column(String(32))
    can_write: Mapped[bool]
    is_primary: Mapped[bool]
    checks_conflicts: Mapped[bool]
    is_destination: Mapped[bool]
    busy_choices: Mapped[Flags]
    state: Mapped[CalendarState] = enum_of(CalendarState)
    token: Mapped[bytes | None] = mapped_column(BYTEA)
    known_from: Mapped[Utc | None]
    known_until: Mapped[Utc | None]
    synced_at: Mapped[Utc | None]
    attempted_at: Mapped[Utc | None]
    next_sync_at: Mapped[Utc | None]
    failures: Mapped[int] = mapped_column(server_default="0")
    error: Mapped[LongText | None]
    warnings: Mapped[Words]

    connection: Mapped[Connection] = relationship(back_populates="calendars")


class BusyBlock(Base):
    """One occurrence that takes time, or may: its time and why, never its title or its people. Whether its kind closes
    time is its calendar's choice. All-day ones keep their dates, so that a change of the calendar's zone can place them
    anew; `starts_at`/`ends_at` are always filled."""

    __tablename__ = "busy_blocks"
    __table_args__ = (
        Index("uq_busy_blocks_instance", "calendar_id", "event_id", "instance_key", unique=True),
        Index("ix_busy_blocks_calendar_id_ends_at", "calendar_id", "ends_at"),
        CheckConstraint("starts_at <= ends_at", name="ends_after_start"),
    )

    id: Mapped[Key]
    calendar_id: Mapped[int] = reference("calendars.id", on_delete="CASCADE", index=False)
    event_id: Mapped[str] = mapped_column(String(1024))
    instance_key: Mapped[str] = mapped_column(String(1024), server_default="")
    starts_at: Mapped[Utc]
    ends_at: Mapped[Utc]
    first_date: Mapped[date | None]
    until_date: Mapped[date | None]
    kind: Mapped[str] = mapped_column(String(16))
    etag: Mapped[str | None] = mapped_column(String(512))
    booking: Mapped[str | None] = mapped_column(String(40))


class ReadingCause(StrEnum):
    """Why a calendar was read: it was due, its service told us, somebody asked, or it was connected or checked."""

    DUE = "due"
    TOLD = "told"
    ASKED = "asked"
    CONNECTED = "connected"
    CHECKED = "checked"


class CalendarReading(Base):
    """A reading that brought something, or failed. Those that found everything as it was leave no row: `synced_at`
    says when the last one was."""

    __tablename__ = "calendar_readings"
    __table_args__ = (Index("ix_calendar_readings_calendar_id_at", "calendar_id", "at"),)

    id: Mapped[Key]
    calendar_id: Mapped[int] = reference("calendars.id", on_delete="CASCADE", index=False)
    at: Mapped[Utc]
    cause: Mapped[ReadingCause] = enum_of(ReadingCause)
    was_full: Mapped[bool]
    changed: Mapped[int] = mapped_column(server_default="0")
    took_ms: Mapped[int]
    error: Mapped[LongText | None]
