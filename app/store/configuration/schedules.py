"""Shared working hours."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session, selectinload

from app.models import Schedule, ScheduleOverride
from app.store.configuration.writer import Writer


def read(session: Session) -> dict[str, dict[str, Any]]:
    """By name."""
    rows = session.scalars(
        select(Schedule)
        .where(Schedule.archived_at.is_(None))
        .options(selectinload(Schedule.overrides))
        .order_by(Schedule.id)
    )
    return {row.name: _item(row) for row in rows}


def write(session: Session, key: str, item: dict[str, Any], writer: Writer) -> None:
    """Overrides are matched by their date."""
    row = session.scalar(select(Schedule).where(Schedule.name == key))
    if row is None:
        row = Schedule(name=key)
    row.timezone, row.weekly, row.holidays = item["timezone"], item["weekly"], item["holidays"]
    row.archived_at = None
    kept = {override.on: override for override in row.overrides}
    row.overrides = [_override(kept, data) for data in item["overrides"]]
    session.add(row)
    session.flush()


def archive(session: Session, key: str, at: datetime) -> None:
    """Nobody refers to it any more."""
    session.execute(update(Schedule).where(Schedule.name == key).values(archived_at=at))


def find_schedule(session: Session, name: str | None) -> Schedule | None:
    """The schedule of that name, which has to be there; none for no name."""
    return session.scalars(select(Schedule).where(Schedule.name == name)).one() if name else None


def _item(row: Schedule) -> dict[str, Any]:
    return {
        "name": row.name,
        "timezone": row.timezone,
        "weekly": row.weekly,
        "overrides": [{"date": o.on.isoformat(), "hours": list(o.hours)} for o in row.overrides],
        "holidays": row.holidays,
    }


def _override(kept: dict[date, ScheduleOverride], data: dict[str, Any]) -> ScheduleOverride:
    on = date.fromisoformat(data["date"])
    override = kept.get(on) or ScheduleOverride(on=on)
    override.hours = data["hours"]
    return override
