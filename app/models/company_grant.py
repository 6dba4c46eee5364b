"""What the company itself allows us at a calendar service, for all its reps at once."""

from enum import StrEnum

from sqlalchemy import BigInteger, ForeignKey, String
from sqlalchemy.dialects.postgresql import BYTEA
from sqlalchemy.orm import Mapped, mapped_column

from app.db import Base
from app.models.calendar import Provider
from app.models.columns import Created, Email, Key, LongText, PublicId, Utc, enum_of


class CompanyGrantState(StrEnum):
    """`broken`: the service no longer takes the key, for anybody. `ending`: being given up."""

    ACTIVE = "active"
    BROKEN = "broken"
    ENDING = "ending"


class CompanyGrant(Base):
    """One service's key for the whole company. `secret` is the key and `token` the access token that all mailboxes
    share, both sealed for this row; the other columns are what an administrator may read."""

    __tablename__ = "company_grants"

    id: Mapped[Key]
    public_id: Mapped[PublicId]
    provider: Mapped[Provider] = enum_of(Provider, unique=True)
    account: Mapped[str] = mapped_column(String(320))
    client_id: Mapped[str] = mapped_column(String(100))
    tenant: Mapped[str | None] = mapped_column(String(255))
    secret: Mapped[bytes] = mapped_column(BYTEA)
    token: Mapped[bytes | None] = mapped_column(BYTEA)
    state: Mapped[CompanyGrantState] = enum_of(CompanyGrantState)
    error: Mapped[LongText | None]
    created_at: Mapped[Created]
    updated_at: Mapped[Utc]


class CompanyReach(Base):
    """Whether a company's key reaches one rep: `code` says why not, nothing that it does. `address` is the one that
    was tried."""

    __tablename__ = "company_reaches"

    grant_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("company_grants.id", ondelete="CASCADE"), primary_key=True
    )
    rep_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("reps.id", ondelete="CASCADE"), primary_key=True, index=True
    )
    address: Mapped[Email]
    code: Mapped[str | None] = mapped_column(String(32))
    detail: Mapped[LongText | None]
    tried_at: Mapped[Utc]
