"""How much each rep has on: what utilization and the least-utilized distribution look at."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from app.store.company import CompanyView, Crowd
from app.store.kept_times import KeptTimes
from calendars.availability import utilization
from calendars.reptime import RepTime
from calendars.span import Span
from calendars.zones import MINUTES_A_DAY, to_minutes
from routing.assignment import Load

FORWARD_MINUTES = 14 * MINUTES_A_DAY
_HOUR = 60


def _load(rep: RepTime, window: Span) -> Load:
    used = utilization(rep, window)
    meetings = sum(1 for booking in rep.bookings if booking.span.overlaps(window))
    return Load(used.booked, used.busy, used.working, meetings)


def _same(window: Span) -> Span:
    return window


_kept: KeptTimes[Span, Load, Mapping[str, Load]] = KeptTimes(_same, _load, dict)


def loads_of(session: Session, company: CompanyView, crowd: Crowd, now: datetime) -> Mapping[str, Load]:
    """Each rep's load over fourteen days from the hour that has begun, in minutes of working time.

    The hour, not the minute, so that what was worked out holds for more than one request.
    """
    start = to_minutes(now) // _HOUR * _HOUR
    return _kept.of(session, company, crowd, Span(start, start + FORWARD_MINUTES), now)


def over_ceiling(load: Load, ceiling: int) -> bool:
    """Whether a load is at or above a ceiling in percent; no working time at all is."""
    return load.utilization is None or load.utilization >= ceiling * 10_000


def forget_loads() -> None:
    """Drop what is kept in memory."""
    _kept.forget()
