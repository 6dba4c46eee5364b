"""The worker: runs waiting jobs, starts periodic ones, and takes back those that a dead worker left."""

import asyncio
from collections.abc import Callable
from typing import Any

from flask import Flask
from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.worker import Worker

from app.config import Settings
from app.jobs.retry import Backoff
from app.jobs.tasks import TASKS, Task
from app.log import get_logger

CONCURRENCY = 8
HEARTBEAT_SECONDS = 10
STALLED_SECONDS = 30
log = get_logger(__name__)


def make_job_app(settings: Settings) -> App:
    """The job library's app with every task registered under its name."""
    url = settings.database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    jobs = App(connector=PsycopgConnector(conninfo=url, min_size=1, max_size=CONCURRENCY + 4))
    for name, task in TASKS.items():
        _register(jobs, name, task)
    jobs.periodic(cron="* * * * *")(
        jobs.task(name="rescue_stalled", pass_context=True, queue="maintenance")(_rescue_stalled)
    )
    return jobs


def _register(jobs: App, name: str, task: Task) -> None:
    registered = jobs.task(name=name, retry=Backoff(task.attempts))(task.run)
    if task.every is not None:
        jobs.periodic(cron=task.every)(registered)


async def _rescue_stalled(context: JobContext, timestamp: int) -> None:
    """Put the jobs of workers that no longer beat back in line; every task may run twice."""
    manager = context.app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=STALLED_SECONDS):
        log.warning("job.rescued", job=job.id, task=job.task_name)
        await manager.retry_job(job)


def run_worker(app: Flask, *, wait: bool = True) -> None:
    """Run jobs until told to stop; with `wait=False` until none is left. Raises SystemExit when the database goes
    away, so that whoever started it starts it again."""
    jobs = make_job_app(app.extensions["settings"])

    def in_context(call_next: Callable[[], Any], context: JobContext, worker: Worker) -> Any:
        with app.app_context():
            return call_next()

    async def work() -> None:
        async with jobs.open_async():
            await jobs.run_worker_async(
                wait=wait,
                concurrency=CONCURRENCY,
                fetch_job_polling_interval=1.0,
                abort_job_polling_interval=5.0,
                shutdown_graceful_timeout=20.0,
                update_heartbeat_interval=HEARTBEAT_SECONDS,
                stalled_worker_timeout=STALLED_SECONDS,
                task_middleware=[in_context],
                install_signal_handlers=wait,
                delete_jobs="never",
            )

    asyncio.run(work())
    if wait:
        log.info("worker.stopped")
