"""What a pool says about who may be offered, beyond the reps' own time: its ceiling, its members' caps, and whether
the rep is chosen before the times are shown. The same answers hold when a time is accepted."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from app.db import Session
from app.store.availability import load_times
from app.store.company import CompanyView
from app.store.ledger import load_ledger
from app.store.loads import loads_of, over_ceiling
from app.store.pool_history import meetings_from, values_from
from app.usecases.offer import Offer
from calendars.availability import why_not
from calendars.frame import Frame
from calendars.span import Span
from calendars.zones import day_span, local_day
from routing.assignment import Load, assign
from routing.refusal import Refusal
from routing.roster import Distribution, Member, Offering, Pool

_NEEDS_LOADS = {Distribution.LEAST_UTILIZED, Distribution.VALUE_BALANCED}
_A_WEEK = timedelta(days=7)


def apply_pool_rules(
    session: Session, company: CompanyView, pool: Pool, offer: Offer, now: datetime
) -> Offer:
    """The offer as the pool allows it, with the reasons for those it leaves out."""
    offer = _below_ceiling(session, company, pool, offer, now)
    offer = _within_caps(session, company, pool, offer)
    if pool.offering is Offering.STRICT:
        offer = _strict(session, company, pool, offer, now)
    return offer


def _below_ceiling(session: Session, company: CompanyView, pool: Pool, offer: Offer, now: datetime) -> Offer:
    if pool.max_utilization is None:
        return offer
    loads = loads_of(session, company, company.crowd(tuple(offer.starts)), now)
    full = {rep: loads[rep] for rep in offer.starts if over_ceiling(loads[rep], pool.max_utilization)}
    detail = {"ceiling": pool.max_utilization}
    return offer.leaving_out({rep: Refusal(rep, "over_utilization", dict(detail)) for rep in full})


def _within_caps(session: Session, company: CompanyView, pool: Pool, offer: Offer) -> Offer:
    capped = {rep: pool.by_rep[rep] for rep in offer.starts if _has_cap(pool.by_rep.get(rep))}
    if not capped:
        return offer
    window = Span(offer.frame.start, offer.frame.end)
    meetings = meetings_from(session, company.pools[pool.name], capped, window)
    closed = {
        rep: offer.starts[rep]
        & ~full_cells(member, company.reps[rep].timezone, meetings.get(rep, []), offer.frame)
        for rep, member in capped.items()
    }
    return offer.with_starts(closed)


def _has_cap(member: Member | None) -> bool:
    return member is not None and (member.per_day is not None or member.per_week is not None)


def full_cells(member: Member, zone: str, starts: list[int], frame: Frame) -> int:
    """The cells on days and in weeks (Monday to Sunday, the rep's zone) in which a member has had their share."""
    days = Counter(local_day(zone, start) for start in starts)
    weeks = Counter(day - timedelta(days=day.weekday()) for day in days.elements())
    full = 0
    for day, count in days.items():
        if member.per_day is not None and count >= member.per_day:
            full |= frame.starting_in(day_span(zone, day, day + timedelta(days=1)))
    for monday, count in weeks.items():
        if member.per_week is not None and count >= member.per_week:
            full |= frame.starting_in(day_span(zone, monday, monday + _A_WEEK))
    return full


def _strict(session: Session, company: CompanyView, pool: Pool, offer: Offer, now: datetime) -> Offer:
    """Only the times of the rep whose turn it is among those who have any."""
    refused = refused_for_window(offer)
    chosen = assign(
        pool,
        slot=(offer.lo, offer.hi),
        candidates=offer.destination.candidates,
        refused=refused,
        loads=loads_for(session, company, pool, offer, now),
        ledger=load_ledger(session, company.pools[pool.name], pool.name),
        skill=offer.destination.skill,
        prefer_skills=offer.destination.prefer_skills,
    ).winner
    return replace(offer.only({chosen} if chosen else ()), refused=refused)


def refused_for_window(offer: Offer) -> dict[str, Refusal]:
    """Candidates without a single time in the booking window, with the pool's reason or `busy`."""
    refused = dict(offer.refused)
    for rep in offer.destination.candidates:
        if rep not in refused and not (rep in offer.starts and offer.only({rep}).has_times()):
            refused[rep] = Refusal(rep, "busy" if rep in offer.starts else "inactive")
    return refused


def loads_for(
    session: Session,
    company: CompanyView,
    pool: Pool,
    offer: Offer,
    now: datetime,
    start: int | None = None,
) -> Mapping[str, Load]:
    """What the pool's distribution, ceiling and caps look at; nothing where they look at nothing. `start` is the
    wanted time, whose day and week the caps are counted in."""
    crowd = company.crowd(tuple(offer.starts))
    loads: dict[str, Load] = {}
    if pool.distribution in _NEEDS_LOADS or pool.max_utilization is not None:
        loads.update(loads_of(session, company, crowd, now))
    if pool.distribution is Distribution.VALUE_BALANCED:
        values = values_from(session, company.pools[pool.name], now)
        loads = {rep: replace(loads.get(rep, Load()), value=values.get(rep, 0)) for rep in crowd.reps}
    if start is not None:
        loads |= _counted(session, company, pool, crowd.reps, loads, start)
    return loads


def _counted(
    session: Session,
    company: CompanyView,
    pool: Pool,
    reps: tuple[str, ...],
    loads: Mapping[str, Load],
    start: int,
) -> dict[str, Load]:
    capped = [rep for rep in reps if _has_cap(pool.by_rep.get(rep))]
    if not capped:
        return {}
    around = Span(start - 8 * 1440, start + 8 * 1440)
    meetings = meetings_from(session, company.pools[pool.name], capped, around)
    counted = {}
    for rep in capped:
        zone = company.reps[rep].timezone
        day = local_day(zone, start)
        monday = day - timedelta(days=day.weekday())
        days = [local_day(zone, each) for each in meetings.get(rep, [])]
        counted[rep] = replace(
            loads.get(rep, Load()),
            on_day=days.count(day),
            in_week=sum(monday <= each < monday + _A_WEEK for each in days),
        )
    return counted


def refusals_at(
    session: Session, company: CompanyView, pool: Pool | None, offer: Offer, start: int, now: datetime
) -> dict[str, Refusal]:
    """Why each candidate who cannot take a time (a UTC minute) cannot."""
    if pool is not None and pool.offering is Offering.STRICT:
        # the rep was chosen before the times were shown, among those with any time at all
        return dict(offer.refused)
    free = set(offer.free_at(start))
    not_free = [rep for rep in offer.destination.candidates if rep not in free]
    refused = {
        rep: offer.refused.get(rep, Refusal(rep, "inactive")) for rep in not_free if rep not in offer.starts
    }
    shape = offer.meeting_type.shape
    views = [company.reps[rep] for rep in not_free if rep in offer.starts]
    times = load_times(session, views, Span(start, start + shape.minutes), now) if views else {}
    for rep, entry in times.items():
        reason = why_not(entry.time, start, shape, offer.lo, offer.hi)
        refused[rep] = Refusal(rep, reason.value) if reason else _capped(pool, rep)
    return refused


def _capped(pool: Pool | None, rep: str) -> Refusal:
    """Somebody whose own time is free and who is not offered all the same has had their share of this pool."""
    member = pool.by_rep.get(rep) if pool else None
    if member is None or not _has_cap(member):
        return Refusal(rep, "busy")
    code = "at_daily_cap" if member.per_day is not None else "at_weekly_cap"
    return Refusal(rep, code, {"cap": member.per_day or member.per_week})
