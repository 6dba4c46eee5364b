"""Members' caps by the date of the meeting, counted in one way for the times on offer and for the one accepted."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.db import Session
from app.store.company import CompanyView
from app.store.pool_history import meetings_from
from app.usecases.offer import Offer
from calendars.frame import Frame
from calendars.span import Span
from calendars.zones import MINUTES_A_DAY, day_span, local_day
from routing.load import NO_LOAD, Load
from routing.roster import Member, Pool

_A_WEEK = timedelta(days=7)
_AROUND = 8 * MINUTES_A_DAY
"""Enough to reach over the week of any minute, in every zone."""


@dataclass(frozen=True, slots=True)
class Tally:
    """A member's meetings from one pool by local day and by week, named by its Monday."""

    days: Counter[date]
    weeks: Counter[date]

    @classmethod
    def of(cls, zone: str, starts: Iterable[int]) -> "Tally":
        """Counts starts (UTC minutes) in a rep's zone."""
        days = Counter(local_day(zone, start) for start in starts)
        return cls(days, Counter(monday_of(day) for day in days.elements()))


def monday_of(day: date) -> date:
    """The first day of a day's week."""
    return day - timedelta(days=day.weekday())


def within_caps(session: Session, company: CompanyView, pool: Pool, offer: Offer) -> Offer:
    """The offer without the days and weeks in which members have had their share."""
    capped = pool.capped.intersection(offer.starts)
    if not capped:
        return offer
    tallies = _tallies(session, company, pool, capped, Span(offer.frame.start, offer.frame.end))
    open_starts = {
        rep: offer.starts[rep]
        & ~full_cells(pool.by_rep[rep], company.reps[rep].timezone, tallies[rep], offer.frame)
        for rep in capped
    }
    return offer.with_starts(open_starts)


def count_around(
    session: Session,
    company: CompanyView,
    pool: Pool,
    reps: Collection[str],
    loads: Mapping[str, Load],
    start: int,
) -> dict[str, Load]:
    """The loads of those with caps, with their meetings on the day and in the week of a start (a UTC minute)."""
    capped = pool.capped.intersection(reps)
    if not capped:
        return {}
    tallies = _tallies(session, company, pool, capped, Span(start, start + 1))
    counted = {}
    for rep in sorted(capped):
        day = local_day(company.reps[rep].timezone, start)
        tally = tallies[rep]
        known = loads.get(rep, NO_LOAD)
        counted[rep] = replace(known, on_day=tally.days[day], in_week=tally.weeks[monday_of(day)])
    return counted


def _tallies(
    session: Session, company: CompanyView, pool: Pool, reps: Collection[str], window: Span
) -> dict[str, Tally]:
    wide = Span(window.start - _AROUND, window.end + _AROUND)
    meetings = meetings_from(session, company.pools[pool.name], reps, wide)
    return {rep: Tally.of(company.reps[rep].timezone, meetings.get(rep, ())) for rep in reps}


def full_cells(member: Member, zone: str, tally: Tally, frame: Frame) -> int:
    """The cells on days and in weeks (Monday to Sunday, the rep's zone) in which a member has had their share."""
    full = 0
    for day, count in tally.days.items():
        if member.per_day is not None and count >= member.per_day:
            full |= frame.starting_in(day_span(zone, day, day + timedelta(days=1)))
    for monday, count in tally.weeks.items():
        if member.per_week is not None and count >= member.per_week:
            full |= frame.starting_in(day_span(zone, monday, monday + _A_WEEK))
    return full
