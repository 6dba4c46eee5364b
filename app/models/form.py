"""What is asked and what is offered: forms and meeting types."""

from enum import StrEnum

from sqlalchemy import Boolean, SmallInteger, String, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.models.columns import (
    Json,
    JsonList,
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
from app.models.people import Rep, Schedule


class HoursRule(StrEnum):
    """What a meeting type's schedule does to a rep's own: it narrows it, or it stands in its place."""

    WITHIN = "within"
    INSTEAD = "instead"


class PreferredDays(StrEnum):
    """Which days are suggested first: those with the fewest times left, or those with the most."""

    FULLEST = "fullest"
    EMPTIEST = "emptiest"


class MeetingType(Base):
    """A kind of meeting. Lengths in minutes, `minutes` unless another one is chosen; `booking_window` is text such as
    `10 business days`. `limits` count one rep's meetings of this kind; `seats` is how many prospects share one."""

    __tablename__ = "meeting_types"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    name: Mapped[Name]
    description: Mapped[LongText] = mapped_column(server_default="")
    minutes: Mapped[int] = mapped_column(SmallInteger)
    buffer_before: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    buffer_after: Mapped[int] = mapped_column(SmallInteger, server_default="10")
    minimum_notice: Mapped[int] = mapped_column(server_default="60")
    booking_window: Mapped[str] = mapped_column(String(40))
    slot_interval: Mapped[int] = mapped_column(SmallInteger, server_default="15")
    slot_offset: Mapped[int] = mapped_column(SmallInteger, server_default="0")
    other_minutes: Mapped[list[int]] = mapped_column(ARRAY(SmallInteger), server_default="{}")
    schedule_id: Mapped[int | None] = reference("schedules.id")
    hours_rule: Mapped[HoursRule] = enum_of(HoursRule, server_default="within")
    limits: Mapped[Json] = mapped_column(server_default="{}")
    prefer_days: Mapped[PreferredDays | None] = enum_of(PreferredDays)
    seats: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    location: Mapped[str] = mapped_column(String(200), server_default="video")
    timezone: Mapped[Zone | None]
    archived_at: Mapped[Utc | None]

    schedule: Mapped[Schedule | None] = relationship()
    rep_hours: Mapped[list["RepMeetingHours"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True
    )


class RepMeetingHours(Base):
    """The schedule that a rep keeps for one kind of meeting instead of their usual one."""

    __tablename__ = "rep_meeting_hours"

    meeting_type_id: Mapped[int] = reference(
        "meeting_types.id", on_delete="CASCADE", primary_key=True, index=False
    )
    rep_id: Mapped[int] = reference("reps.id", on_delete="CASCADE", primary_key=True)
    schedule_id: Mapped[int] = reference("schedules.id")

    rep: Mapped[Rep] = relationship()
    schedule: Mapped[Schedule] = relationship()


class Router(Base):
    """Ordered routing rules, by version."""

    __tablename__ = "routers"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    name: Mapped[Name] = mapped_column(unique=True)
    draft: Mapped[dict[str, object] | None] = mapped_column(JSONB)
    published_version: Mapped[int | None]
    archived_at: Mapped[Utc | None]


class Form(Base):
    """What the widget asks, where it may stand, and which router and meeting type it leads to."""

    __tablename__ = "forms"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    router_id: Mapped[int] = reference("routers.id")
    meeting_type_id: Mapped[int] = reference("meeting_types.id")
    origins: Mapped[Words]
    branding: Mapped[Json] = mapped_column(server_default="{}")
    privacy_notice: Mapped[dict[str, object] | None] = mapped_column(JSONB)
    strings: Mapped[Json] = mapped_column(server_default="{}")
    messages: Mapped[Json] = mapped_column(server_default="{}")
    shows_rep: Mapped[bool] = mapped_column(Boolean, server_default=text("false"))
    archived_at: Mapped[Utc | None]

    router: Mapped[Router] = relationship()
    meeting_type: Mapped[MeetingType] = relationship()
    fields: Mapped[list["FormField"]] = relationship(
        cascade="all, delete-orphan", passive_deletes=True, order_by="FormField.position"
    )


class FormField(Base):
    """One question of a form."""

    __tablename__ = "form_fields"

    id: Mapped[Key]
    form_id: Mapped[int] = reference("forms.id", on_delete="CASCADE")
    position: Mapped[int] = mapped_column(SmallInteger)
    name: Mapped[str] = mapped_column(String(80))
    type: Mapped[str] = mapped_column(String(32))
    label: Mapped[Json]
    help: Mapped[Json] = mapped_column(server_default="{}")
    placeholder: Mapped[Json] = mapped_column(server_default="{}")
    required: Mapped[bool] = mapped_column(server_default=text("false"))
    autocomplete: Mapped[str | None] = mapped_column(String(80))
    choices: Mapped[JsonList] = mapped_column(server_default="[]")


class RouterVersion(Base):
    """A published set of rules; the database refuses to change or delete one."""

    __tablename__ = "router_versions"

    router_id: Mapped[int] = reference("routers.id", primary_key=True, index=False)
    number: Mapped[int] = mapped_column(primary_key=True)
    document: Mapped[Json]
    published_at: Mapped[Utc]
    published_by: Mapped[int | None] = reference("users.id")
    note: Mapped[LongText] = mapped_column(server_default="")
