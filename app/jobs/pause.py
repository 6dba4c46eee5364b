"""Hold back what goes out while a database that may be a copy, or an older state, waits for an operator's word."""

from datetime import timedelta

from app.db import transaction
from app.jobs.tasks import TASKS
from app.store.lives import is_paused

LOOK_AGAIN = timedelta(hours=1)


class Paused(Exception):
    """Nothing goes out just now; the job waits in the queue `app.queue.PARKED` and has lost no attempt."""


def may_run(name: str) -> bool:
    """Whether a job of this task runs now. False for a periodic one that is left out this time.

    Raises Paused for one that waits.
    """
    task = TASKS.get(name)
    if task is None or task.is_inward:
        return True
    with transaction() as session:
        if not is_paused(session):
            return True
    if task.every is not None:
        return False
    raise Paused
