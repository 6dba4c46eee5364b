"""The one company."""

from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from app.models import Company
from app.store.configuration.writer import Writer

KEY = "company"
SETTINGS = {"calendar_moves": "follow", "holidays": None, "alerts_to": None}
"""What is kept in the settings column, with what holds when nothing was said."""
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
    row = session.execute(select(Company.name, Company.timezone, Company.settings)).first()
    if row is None:
        return {}
    own = {name: row.settings.get(name, default) for name, default in SETTINGS.items()}
    return {KEY: {"name": row.name, "timezone": row.timezone, **own}}


def write(session: Session, key: str, item: dict[str, Any], writer: Writer) -> None:
    """Name it, or make it."""
    columns = {name: value for name, value in item.items() if name not in SETTINGS}
    statement = insert(Company).values(id=1, **columns, revision=0)
    session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=columns))
    session.expire_all()
    row = session.scalars(select(Company)).one()
    row.settings = {**row.settings, **{name: item[name] for name in SETTINGS}}
    session.flush()


def archive(session: Session, key: str, at: datetime) -> None:
    """A deployment without a company is no deployment."""
    raise ValueError("the company cannot be archived")
