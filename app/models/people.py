"""Who signs in, and who takes meetings."""

from datetime import date
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, Index, SmallInteger, String, text
from sqlalchemy.dialects.postgresql import ARRAY, BYTEA
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.models.columns import (
    Created,
    Email,
    Json,
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


class Role(StrEnum):
    """What a signed-in person may do: admins everything, managers see all and reassign, reps their own."""

    ADMIN = "admin"
    MANAGER = "manager"
    REP = "rep"


class User(Base):
    """A person who signs in."""

    __tablename__ = "users"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    email: Mapped[Email] = mapped_column(unique=True)
    name: Mapped[Name]
    password_hash: Mapped[str | None] = mapped_column(String(200))
    role: Mapped[Role] = enum_of(Role)
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    created_at: Mapped[Created]


class UserSession(Base):
    """A signed-in browser. Only the hash of its secret is kept; deleting the row ends it at once."""

    __tablename__ = "user_sessions"

    id: Mapped[Key]
    user_id: Mapped[int] = reference("users.id", on_delete="CASCADE")
    secret_hash: Mapped[bytes] = mapped_column(BYTEA, unique=True)
    created_at: Mapped[Utc]
    seen_at: Mapped[Utc]
    expires_at: Mapped[Utc]
    user_agent: Mapped[str] = mapped_column(String(200), server_default="")


class ApiKey(Base):
    """A key for the admin API with its scopes. The key itself is shown once and never stored."""

    __tablename__ = "api_keys"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    name: Mapped[Name]
    secret_hash: Mapped[bytes] = mapped_column(BYTEA, unique=True)
    scopes: Mapped[Words]
    user_id: Mapped[int | None] = reference("users.id", on_delete="SET NULL")
    created_at: Mapped[Created]
    used_at: Mapped[Utc | None]
    revoked_at: Mapped[Utc | None]


class Schedule(Base):
    """Working hours that reps share. `weekly` maps mon…sun to `["09:00-17:00", …]` in `timezone`."""

    __tablename__ = "schedules"

    id: Mapped[Key]
    name: Mapped[Name] = mapped_column(unique=True)
    timezone: Mapped[Zone]
    weekly: Mapped[Json]
    holidays: Mapped[str | None] = mapped_column(String(16))
    archived_at: Mapped[Utc | None]
    overrides: Mapped[list["ScheduleOverride"]] = relationship(
        cascade="all, delete-orphan", order_by="ScheduleOverride.on", passive_deletes=True
    )


class ScheduleOverride(Base):
    """The hours of one date instead of the week's; no hours is a day off."""

    __tablename__ = "schedule_overrides"
    __table_args__ = (Index("uq_schedule_overrides_on", "schedule_id", "on", unique=True),)

    id: Mapped[Key]
    schedule_id: Mapped[int] = reference("schedules.id", on_delete="CASCADE")
    on: Mapped[date]
    hours: Mapped[Words]


class CalendarMode(StrEnum):
    """Whether a rep's time is vouched for by connected calendars, or by nobody (their hours alone)."""

    CONNECTED = "connected"
    NONE = "none"


class Rep(Base):
    """Somebody who takes meetings. `time_version` grows with every change of the rep's time."""

    __tablename__ = "reps"
    __table_args__ = (CheckConstraint("max_utilization BETWEEN 1 AND 100", name="utilization_is_percent"),)

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    email: Mapped[Email] = mapped_column(unique=True)
    name: Mapped[Name]
    timezone: Mapped[Zone]
    user_id: Mapped[int | None] = reference("users.id", on_delete="SET NULL", unique=True)
    schedule_id: Mapped[int | None] = reference("schedules.id")
    manager_email: Mapped[Email | None]
    languages: Mapped[Words]
    territories: Mapped[Words]
    per_day: Mapped[int | None] = mapped_column(SmallInteger)
    per_week: Mapped[int | None] = mapped_column(SmallInteger)
    per_month: Mapped[int | None] = mapped_column(SmallInteger)
    minutes_per_day: Mapped[int | None] = mapped_column(SmallInteger)
    minutes_per_week: Mapped[int | None] = mapped_column(SmallInteger)
    minutes_per_month: Mapped[int | None]
    in_a_row: Mapped[int | None] = mapped_column(SmallInteger)
    pause: Mapped[int | None] = mapped_column(SmallInteger)
    max_utilization: Mapped[int | None] = mapped_column(SmallInteger)
    new_per_day: Mapped[int | None] = mapped_column(SmallInteger)
    new_per_week: Mapped[int | None] = mapped_column(SmallInteger)
    open_leads: Mapped[int | None] = mapped_column(SmallInteger)
    calendar_mode: Mapped[CalendarMode] = enum_of(CalendarMode, server_default="connected")
    meeting_link: Mapped[str | None] = mapped_column(String(500))
    is_active: Mapped[bool] = mapped_column(server_default=text("true"))
    archived_at: Mapped[Utc | None]
    time_version: Mapped[int] = mapped_column(BigInteger, server_default="1")
    created_at: Mapped[Created]

    schedule: Mapped[Schedule | None] = relationship()
    skills: Mapped[list["RepSkill"]] = relationship(cascade="all, delete-orphan", passive_deletes=True)
    time_off: Mapped[list["TimeOff"]] = relationship(
        cascade="all, delete-orphan",
        passive_deletes=True,
        order_by="TimeOff.starts_on",
        foreign_keys="TimeOff.rep_id",
    )
    trips: Mapped[list["RepTrip"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="RepTrip.starts_on"
    )


class RepSkill(Base):
    """A rep's level (1 to 5) in one skill."""

    __tablename__ = "rep_skills"
    __table_args__ = (CheckConstraint("level BETWEEN 1 AND 5", name="level_one_to_five"),)

    rep_id: Mapped[int] = reference("reps.id", on_delete="CASCADE", primary_key=True, index=False)
    skill: Mapped[str] = mapped_column(String(80), primary_key=True)
    level: Mapped[int] = mapped_column(SmallInteger)


class TimeOff(Base):
    """Days, or a part of one day, on which a rep takes no meetings. Dates are the rep's and inclusive;
    `minutes` is a half-open `[from, until)` of the day when only part of it is off."""

    __tablename__ = "time_off"
    __table_args__ = (CheckConstraint("starts_on <= ends_on", name="ends_after_start"),)

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    rep_id: Mapped[int] = reference("reps.id", on_delete="CASCADE")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    minutes: Mapped[list[int] | None] = mapped_column(ARRAY(SmallInteger))
    cover_email: Mapped[Email | None]
    note: Mapped[LongText] = mapped_column(server_default="")


class RepTrip(Base):
    """Dates, both included, on which a rep is in another time zone: their hours and time off are meant there."""

    __tablename__ = "rep_trips"
    __table_args__ = (CheckConstraint("starts_on <= ends_on", name="ends_after_start"),)

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    rep_id: Mapped[int] = reference("reps.id", on_delete="CASCADE")
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    timezone: Mapped[Zone]
    note: Mapped[LongText] = mapped_column(server_default="")
