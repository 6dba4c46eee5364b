"""Whose turn it is in a pool now, if everybody could take the time: the engine's own answer, charged to nobody."""

from datetime import datetime

from app.db import Session
from app.store.company import CompanyView
from app.store.ledger import load_ledger
from app.usecases.pool_rules import loads_of_pool
from app.usecases.rations import over_ration
from calendars.zones import to_minutes
from routing.assignment import Assignment, assign
from routing.roster import Pool


def who_is_next(session: Session, company: CompanyView, pool: Pool, now: datetime) -> Assignment:
    """An assignment of this minute among all members, with who is passed over for now and why."""
    minute = to_minutes(now)
    reps = company.crowd(tuple(pool.by_rep)).reps
    return assign(
        pool,
        slot=(minute, minute + 1),
        candidates=pool.by_rep,
        refused=over_ration(session, company, pool, reps, now),
        loads=loads_of_pool(session, company, pool, company.crowd(reps), now),
        ledger=load_ledger(session, company.pools[pool.name], pool.name),
    )
