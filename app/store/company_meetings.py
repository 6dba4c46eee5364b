"""Meeting types as rows, read into what offering looks at."""

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from app.models import HoursRule, MeetingType, Schedule
from app.store.company_views import MeetingTypeView
from app.store.hours import working_hours
from calendars.reptime import Limits
from calendars.shape import MeetingShape


def read_meeting_types(session: Session, company_zone: str, year: int) -> dict[int, MeetingTypeView]:
    """All kinds of meetings, archived ones included, by key."""
    rows = session.scalars(
        select(MeetingType)
        .options(joinedload(MeetingType.schedule).selectinload(Schedule.overrides))
        .execution_options(populate_existing=True)
    )
    return {row.id: _meeting_type(row, company_zone, year) for row in rows}


def _meeting_type(row: MeetingType, company_zone: str, year: int) -> MeetingTypeView:
    schedule = row.schedule
    return MeetingTypeView(
        id=row.id,
        slug=row.slug,
        name=row.name,
        description=row.description,
        location=row.location,
        shape=_shape(row, company_zone),
        minimum_notice=row.minimum_notice,
        booking_window=row.booking_window,
        hours=working_hours(schedule, schedule.timezone, year) if schedule else None,
        replaces_hours=row.hours_rule is HoursRule.INSTEAD,
        limits=Limits(**row.limits),
        other_minutes=tuple(row.other_minutes),
        prefer_days=row.prefer_days.value if row.prefer_days else None,
        seats=row.seats,
    )


def _shape(row: MeetingType, company_zone: str) -> MeetingShape:
    return MeetingShape(
        minutes=row.minutes,
        before=row.buffer_before,
        after=row.buffer_after,
        step=row.slot_interval,
        offset=row.slot_offset,
        timezone=row.timezone or company_zone,
    )
