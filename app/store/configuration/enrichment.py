"""Who is asked for more facts; kept with the company's settings."""

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Company
from app.store.configuration.writer import Writer

KEY = "enrichment"


def read(session: Session) -> dict[str, dict[str, Any]]:
    """What was configured, if anything was."""
    settings = session.execute(select(Company.settings)).scalar() or {}
    return {KEY: settings[KEY]} if KEY in settings else {}


def write(session: Session, key: str, item: dict[str, Any], writer: Writer) -> None:
    """The whole of it; keys are named, not kept."""
    row = _company(session)
    row.settings = {**row.settings, KEY: item}
    session.flush()


def archive(session: Session, key: str, at: datetime) -> None:
    """Back to asking nobody but our own accounts."""
    row = _company(session)
    row.settings = {name: value for name, value in row.settings.items() if name != KEY}
    session.flush()


def _company(session: Session) -> Company:
    return session.scalars(select(Company).execution_options(populate_existing=True)).one()
