"""When a rep can be booked for a kind of meeting in the coming week: the hours that hold, as they would be counted."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from app import clock
from app.db import Session
from app.store.company import MeetingTypeView, RepView, load_company
from app.store.hours import holiday_dates, on_the_way
from app.usecases.set_hours import Week
from calendars.hours import WorkingHours, parse_hours, parse_week, work_spans
from calendars.span import Span
from calendars.stretches import intersect, subtract
from calendars.zones import day_span, local_day, to_minutes


@dataclass(frozen=True, slots=True)
class OpenWeek:
    """The seven days from `monday`, in `timezone`: the spans (UTC minutes) in which a meeting of a kind may lie, before
    calendars and meetings close any of them."""

    kind: MeetingTypeView
    monday: date
    timezone: str
    spans: tuple[Span, ...]


def open_weeks(session: Session, rep_id: int, tried: Week | None = None, slug: str = "") -> list[OpenWeek]:
    """The coming week by meeting type, as it is; with `tried`, for the meeting type `slug` alone as it would be with
    these hours, which have been checked."""
    at = to_minutes(clock.now())
    company = load_company(session, clock.now().date())
    rep = company.rep_by_key(rep_id)
    kinds = [kind for kind in company.meeting_types.values() if slug in {"", kind.slug}]
    today = local_day(rep.timezone, at)
    monday = today + timedelta(days=7 - today.weekday())
    return [_week(_trying(rep, kind, tried, today.year), kind, monday) for kind in kinds]


def _trying(rep: RepView, kind: MeetingTypeView, tried: Week | None, year: int) -> RepView:
    if tried is None:
        return rep
    hours = WorkingHours(
        timezone=tried.timezone,
        weekly=parse_week(tried.weekly),
        overrides={
            date.fromisoformat(each["date"]): tuple(map(parse_hours, each["hours"]))
            for each in tried.overrides
        },
        holidays=holiday_dates(tried.holidays, year) if tried.holidays else frozenset(),
    )
    return replace(rep, kind_hours={**rep.kind_hours, kind.id: on_the_way(hours, rep.hours.travel)})


def _week(rep: RepView, kind: MeetingTypeView, monday: date) -> OpenWeek:
    window = day_span(rep.timezone, monday, monday + timedelta(days=7))
    spans: tuple[Span, ...] = (Span(window.start, window.end),)
    for hours in rep.hours_for(kind):
        spans = intersect(spans, work_spans(hours, window))
    return OpenWeek(kind, monday, rep.timezone, subtract(spans, rep.time_off))
