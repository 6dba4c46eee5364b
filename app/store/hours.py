"""Stored schedules and time off as the calendar library's values."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from functools import lru_cache

from app.models import RepTrip, Schedule, TimeOff
from calendars.hours import Trip, WorkingHours, parse_hours, parse_week, zone_on
from calendars.span import Span
from calendars.zones import first_instant

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


def trips_of(rows: Iterable[RepTrip]) -> tuple[Trip, ...]:
    """Where a rep is on some dates."""
    return tuple(Trip(row.starts_on, row.ends_on, row.timezone) for row in rows)


def on_the_way(hours: WorkingHours, travel: tuple[Trip, ...]) -> WorkingHours:
    """The same hours, meant in another zone while the rep is there."""
    return replace(hours, travel=travel) if travel else hours


def rest_of(off: TimeOff, home: str, travel: tuple[Trip, ...] = ()) -> Span:
    """Time off in UTC minutes: whole local days, or a part of one, by the clocks of the place the rep is at."""
    first, last = zone_on(off.starts_on, home, travel), zone_on(off.ends_on, home, travel)
    if off.minutes:
        start, until = off.minutes
        return Span(first_instant(first, off.starts_on, start), first_instant(first, off.starts_on, until))
    after = off.ends_on + timedelta(days=1)
    return Span(first_instant(first, off.starts_on, 0), first_instant(last, after, 0))
