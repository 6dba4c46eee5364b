"""Jobs that a restored database brought along, and those that waited because nothing might go out."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.queue import PARKED

_FROM_BEFORE = text(
    "SELECT j.id, j.task_name, j.args ->> 'booking' AS booking FROM procrastinate_jobs j"
    " WHERE j.status = 'todo' AND j.task_name = ANY(:tasks)"
    " AND (j.queue_name = :parked OR j.attempts > 0"
    "   OR j.scheduled_at IS NULL OR j.scheduled_at <= clock_timestamp())"
    " AND EXISTS (SELECT FROM procrastinate_events e"
    "   WHERE e.job_id = j.id AND e.type = 'deferred' AND e.at < :before)"
    " ORDER BY j.id"
)
_DROP = text(
    "UPDATE procrastinate_jobs SET status = 'cancelled', queueing_lock = NULL, queue_name = 'default'"
    " WHERE id = ANY(:ids) AND status = 'todo' RETURNING id"
)
_RELEASE = text(
    "UPDATE procrastinate_jobs SET queue_name = 'default', scheduled_at = NULL, attempts = 0"
    " WHERE queue_name = :parked AND status = 'todo' RETURNING id"
)


class WaitingJob(NamedTuple):
    """A job that is due, its task, and the public id of the booking that it is about, if any."""

    id: int
    task: str
    booking: str | None


def list_from_before(session: Session, tasks: Collection[str], before: datetime) -> Sequence[WaitingJob]:
    """Jobs of these tasks that were deferred before an instant and are due by now, or were tried before."""
    rows = session.execute(_FROM_BEFORE, {"tasks": list(tasks), "before": before, "parked": PARKED})
    return [WaitingJob(*row) for row in rows]


def drop_jobs(session: Session, ids: Collection[int]) -> int:
    """Have these waiting jobs never run. Returns how many there were."""
    return len(session.execute(_DROP, {"ids": list(ids)}).all())


def release_parked(session: Session) -> int:
    """Let parked jobs run as if they had just been deferred. Returns how many there were."""
    return len(session.execute(_RELEASE, {"parked": PARKED}).all())


def count_parked(session: Session) -> int:
    """How many jobs wait for something to be allowed to go out."""
    counted = session.execute(
        text("SELECT count(*) FROM procrastinate_jobs WHERE queue_name = :parked AND status = 'todo'"),
        {"parked": PARKED},
    )
    return int(counted.scalar_one())
