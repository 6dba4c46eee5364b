"""Tidy up what time has overtaken. Nothing depends on it: expired holds are dropped by the next booker anyway."""

from datetime import timedelta

from app import clock
from app.db import transaction
from app.queue import drop_old_jobs
from app.store.group_sessions import drop_empty_sessions
from app.store.housekeeping import (
    drop_old_sessions,
    drop_old_states,
    note_abandoned,
    release_expired_holds,
)
from app.store.rate_counters import remove_expired_counters
from app.store.readings import drop_old_readings
from app.store.reservations import purge_released

KEEP_RELEASED = timedelta(days=1)


def expire() -> None:
    """Release expired holds; delete those long gone, ended sessions, old sign-in states, counters and
    jobs."""
    now = clock.now()
    with transaction() as session:
        release_expired_holds(session, now)
        purge_released(session, KEEP_RELEASED, now)
        drop_empty_sessions(session, now - KEEP_RELEASED)
        remove_expired_counters(session, now)
        drop_old_sessions(session, now)
        drop_old_states(session, now)
        drop_old_readings(session, now)
        note_abandoned(session, now)
        drop_old_jobs(session, now)
