"""What waits for a manager about turns, and who gave a meeting on."""

from enum import StrEnum

from sqlalchemy import Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base
from app.models.columns import Created, Key, LongText, PublicId, Utc, enum_of, reference
from app.models.people import Rep
from app.models.pool import Pool


class CreditState(StrEnum):
    """Waiting for a manager, or decided."""

    WAITING = "waiting"
    ACCEPTED = "accepted"
    REFUSED = "refused"


class PendingCredit(Base):
    """A turn to be given back that is one too many in its month: a manager decides."""

    __tablename__ = "pending_credits"
    __table_args__ = (
        Index(
            "uq_pending_credits_waiting",
            "assignment_id",
            "rep_id",
            unique=True,
            postgresql_where=text("state = 'waiting'"),
        ),
    )

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    pool_id: Mapped[int] = reference("pools.id")
    rep_id: Mapped[int] = reference("reps.id")
    assignment_id: Mapped[int] = reference("assignments.id", index=False)
    reason: Mapped[str] = mapped_column(String(80))
    state: Mapped[CreditState] = enum_of(CreditState)
    decided_by: Mapped[str | None] = mapped_column(String(48))
    decided_at: Mapped[Utc | None]
    created_at: Mapped[Created]

    rep: Mapped[Rep] = relationship()
    pool: Mapped[Pool] = relationship()


class HandoverKind(StrEnum):
    """Why a rep no longer has a request: their own wish, or a manager's."""

    SKIPPED = "skipped"
    REASSIGNED = "reassigned"


class Handover(Base):
    """A rep who had a request and gave it on. `taken_by` is None while nobody has taken it from them: until then
    it is still theirs."""

    __tablename__ = "handovers"

    id: Mapped[Key]
    request_id: Mapped[int] = reference("requests.id", on_delete="CASCADE")
    booking_id: Mapped[int | None] = reference("bookings.id", on_delete="CASCADE")
    rep_id: Mapped[int] = reference("reps.id")
    kind: Mapped[HandoverKind] = enum_of(HandoverKind)
    reason: Mapped[LongText]
    actor: Mapped[str] = mapped_column(String(48))
    taken_by: Mapped[int | None] = reference("reps.id")
    at: Mapped[Created]
