"""How much each rep has on: what utilization and the least-utilized distribution look at."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from app.store.availability import load_times
from app.store.company import CompanyView
from calendars.availability import utilization
from calendars.span import Span
from calendars.zones import to_minutes
from routing.assignment import Load

FORWARD = timedelta(days=14)


def loads_of(session: Session, company: CompanyView, reps: Sequence[str], now: datetime) -> dict[str, Load]:
    """Each rep's load over the next fourteen days, in minutes of working time."""
    window = Span(to_minutes(now), to_minutes(now + FORWARD))
    loaded = load_times(session, [company.reps[rep] for rep in reps], window, now)
    loads = {}
    for rep, entry in loaded.items():
        used = utilization(entry.time, window)
        meetings = sum(1 for booking in entry.time.bookings if booking.span.overlaps(window))
        loads[rep] = Load(used.booked, used.busy, used.working, meetings)
    return loads


def over_ceiling(load: Load, ceiling: int) -> bool:
    """Whether a load is at or above a ceiling in percent; no working time at all is."""
    return load.utilization is None or load.utilization >= ceiling * 10_000
