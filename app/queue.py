"""Deferring jobs in the transaction of the change that needs them.

Three traps of the job library are hidden here, each of which loses a booking or a job silently: a failed defer
aborts PostgreSQL's transaction behind SQLAlchemy's back (so what may fail happens inside a savepoint), the savepoint
exists only from the first use of the connection (so the connection is taken inside it), and inside a worker the
library would hand us its asynchronous connector (so jobs are deferred through a second app that is never opened).
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from procrastinate import App, SyncPsycopgConnector
from procrastinate.exceptions import AlreadyEnqueued
from sqlalchemy import text
from sqlalchemy.orm import Session

_deferrer = App(connector=SyncPsycopgConnector())

URGENT, NORMAL, BACKGROUND = 10, 0, -10
PARKED = "parked"
"""The queue of jobs that came due while nothing might go out (see `app.store.lives`)."""

KEEP_DONE, KEEP_DEAD = timedelta(days=1), timedelta(days=30)
# Put in line afresh; without its key, for another job with the same one may wait already.
_REVIVE = (
    "UPDATE procrastinate_jobs SET status = 'todo', attempts = 0, scheduled_at = NULL, queueing_lock = NULL"
)
_REVIVE_ONE = text(f"{_REVIVE} WHERE id = :id AND status IN ('failed', 'aborted') RETURNING id")
_REVIVE_ALL = text(
    f"{_REVIVE} WHERE lock = :lock AND (status IN ('failed', 'aborted')"
    " OR (status = 'todo' AND scheduled_at IS NOT NULL)) RETURNING id"
)
_HASTEN_TASK = text(
    "UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE id IN (SELECT id FROM procrastinate_jobs"
    " WHERE task_name = :task AND status = 'todo' AND attempts > 0 AND scheduled_at IS NOT NULL"
    " ORDER BY id LIMIT :limit FOR UPDATE SKIP LOCKED) RETURNING id"
)


def defer(
    session: Session,
    task: str,
    *,
    lock: str | None = None,
    once: str | None = None,
    at: datetime | None = None,
    priority: int = NORMAL,
    **arguments: Any,
) -> bool:
    """Have a worker run `task` after this transaction commits; nothing is left behind when it rolls back.

    `lock`: jobs with the same lock run one after the other, and one that waits to be tried again holds the others
    up (see `hasten`). `once`: while a job with this key waits, another is not added (returns False); the worker
    takes the key off a job that it starts. `at`: not before this instant. `arguments` are plain JSON.
    """

    options = {"lock": lock, "queueing_lock": once, "schedule_at": at, "priority": priority}
    if once is None:  # nothing refuses it: if it fails, the transaction does, as with any other statement
        _add(session, task, options, arguments)
        return True
    try:
        with session.begin_nested():
            _add(session, task, options, arguments)
    except AlreadyEnqueued:
        return False
    return True


def _add(session: Session, task: str, options: dict[str, Any], arguments: dict[str, Any]) -> None:
    raw = session.connection().connection.driver_connection
    _deferrer.configure_task(task, connection=raw, **options).defer(**arguments)


def list_dead_jobs(session: Session, limit: int = 50) -> Iterable[dict[str, Any]]:
    """Jobs that gave up: id, task, arguments, attempts, and when, newest first."""
    rows = session.execute(
        text(
            "SELECT j.id, j.task_name, j.args, j.attempts, max(e.at) AS at"
            " FROM procrastinate_jobs j LEFT JOIN procrastinate_events e ON e.job_id = j.id"
            " WHERE j.status IN ('failed', 'aborted') GROUP BY j.id ORDER BY j.id DESC LIMIT :limit"
        ),
        {"limit": limit},
    )
    return [dict(row) for row in rows.mappings()]


def count_jobs(session: Session) -> dict[str, int]:
    """How many jobs are in each state (`todo`, `doing`, `failed` …)."""
    rows = session.execute(text("SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY 1"))
    return {str(status): int(count) for status, count in rows}


def retry_dead_job(session: Session, job_id: int) -> bool:
    """Put a job that gave up back in line. False when it is not dead."""
    revived = session.execute(_REVIVE_ONE, {"id": job_id})
    return revived.first() is not None


def hasten(session: Session, lock: str) -> int:
    """Let jobs with this lock that wait for a later time, or gave up, run as soon as a worker is free.

    For when what they wait for has happened: a newer change (they see that they are overtaken, and no longer stand
    in its way), or an account that was connected again. Returns how many there were.
    """
    found = session.execute(_REVIVE_ALL, {"lock": lock})
    return len(found.all())


def hasten_task(session: Session, task: str, limit: int = 2000) -> int:
    """Let jobs of a task that wait to be tried again run now, in the order in which they were deferred, because what
    they all waited for is over. Their attempts stay counted. Returns how many there were."""
    found = session.execute(_HASTEN_TASK, {"task": task, "limit": limit})
    return len(found.all())


def spare_attempt(session: Session, job_id: int) -> None:
    """Count the attempt that runs as none: the job was sent away before it could try anything."""
    session.execute(
        text("UPDATE procrastinate_jobs SET attempts = attempts - 1 WHERE id = :id AND status = 'doing'"),
        {"id": job_id},
    )


def forget_key(session: Session, job_id: int) -> None:
    """Take the `once` key off a job that runs. It only guards waiting; kept, it would forbid the job to wait again
    after a failure while its successor waits, and the library would leave it running for ever."""
    session.execute(
        text("UPDATE procrastinate_jobs SET queueing_lock = NULL WHERE id = :id AND status = 'doing'"),
        {"id": job_id},
    )


def drop_old_jobs(session: Session, now: datetime) -> int:
    """Delete jobs that were done a day ago, and those that gave up a month ago. Returns how many."""
    gone = session.execute(
        text(
            "DELETE FROM procrastinate_jobs j WHERE j.status IN ('succeeded', 'cancelled', 'failed', 'aborted')"
            " AND NOT EXISTS (SELECT FROM procrastinate_events e WHERE e.job_id = j.id AND e.at >="
            " CASE WHEN j.status IN ('failed', 'aborted') THEN CAST(:dead AS timestamptz)"
            " ELSE CAST(:done AS timestamptz) END) RETURNING j.id"
        ),
        {"done": now - KEEP_DONE, "dead": now - KEEP_DEAD},
    )
    return len(gone.all())
