"""Whether the parts we lean on are there: the database, its revision, the worker; and counts for metrics."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlalchemy.orm import Session

from app.store.lives import IDENTITY


def find_revision(session: Session) -> str | None:
    """The migration that the database is at."""
    revision: str | None = session.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return revision


def find_heartbeat(session: Session) -> datetime | None:
    """When a worker last said that it lives."""
    beat: datetime | None = session.execute(
        text("SELECT max(last_heartbeat) FROM procrastinate_workers")
    ).scalar()
    return beat


@dataclass(frozen=True, slots=True)
class Gauge:
    """One family of numbers by one label."""

    name: str
    help: str
    label: str
    values: dict[str, float]


_COUNTS = (
    ("scheduler_requests", "Requests by state", "state", "SELECT state, count(*) FROM requests GROUP BY 1"),
    ("scheduler_bookings", "Meetings by state", "state", "SELECT state, count(*) FROM bookings GROUP BY 1"),
    (
        "scheduler_provider_events",
        "Calendar entries by state",
        "state",
        "SELECT state, count(*) FROM provider_events GROUP BY 1",
    ),
    (
        "scheduler_connections",
        "Calendar connections by state",
        "state",
        "SELECT state, count(*) FROM connections GROUP BY 1",
    ),
    (
        "scheduler_calendars",
        "Calendars by state",
        "state",
        "SELECT state, count(*) FROM calendars GROUP BY 1",
    ),
    (
        "scheduler_queue_entries",
        "Requests waiting in queues by state",
        "state",
        "SELECT state, count(*) FROM queue_entries GROUP BY 1",
    ),
    (
        "scheduler_alerts",
        "Troubles that are not over by kind",
        "kind",
        "SELECT kind, count(*) FROM alerts WHERE settled_at IS NULL GROUP BY 1",
    ),
    (
        "scheduler_jobs",
        "Jobs by status",
        "status",
        "SELECT status::text, count(*) FROM procrastinate_jobs GROUP BY 1",
    ),
    (
        "scheduler_oldest_job_seconds",
        "Age of the oldest job that is due",
        "queue",
        "SELECT queue_name, coalesce(max(extract(epoch FROM clock_timestamp() - scheduled_at)), 0)"
        " FROM procrastinate_jobs WHERE status = 'todo' AND scheduled_at <= clock_timestamp() GROUP BY 1",
    ),
    (
        "scheduler_worker_heartbeat_age_seconds",
        "Seconds since a worker last said that it lives",
        "worker",
        "SELECT 'any', extract(epoch FROM clock_timestamp() - max(last_heartbeat))"
        " FROM procrastinate_workers HAVING max(last_heartbeat) IS NOT NULL",
    ),
    (
        "scheduler_paused",
        "1 while a restored database waits for an operator's word and nothing goes out",
        "why",
        f"SELECT coalesce(doubt, 'none'), (doubt IS NOT NULL OR identity <> ({IDENTITY}))::int"  # noqa: S608
        " FROM lives ORDER BY id DESC LIMIT 1",
    ),
)


def read_gauges(session: Session) -> list[Gauge]:
    """Everything that `/metrics` says, counted by the database so that every process says the same."""
    return [
        Gauge(name, words, label, {str(key): float(value) for key, value in session.execute(text(query))})
        for name, words, label, query in _COUNTS
    ]
