"""Which life of the database this is."""

from enum import StrEnum

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.columns import Created, Key, Utc, enum_of


class Doubt(StrEnum):
    """Why a database is not taken for the one that worked last."""

    COPIED = "copied"
    WENT_BACK = "went_back"


class Life(Base):
    """A stretch in which the database only went forward; the newest row is the present one.

    `identity` names the very tables on the very server, which no copy shares. `beats` counts the workers' signs of
    life. `doubt` is why the life may be over: it then waits for an operator's word, who begins the next one.
    """

    __tablename__ = "lives"

    id: Mapped[Key]
    identity: Mapped[str] = mapped_column(String(80))
    begun_at: Mapped[Created]
    begun_by: Mapped[str] = mapped_column(String(48))
    beats: Mapped[int] = mapped_column(BigInteger, server_default="0")
    beat_at: Mapped[Utc | None]
    doubt: Mapped[Doubt | None] = enum_of(Doubt)
    doubted_at: Mapped[Utc | None]
