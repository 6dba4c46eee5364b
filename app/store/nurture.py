"""Leads on nurture lists."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Lead


@dataclass(frozen=True, slots=True)
class Nurtured:
    """A lead on a list, and since when."""

    lead: str
    list: str
    name: str | None
    email: str | None
    company: str | None
    since: datetime | None


def count_nurtured(session: Session) -> dict[str, int]:
    """How many leads are on each list, by its name."""
    rows = session.execute(
        select(Lead.nurture_list, func.count())
        .where(Lead.nurture_list.is_not(None))
        .group_by(Lead.nurture_list)
        .order_by(Lead.nurture_list)
    )
    return {name: count for name, count in rows if name is not None}


def list_nurtured(session: Session, name: str | None = None) -> Sequence[Nurtured]:
    """The leads on a list, or on any, those first who have been there longest."""
    query = select(Lead).where(Lead.nurture_list.is_not(None) if name is None else Lead.nurture_list == name)
    return [
        Nurtured(
            lead.public_id, lead.nurture_list or "", lead.name, lead.email, lead.company, lead.nurtured_at
        )
        for lead in session.scalars(query.order_by(Lead.nurtured_at, Lead.id))
    ]
