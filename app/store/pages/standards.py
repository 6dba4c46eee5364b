"""The versions of what leads are judged by, as the console lists them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Company, JudgmentRecord, StandardVersion, User
from app.store.judging import IN_FORCE

_MOST = 20


@dataclass(frozen=True, slots=True)
class StandardRow:
    """One version: `by` is who published it (None: a program), `judged` how many judgments were made by it."""

    number: int
    published_at: datetime
    by: str | None
    note: str
    judged: int
    is_in_force: bool


def list_standard_versions(session: Session, kind: str) -> Sequence[StandardRow]:
    """The newest versions first; none for what has no versions."""
    columns = {
        "scoring": JudgmentRecord.scoring_version,
        "qualification": JudgmentRecord.qualification_version,
    }
    if kind not in columns:
        return []
    settings = session.execute(select(Company.settings)).scalar() or {}
    judged = (
        select(func.count())
        .select_from(JudgmentRecord)
        .where(columns[kind] == StandardVersion.number)
        .correlate(StandardVersion)
        .scalar_subquery()
    )
    rows = session.execute(
        select(StandardVersion, User.name, judged)
        .outerjoin(User, User.id == StandardVersion.published_by)
        .where(StandardVersion.kind == kind)
        .order_by(StandardVersion.number.desc())
        .limit(_MOST)
    )
    in_force = settings.get(IN_FORCE, {}).get(kind)
    return [
        StandardRow(row.number, row.published_at, by, row.note, count, row.number == in_force)
        for row, by, count in rows
    ]
