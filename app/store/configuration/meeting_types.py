"""Kinds of meetings."""

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload, selectinload

from app.ids import new_id
from app.models import HoursRule, MeetingType, Rep, RepMeetingHours
from app.store.configuration.schedules import find_schedule
from app.store.configuration.writer import Writer

LIMITS = (
    "per_day",
    "per_week",
    "per_month",
    "minutes_per_day",
    "minutes_per_week",
    "minutes_per_month",
)
"""Limits on one rep's meetings of a kind, all of which count in the rep's zone."""

_SAME = (
    "name",
    "description",
    "minutes",
    "minimum_notice",
    "booking_window",
    "slot_interval",
    "slot_offset",
    "other_minutes",
    "prefer_days",
    "seats",
    "location",
    "timezone",
)
"""Fields that are columns of the same name."""


def read(session: Session) -> dict[str, dict[str, Any]]:
    """By slug."""
    rows = session.scalars(
        select(MeetingType)
        .where(MeetingType.archived_at.is_(None))
        .options(
            joinedload(MeetingType.schedule),
            selectinload(MeetingType.rep_hours).options(
                joinedload(RepMeetingHours.rep), joinedload(RepMeetingHours.schedule)
            ),
        )
        .order_by(MeetingType.id)
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
    row.schedule, row.hours_rule = find_schedule(session, item["schedule"]), HoursRule(item["hours"])
    row.limits = {name: most for name, most in item["limits"].items() if most is not None}
    row.archived_at = None
    _write_rep_hours(session, row, item["rep_schedules"])
    session.add(row)
    session.flush()


def archive(session: Session, key: str, at: datetime) -> None:
    """No form leads to it any more; booked meetings stay."""
    session.execute(update(MeetingType).where(MeetingType.slug == key).values(archived_at=at))


def _write_rep_hours(session: Session, row: MeetingType, wanted: dict[str, str]) -> None:
    kept = {hours.rep.email: hours for hours in row.rep_hours}
    found = []
    for email, name in wanted.items():
        rep = session.scalars(select(Rep).where(Rep.email == email)).one()
        hours = kept.get(email) or RepMeetingHours(rep=rep)
        schedule = find_schedule(session, name)
        assert schedule is not None
        hours.schedule = schedule
        found.append(hours)
    row.rep_hours = found


def _item(row: MeetingType) -> dict[str, Any]:
    return {
        "slug": row.slug,
        "buffers": {"before": row.buffer_before, "after": row.buffer_after},
        "schedule": row.schedule.name if row.schedule else None,
        "hours": row.hours_rule.value,
        "rep_schedules": {hours.rep.email: hours.schedule.name for hours in row.rep_hours},
        "limits": {name: row.limits.get(name) for name in LIMITS},
        **{name: getattr(row, name) for name in _SAME},
    }
