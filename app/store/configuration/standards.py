"""The scorecard and the definition leads are judged by: a change makes a new version, which never changes.

The company's settings say which version is in force.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.models import Company, StandardVersion
from app.store.configuration.writer import Writer
from app.store.judging import IN_FORCE


@dataclass(frozen=True, slots=True)
class Standard:
    """One of the two, as the configuration reads and writes it."""

    kind: str

    def read(self, session: Session) -> dict[str, dict[str, Any]]:
        """What is in force, if anything is."""
        settings = session.execute(select(Company.settings)).scalar() or {}
        number = settings.get(IN_FORCE, {}).get(self.kind)
        row = session.get(StandardVersion, (self.kind, number)) if number else None
        return {self.kind: _uncounted(row.document)} if row else {}

    def write(self, session: Session, key: str, item: dict[str, Any], writer: Writer) -> None:
        """Put it in force, as a new version unless the newest one says the same."""
        newest = _newest(session, self.kind)
        if newest is None or _uncounted(newest.document) != item:
            newest = StandardVersion(
                kind=self.kind,
                number=(newest.number if newest else 0) + 1,
                document=_counted(session, item),
                published_at=writer.at,
                published_by=writer.user_id,
                note=writer.note,
            )
            session.add(newest)
        self._put_in_force(session, newest.number)

    def archive(self, session: Session, key: str, at: datetime) -> None:
        """Judge by it no longer; its versions stay, for those who were judged by them."""
        self._put_in_force(session, None)

    def _put_in_force(self, session: Session, number: int | None) -> None:
        row = session.scalars(select(Company).execution_options(populate_existing=True)).one()
        others = {kind: n for kind, n in row.settings.get(IN_FORCE, {}).items() if kind != self.kind}
        chosen = {**others, self.kind: number} if number else others
        rest = {name: value for name, value in row.settings.items() if name != IN_FORCE}
        row.settings = {**rest, IN_FORCE: chosen} if chosen else rest
        session.flush()


def _newest(session: Session, kind: str) -> StandardVersion | None:
    rows = select(StandardVersion).where(StandardVersion.kind == kind)
    return session.scalar(rows.order_by(StandardVersion.number.desc()).limit(1))


def _uncounted(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document without the version of its profile, which is not the admin's to write."""
    icp = document.get("icp")
    return {**document, "icp": {"when": icp["when"]}} if icp else dict(document)


def _counted(session: Session, item: Mapping[str, Any]) -> dict[str, Any]:
    """The document with the version of its profile: the last one's while it says the same, else the next."""
    icp = item.get("icp")
    if not icp:
        return dict(item)
    profiles = session.scalars(
        select(StandardVersion.document["icp"])
        .where(
            StandardVersion.kind == "qualification",
            func.jsonb_typeof(StandardVersion.document["icp"]) == "object",
        )
        .order_by(StandardVersion.number.desc())
        .limit(1)
    )
    last: Mapping[str, Any] = profiles.first() or {"version": 0, "when": None}
    number = last["version"] + (last["when"] != icp["when"])
    return {**item, "icp": {**icp, "version": number}}
