"""Leads as rows."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import Lead


def find_and_lock_lead(session: Session, public_id: str) -> Lead | None:
    """The lead of this public id, locked; None when there is none."""
    query = select(Lead).where(Lead.public_id == public_id)
    return session.scalar(query.with_for_update().execution_options(populate_existing=True))
