"""Which definition of a territory held when, from the history of the configuration."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.models import ConfigurationChange, User

_MOST = 100


@dataclass(frozen=True, slots=True)
class TerritoryVersion:
    """How a territory was defined from `at` until `until` (None: it still is). `definition` is None while it was
    archived. `number` counts from 1; `by` is the e-mail address of who changed it, None for keys and commands."""

    number: int
    revision: int
    at: datetime
    until: datetime | None
    by: str | None
    definition: dict[str, Any] | None


def territory_versions(session: Session, name: str) -> Sequence[TerritoryVersion]:
    """The newest first, as far back as the history goes, at most 100."""
    definition = ConfigurationChange.patch["territories"][name]
    rows = session.execute(
        select(ConfigurationChange.revision, ConfigurationChange.at, User.email, definition)
        .outerjoin(User, User.id == ConfigurationChange.user_id)
        .where(ConfigurationChange.patch["territories"].has_key(name))
        .order_by(ConfigurationChange.revision)
    ).all()
    ends = [*(at for _, at, _, _ in rows[1:]), None][: len(rows)]
    found = [
        TerritoryVersion(number, revision, at, until, by, item if isinstance(item, dict) else None)
        for number, ((revision, at, by, item), until) in enumerate(zip(rows, ends, strict=True), 1)
    ]
    return found[::-1][:_MOST]
