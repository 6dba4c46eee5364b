"""Who was erased, without saying who: a keyed hash of their address, so that nothing brings them back unasked."""

from sqlalchemy import String
from sqlalchemy.dialects.postgresql import BYTEA
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.columns import Key, Utc, reference


class Erasure(Base):
    """One address whose person is to be erased (`asked_at`) or was (`done_at`). `lead_id` is the row that is left of
    them; none where they were only ever somebody's guest."""

    __tablename__ = "erasures"

    id: Mapped[Key]
    key_hash: Mapped[bytes] = mapped_column(BYTEA, unique=True)
    lead_id: Mapped[int | None] = reference("leads.id")
    asked_at: Mapped[Utc]
    asked_by: Mapped[str] = mapped_column(String(48))
    done_at: Mapped[Utc | None]
