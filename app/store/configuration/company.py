"""The one company."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.models import Company
from app.store.configuration.writer import Writer

KEY = "company"
_LOCK = 0x636F6E666967  # "config"


def lock_revision(session: Session) -> int:
    """Have this transaction be the only one that changes the configuration; the revision it starts from."""
    session.execute(
        select(func.pg_advisory_xact_lock(_LOCK))
    )  # before the first change there is no row to lock
    return session.scalar(select(Company.revision).with_for_update()) or 0


def current_revision(session: Session) -> int:
    """The revision in force; 0 before anything was configured."""
    return session.scalar(select(Company.revision)) or 0


def bump_revision(session: Session) -> int:
    """The next revision."""
    row = session.scalars(select(Company).execution_options(populate_existing=True)).one()
    row.revision += 1
    session.flush()
    return row.revision


def read(session: Session) -> dict[str, dict[str, Any]]:
    """The company, once there is one."""
    row = session.execute(select(Company.name, Company.timezone)).first()
    return {KEY: {"name": row.name, "timezone": row.timezone}} if row else {}


def write(session: Session, key: str, item: dict[str, Any], writer: Writer) -> None:
    """Name it, or make it."""
    statement = insert(Company).values(id=1, **item, revision=0)
    session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=item))
    session.expire_all()


def archive(session: Session, key: str, at: datetime) -> None:
    """A deployment without a company is no deployment."""
    raise ValueError("the company cannot be archived")
