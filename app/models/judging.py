"""What leads are judged by, what they did before they asked, and what was made of them."""

from enum import StrEnum

from sqlalchemy import Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.columns import Created, Json, Key, LongText, Utc, enum_of, reference


class StandardVersion(Base):
    """A version of the scorecard (`scoring`) or of the definition (`qualification`); never changed, never deleted."""

    __tablename__ = "standard_versions"

    kind: Mapped[str] = mapped_column(String(32), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    document: Mapped[Json]
    published_at: Mapped[Utc]
    published_by: Mapped[int | None] = reference("users.id")
    note: Mapped[LongText] = mapped_column(server_default="")


class ReportedBy(StrEnum):
    """Who says that a lead did something: the page they came from, or a system with a key."""

    PAGE = "page"
    API = "api"


class LeadBehavior(Base):
    """Something a lead did: saw a page, came to a webinar. The same thing at the same time is kept once."""

    __tablename__ = "lead_behaviors"
    __table_args__ = (
        UniqueConstraint("lead_id", "kind", "topic", "at"),
        Index("ix_lead_behaviors_lead_id_at", "lead_id", "at"),
    )

    id: Mapped[Key]
    lead_id: Mapped[int] = reference("leads.id", on_delete="CASCADE", index=False)
    kind: Mapped[str] = mapped_column(String(32))
    topic: Mapped[str] = mapped_column(String(120), server_default=text("''"))
    url: Mapped[LongText | None]
    reported_by: Mapped[ReportedBy] = enum_of(ReportedBy)
    at: Mapped[Utc]
    created_at: Mapped[Created]


class JudgedFor(StrEnum):
    """Why a lead was judged: to be routed, or because more became known after that."""

    ROUTING = "routing"
    LATE = "late"


class JudgmentRecord(Base):
    """What was made of a request's lead, and by which versions; goes with the request's facts. The newest counts."""

    __tablename__ = "judgments"
    __table_args__ = (Index("ix_judgments_request_id_id", "request_id", "id"),)

    id: Mapped[Key]
    request_id: Mapped[int] = reference("request_facts.request_id", on_delete="CASCADE", index=False)
    made_for: Mapped[JudgedFor] = enum_of(JudgedFor)
    scoring_version: Mapped[int | None]
    qualification_version: Mapped[int | None]
    inputs: Mapped[Json]
    outcome: Mapped[Json]
    created_at: Mapped[Created]
