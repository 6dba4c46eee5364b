"""The company itself and the history of its configuration."""

from sqlalchemy import BigInteger, CheckConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.columns import Created, Json, Key, Name, Zone, reference


class Company(Base):
    """The one company this deployment serves. `revision` grows with every change of configuration."""

    __tablename__ = "company"
    __table_args__ = (CheckConstraint("id = 1", name="only_one"),)

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    name: Mapped[Name]
    timezone: Mapped[Zone]
    revision: Mapped[int] = mapped_column(BigInteger, server_default="0")
    settings: Mapped[Json] = mapped_column(server_default="{}")


class ConfigurationChange(Base):
    """One applied patch and the patch that would take it back."""

    __tablename__ = "configuration_changes"

    id: Mapped[Key]
    revision: Mapped[int] = mapped_column(BigInteger, unique=True)
    patch: Mapped[Json]
    inverse: Mapped[Json]
    source: Mapped[Name]
    user_id: Mapped[int | None] = reference("users.id")
    at: Mapped[Created]
