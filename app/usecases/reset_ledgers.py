"""Begin a new period in the pools that count turns by the month or the quarter."""

from datetime import date, datetime, timedelta

from app import clock
from app.db import Session, transaction
from app.models import Pool
from app.store.company import load_company
from app.store.ledger import append_entries, load_ledger
from app.store.periods import list_pools_with_period, was_reset_since
from app.store.records import add_audit
from app.store.reservations import lock_pool
from calendars.zones import day_span, local_day, to_instant, to_minutes
from routing.ledger import reset

GRACE = timedelta(days=7)
"""How late a period may still be begun, when no worker ran on its first day."""


def reset_ledgers() -> int:
    """Level everybody in each pool whose period began. Returns how many pools; again in the same period, none."""
    now = clock.now()
    done = 0
    with transaction() as session:
        zone = load_company(session, now.date()).timezone
        today = local_day(zone, to_minutes(now))
        for pool in list_pools_with_period(session):
            first = period_start(today, pool.settings["reset"])
            since = to_instant(day_span(zone, first, first + timedelta(days=1)).start)
            if now - since < GRACE:
                done += _reset(session, pool, first, since)
    return done


def period_start(today: date, period: str) -> date:
    """The first day of the month or quarter that `today` is in."""
    month = today.month if period == "monthly" else (today.month - 1) // 3 * 3 + 1
    return today.replace(month=month, day=1)


def _reset(session: Session, pool: Pool, first: date, since: datetime) -> bool:
    lock_pool(session, pool.id)
    if was_reset_since(session, pool.id, since):
        return False
    ledger = load_ledger(session, pool.id, pool.name)
    rows = reset(ledger, f"period_from_{first.isoformat()}")
    append_entries(session, pool.id, ledger, rows)
    if rows:
        add_audit(session, "system", "ledger.reset", "pool", pool.public_id, period=first.isoformat())
    return bool(rows)
