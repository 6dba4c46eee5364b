"""Stored schedules and time off as the calendar library's values."""

from datetime import date, timedelta
from functools import lru_cache

from app.models import Schedule, TimeOff
from calendars.hours import WorkingHours, parse_hours, parse_week
from calendars.span import Span
from calendars.zones import day_span, first_instant

_NO_WEEK: tuple[tuple[tuple[int, int], ...], ...] = ((),) * 7
_HOLIDAY_YEARS = 3


def working_hours(schedule: Schedule | None, fallback_zone: str, year: int) -> WorkingHours:
    """A schedule as working hours, with the holidays around `year`; without a schedule there are none."""
    if schedule is None:
        return WorkingHours(fallback_zone, _NO_WEEK)
    return WorkingHours(
        timezone=schedule.timezone,
        weekly=parse_week(schedule.weekly),
        overrides={o.on: tuple(parse_hours(text) for text in o.hours) for o in schedule.overrides},
        holidays=holiday_dates(schedule.holidays, year) if schedule.holidays else frozenset(),
    )


@lru_cache(maxsize=256)
def holiday_dates(code: str, year: int) -> frozenset[date]:
    """Public holidays of `US` or `US-NY` from the year before `year` to the year after the next.

    Raises KeyError for a country or subdivision the calendar of holidays does not know.
    """
    import holidays

    country, _, subdivision = code.partition("-")
    years = range(year - 1, year + _HOLIDAY_YEARS)
    try:
        return frozenset(holidays.country_holidays(country, subdiv=subdivision or None, years=years))
    except NotImplementedError:
        raise KeyError(code) from None


def rest_of(off: TimeOff, timezone: str) -> Span:
    """Time off in UTC minutes: whole local days, or a part of one."""
    if off.minutes:
        start, until = off.minutes
        return Span(
            first_instant(timezone, off.starts_on, start), first_instant(timezone, off.starts_on, until)
        )
    return day_span(timezone, off.starts_on, off.ends_on + timedelta(days=1))
