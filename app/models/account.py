"""Companies our leads belong to. Data, not configuration: imported, not edited in a document."""

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.columns import Created, Json, Key, Name, PublicId, Utc, Words, reference


class Account(Base):
    """A lead's company: its domains, perhaps a parent, perhaps an owner, and facts for enrichment."""

    __tablename__ = "accounts"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    name: Mapped[Name]
    domain: Mapped[str] = mapped_column(String(253), unique=True)
    aliases: Mapped[Words]
    parent_id: Mapped[int | None] = reference("accounts.id", on_delete="SET NULL")
    owner_rep_id: Mapped[int | None] = reference("reps.id", on_delete="SET NULL")
    attributes: Mapped[Json] = mapped_column(server_default="{}")
    created_at: Mapped[Created]
    updated_at: Mapped[Utc]
