"""What is asked and what is offered: forms and meeting types."""

from sqlalchemy import Boolean, SmallInteger, String, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.models.columns import Json, JsonList, Key, LongText, Name, PublicId, Utc, Words, Zone, reference


class MeetingType(Base):
    """A kind of meeting. Lengths in minutes; `booking_window` is text such as `10 business days`."""

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
    location: Mapped[str] = mapped_column(String(200), server_default="video")
    timezone: Mapped[Zone | None]
    archived_at: Mapped[Utc | None]


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
