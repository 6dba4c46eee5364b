"""What a pool says about who may be offered, beyond the reps' own time: its ceiling, its members' caps, who is ahead
of the others, and whether the rep is chosen before the times are shown. The same answers hold when a time is
accepted."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime

from app.db import Session
from app.store.availability import load_times
from app.store.company import CompanyView, Crowd
from app.store.free_times import NOBODY, FreeTimes
from app.store.ledger import load_ledger
from app.store.loads import loads_of, over_ceiling
from app.store.pool_history import values_from
from app.usecases.member_caps import count_around, within_caps
from app.usecases.offer import Offer
from app.usecases.rations import over_ration
from calendars.availability import Closed, Limits, why_not
from calendars.span import Span
from routing.assignment import Load, assign
from routing.balance import ahead_of_pool
from routing.refusal import Refusal
from routing.roster import Distribution, Offering, Pool

_NEEDS_LOADS = {Distribution.LEAST_UTILIZED, Distribution.VALUE_BALANCED}


def apply_pool_rules(
    session: Session,
    company: CompanyView,
    pool: Pool | None,
    offer: Offer,
    now: datetime,
    sessions: FreeTimes = NOBODY,
) -> Offer:
    """The offer as the reps' own caps on new meetings and the pool allow it, with the reasons for those it leaves out.
    Without a pool only the former. `sessions` that can be joined are no new meetings, so that neither caps nor turns
    keep anybody out."""
    enough = over_ration(session, company, pool, offer.starts.keys(), now)
    offer = offer.leaving_out(enough) if enough else offer
    if pool is None:
        return offer.joined_by(sessions)
    offer = _below_ceiling(session, company, pool, offer, now)
    offer = within_caps(session, company, pool, offer)
    return by_turn(session, company, pool, offer, now).joined_by(sessions)


def by_turn(session: Session, company: CompanyView, pool: Pool, offer: Offer, now: datetime) -> Offer:
    """The offer as far as the pool lets turns decide who is offered at all."""
    if pool.offering is Offering.STRICT:
        return _strict(session, company, pool, offer, now)
    if pool.offering is Offering.BALANCED:
        return _balanced(session, company, pool, offer)
    return offer


def _below_ceiling(session: Session, company: CompanyView, pool: Pool, offer: Offer, now: datetime) -> Offer:
    if pool.max_utilization is None:
        return offer
    loads = loads_of(session, company, company.crowd(tuple(offer.starts)), now)
    full = {rep: loads[rep] for rep in offer.starts if over_ceiling(loads[rep], pool.max_utilization)}
    detail = {"ceiling": pool.max_utilization}
    return offer.leaving_out({rep: Refusal(rep, "over_utilization", dict(detail)) for rep in full})


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


def _balanced(session: Session, company: CompanyView, pool: Pool, offer: Offer) -> Offer:
    """Without those who are ahead of the pool, as long as somebody who is not has any time."""
    ledger = load_ledger(session, company.pools[pool.name], pool.name)
    return offer.leaving_out(ahead_of_pool(pool, ledger, offer.able()))


def refused_for_window(offer: Offer) -> dict[str, Refusal]:
    """Candidates without a single time in the booking window, with the pool's reason or `busy`."""
    refused, able = dict(offer.refused), set(offer.able())
    for rep in offer.destination.candidates:
        if rep not in refused and rep not in able:
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
    loads = loads_of_pool(session, company, pool, crowd, now)
    if start is not None:
        loads |= count_around(session, company, pool, crowd.reps, loads, start)
    return loads


def loads_of_pool(
    session: Session, company: CompanyView, pool: Pool, crowd: Crowd, now: datetime
) -> dict[str, Load]:
    """What the pool's distribution and ceiling look at."""
    loads: dict[str, Load] = {}
    if pool.distribution in _NEEDS_LOADS or pool.max_utilization is not None:
        loads.update(loads_of(session, company, crowd, now))
    if pool.distribution is Distribution.VALUE_BALANCED:
        values = values_from(session, company.pools[pool.name], now)
        loads = {rep: replace(loads.get(rep, Load()), value=values.get(rep, 0)) for rep in crowd.reps}
    return loads


def refusals_at(
    session: Session, company: CompanyView, pool: Pool | None, offer: Offer, start: int, now: datetime
) -> dict[str, Refusal]:
    """Why each candidate who cannot take a time (a UTC minute) cannot. Who is only kept from it by a cap on the day
    or the week is not named here: the assignment counts, and says so with the numbers."""
    if pool is not None and pool.offering is Offering.STRICT:
        # the rep was chosen before the times were shown, among those with any time at all
        return dict(offer.refused)
    free = set(offer.free_at(start))
    not_free = [rep for rep in offer.destination.candidates if rep not in free]
    refused = {
        rep: offer.refused.get(rep, Refusal(rep, "inactive"))
        for rep in not_free
        if rep not in offer.starts or rep in offer.refused
    }
    shape = offer.meeting_type.shape
    views = [company.reps[rep] for rep in not_free if rep not in refused]
    window = Span(start, start + shape.minutes)
    times = load_times(session, views, window, now, kind=offer.meeting_type) if views else {}
    for rep, entry in times.items():
        reason = why_not(entry.time, start, shape, offer.lo, offer.hi)
        if reason is not None or pool is None or rep not in pool.capped:
            refused[rep] = _refusal(rep, reason, entry.time.limits)
    return refused


def _refusal(rep: str, reason: Closed | None, limits: Limits) -> Refusal:
    """The reason with the rep's own cap, where that is it."""
    caps = {Closed.AT_DAILY_CAP: limits.per_day, Closed.AT_WEEKLY_CAP: limits.per_week}
    cap = caps.get(reason) if reason else None
    return Refusal(rep, reason.value if reason else "busy", {"cap": cap} if cap is not None else {})
