"""Kinds of meetings."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.ids import new_id
from app.models import MeetingType
from app.store.configuration.writer import Writer

_SAME = (
    "name",
    "description",
    "minutes",
    "minimum_notice",
    "booking_window",
    "slot_interval",
    "location",
    "timezone",
)
"""Fields that are columns of the same name."""


def read(session: Session) -> dict[str, dict[str, Any]]:
    """By slug."""
    rows = session.scalars(
        select(MeetingType).where(MeetingType.archived_at.is_(None)).order_by(MeetingType.id)
    )
    return {row.slug: _item(row) for row in rows}


def write(session: Session, key: str, item: dict[str, Any], writer: Writer) -> None:
    """Meetings that were booked before keep their times."""
    row = session.scalar(select(MeetingType).where(MeetingType.slug == key))
    if row is None:
        row = MeetingType(public_id=new_id("mt"), slug=key)
    for name in _SAME:
        setattr(row, name, item[name])
    row.buffer_before, row.buffer_after = item["buffers"]["before"], item["buffers"]["after"]
    row.archived_at = None
    session.add(row)
    session.flush()


def archive(session: Session, key: str, at: datetime) -> None:
    """No form leads to it any more; booked meetings stay."""
    session.execute(update(MeetingType).where(MeetingType.slug == key).values(archived_at=at))


def _item(row: MeetingType) -> dict[str, Any]:
    buffers = {"before": row.buffer_before, "after": row.buffer_after}
    return {"slug": row.slug, "buffers": buffers, **{name: getattr(row, name) for name in _SAME}}
