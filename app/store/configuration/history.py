"""What was changed, by whom, and the patch that takes it back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import ConfigurationChange, User


@dataclass(frozen=True, slots=True)
class PastChange:
    """One applied patch. `by` is the user's e-mail address, `user_id` their key; None for keys of the API and the
    command line."""

    revision: int
    source: str
    by: str | None
    user_id: int | None
    at: datetime
    patch: dict[str, Any]
    inverse: dict[str, Any]


def add_change(
    session: Session,
    revision: int,
    patch: dict[str, Any],
    inverse: dict[str, Any],
    source: str,
    user_id: int | None,
) -> None:
    """Append one applied patch."""
    session.add(
        ConfigurationChange(revision=revision, patch=patch, inverse=inverse, source=source, user_id=user_id)
    )
    session.flush()


def find_change(session: Session, revision: int) -> PastChange | None:
    """The change that made a revision."""
    return next(iter(_read(session, ConfigurationChange.revision == revision, 1)), None)


def list_changes(session: Session, before: int | None = None, limit: int = 50) -> list[PastChange]:
    """Newest first; `before` is a revision to go on from."""
    return _read(session, ConfigurationChange.revision < (before if before is not None else 2**62), limit)


def _read(session: Session, which: Any, limit: int) -> list[PastChange]:
    rows = session.execute(
        select(ConfigurationChange, User.email)
        .outerjoin(User, User.id == ConfigurationChange.user_id)
        .where(which)
        .order_by(ConfigurationChange.revision.desc())
        .limit(limit)
    )
    return [PastChange(c.revision, c.source, email, c.user_id, c.at, c.patch, c.inverse) for c, email in rows]
