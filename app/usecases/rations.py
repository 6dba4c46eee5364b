"""Caps on new meetings: how many a rep was given today and this week, whenever they take place, and how many are still
to come. Offering and accepting both ask here."""

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import NamedTuple

from app.db import Session
from app.store.company import CompanyView
from app.store.company_views import NO_RATION
from app.store.pool_history import booked_since, open_leads
from calendars.zones import local_day, to_minutes
from routing.json_values import JSON
from routing.refusal import Refusal
from routing.roster import Pool

_A_WEEK = timedelta(days=8)
"""Enough for the week that has begun, in every zone."""


class _Count(NamedTuple):
    """One count beside its cap."""

    code: str
    cap: int | None
    reached: int
    whose: str


def rationed(company: CompanyView, pool: Pool | None, reps: Collection[str]) -> frozenset[str]:
    """Those of the reps whose new meetings are limited, in this pool or in all."""
    limited = company.rationed if pool is None else company.rationed | pool.rationed
    return limited.intersection(reps) if limited else limited


def over_ration(
    session: Session, company: CompanyView, pool: Pool | None, reps: Collection[str], now: datetime
) -> dict[str, Refusal]:
    """Those of the reps who have been given enough for now, with the cap and the count.

    A day and a week (Monday to Sunday) are those of the rep's zone; a cancelled meeting no longer counts.
    """
    limited = rationed(company, pool, reps)
    if not limited:
        return {}
    booked = booked_since(session, limited, now - _A_WEEK)
    waiting = open_leads(session, limited & company.rationed, now) if limited & company.rationed else {}
    refusals = {}
    for rep in sorted(limited):
        counts = _counts(company, pool, rep, booked.get(rep, []), waiting.get(rep, 0), now)
        full = next((each for each in counts if each.cap is not None and each.reached >= each.cap), None)
        if full is not None:
            detail: dict[str, JSON] = {"cap": full.cap, "count": full.reached, "in": full.whose}
            refusals[rep] = Refusal(rep, full.code, detail)
    return refusals


def _counts(
    company: CompanyView,
    pool: Pool | None,
    rep: str,
    booked: list[tuple[int, int | None]],
    waiting: int,
    now: datetime,
) -> list[_Count]:
    zone = company.reps[rep].timezone
    today = local_day(zone, to_minutes(now))
    monday = today - timedelta(days=today.weekday())
    days = [(local_day(zone, minute), pool_id) for minute, pool_id in booked]
    own = company.reps[rep].ration or NO_RATION
    counts = [
        _Count("at_daily_intake", own.new_per_day, sum(day == today for day, _ in days), "all"),
        _Count("at_weekly_intake", own.new_per_week, sum(day >= monday for day, _ in days), "all"),
        _Count("at_open_cap", own.open_leads, waiting, "all"),
    ]
    if pool is None or rep not in pool.rationed:
        return counts
    member, here = pool.by_rep[rep], company.pools[pool.name]
    mine = [day for day, pool_id in days if pool_id == here]
    return [
        *counts,
        _Count("at_daily_intake", member.new_per_day, mine.count(today), pool.name),
        _Count("at_weekly_intake", member.new_per_week, sum(day >= monday for day in mine), pool.name),
    ]
