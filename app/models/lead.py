"""The person, and each of their submissions."""

from enum import StrEnum

from sqlalchemy import Index, SmallInteger, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.models.account import Account
from app.models.columns import (
    Created,
    Email,
    Json,
    JsonList,
    Key,
    LongText,
    Name,
    PublicId,
    Utc,
    Zone,
    enum_of,
    reference,
)
from app.models.form import Form


class Lead(Base):
    """A person by their normalised e-mail address, and what we last knew of them. `company_domain`: the registered
    domain of their address, not that of a mail service. `nurture_list`: where they wait until there is more."""

    __tablename__ = "leads"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    email: Mapped[Email | None] = mapped_column(unique=True)
    name: Mapped[LongText | None]
    company: Mapped[LongText | None]
    account_id: Mapped[int | None] = reference("accounts.id", on_delete="SET NULL")
    owner_rep_id: Mapped[int | None] = reference("reps.id", on_delete="SET NULL")
    company_domain: Mapped[str | None] = mapped_column(String(253), index=True)
    nurture_list: Mapped[Name | None] = mapped_column(index=True)
    nurtured_at: Mapped[Utc | None]
    created_at: Mapped[Created]
    erased_at: Mapped[Utc | None]

    account: Mapped[Account | None] = relationship()


class RequestState(StrEnum):
    """How far a submission came. `captured` has only been stored; the others have a route. `nurtured`: its lead was
    put on a list."""

    CAPTURED = "captured"
    OFFERED = "offered"
    QUEUED = "queued"
    BOOKED = "booked"
    REFUSED = "refused"
    REPEATED = "repeated"
    NURTURED = "nurtured"


class Request(Base):
    """One submission. Its answers live beside it in `request_facts`, in one row that can be erased."""

    __tablename__ = "requests"
    __table_args__ = (Index("ix_requests_lead_id_created_at", "lead_id", "created_at"),)

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    lead_id: Mapped[int] = reference("leads.id", index=False)
    form_id: Mapped[int] = reference("forms.id")
    state: Mapped[RequestState] = enum_of(RequestState)
    timezone: Mapped[Zone]
    locale: Mapped[str] = mapped_column(String(35))
    token_version: Mapped[int] = mapped_column(SmallInteger, server_default="1")
    created_at: Mapped[Created]

    lead: Mapped[Lead] = relationship()
    form: Mapped[Form] = relationship()
    facts: Mapped["RequestFacts | None"] = relationship(back_populates="request", uselist=False)


class RequestFacts(Base):
    """What was typed, where it came from, and the facts read from it. Deleting the row erases them."""

    __tablename__ = "request_facts"

    request_id: Mapped[int] = reference("requests.id", on_delete="CASCADE", primary_key=True, index=False)
    answers: Mapped[Json]
    source: Mapped[Json]
    facts: Mapped[Json]
    origins: Mapped[Json] = mapped_column(server_default="{}")
    flags: Mapped[JsonList] = mapped_column(server_default="[]")

    request: Mapped[Request] = relationship(back_populates="facts")
