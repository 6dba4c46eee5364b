"""The worker: runs waiting jobs, starts periodic ones, and takes back those that a dead worker left."""

import asyncio
import os
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, NoReturn

from flask import Flask
from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.jobs import Job, Status
from procrastinate.worker import Worker

from app.config import Settings
from app.db import transaction
from app.jobs.pause import may_run
from app.jobs.retry import Backoff
from app.jobs.tasks import TASKS, Task
from app.jobs.ticks import SteadyDeferrer
from app.log import get_logger
from app.queue import forget_key, spare_attempt
from app.usecases.note_calls import NotNow
from app.usecases.watch_life import beat, look_at_life

CONCURRENCY = 8
MOST_ATTEMPTS = 60
log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Pace:
    """How quickly workers notice things, in seconds; `rescue` is a cron expression, with seconds last if it has six
    fields. `connecting`: how long to wait for the database. `grace`: how long a job may go on running after the
    worker was told to stop; `closing`: how long the library may take to say good-bye to the database after that."""

    heartbeat: float = 10.0
    stalled_after: float = 30.0
    poll: float = 1.0
    grace: float = 20.0
    closing: float = 5.0
    connecting: float = 10.0
    rescue: str = "* * * * *"


def make_job_app(settings: Settings, pace: Pace | None = None) -> App:
    """The job library's app with every task registered under its name."""
    pace = pace or Pace()
    url = settings.database_url.replace("postgresql+psycopg://", "postgresql://", 1)
    connector = PsycopgConnector(conninfo=url, min_size=1, max_size=CONCURRENCY + 4, timeout=pace.connecting)
    jobs = App(connector=connector)
    for name, task in TASKS.items():
        _register(jobs, name, task)
    rescue = jobs.task(name="rescue_stalled", pass_context=True)(_rescuer(pace.stalled_after))
    jobs.periodic(cron=pace.rescue)(rescue)
    return jobs


def _register(jobs: App, name: str, task: Task) -> None:
    registered = jobs.task(name=name, retry=Backoff(task.attempts))(task.run)
    if task.every is not None:
        jobs.periodic(cron=task.every)(registered)


def _rescuer(stalled_after: float) -> Callable[..., Any]:
    async def rescue_stalled(context: JobContext, timestamp: int) -> None:
        """Put the jobs of workers that no longer beat back in line; every task may run twice. One that takes its
        worker down each time is dead in the end."""
        manager = context.app.job_manager
        for job in await manager.get_stalled_jobs(seconds_since_heartbeat=stalled_after):
            log.warning("job.rescued", job=job.id, task=job.task_name, attempts=job.attempts)
            if job.attempts < MOST_ATTEMPTS and not await _has_successor(context.app, job):
                await manager.retry_job(job)
            else:
                await manager.finish_job(job, Status.FAILED, delete_job=False)

    return rescue_stalled


async def _has_successor(jobs: App, job: Job) -> bool:
    """Whether another job with the same `once` key waits: it will do the work, and two may not wait."""
    if job.queueing_lock is None:
        return False
    waiting = await jobs.job_manager.list_jobs_async(queueing_lock=job.queueing_lock, status="todo")
    return bool(list(waiting))


def run_worker(app: Flask, *, wait: bool = True, pace: Pace | None = None) -> None:
    """Run jobs until told to stop (SIGTERM or SIGINT; running jobs finish); with `wait=False` only
    those that are due now.

    Raises SystemExit when the worker ends by itself, as it does when the database goes away, so that whoever
    started it starts it again.
    """
    pace = pace or Pace()
    with app.app_context():
        look_at_life()
    jobs = make_job_app(app.extensions["settings"], pace)
    was_asked = asyncio.run(_work(jobs, app, wait, pace))
    if wait and not was_asked:
        log.error("worker.ended")
        raise SystemExit(1)
    log.info("worker.stopped")


class _Watched(Worker):
    """A worker that says when it begins to stop, for whatever reason, and goes on when the clock is set back."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.stopping = asyncio.Event()

    def stop(self) -> None:
        """Stop taking jobs; the library calls this as well when it loses the database."""
        self.stopping.set()
        super().stop()  # type: ignore[no-untyped-call]

    async def _periodic_deferrer(self) -> None:
        await SteadyDeferrer(self.app.periodic_registry, **self.app.periodic_defaults).worker()


async def _work(jobs: App, app: Flask, wait: bool, pace: Pace) -> bool:
    """Run; returns whether the end was asked for."""
    # asyncio's own pool has fewer threads than jobs on a small machine: one service that hangs would take them all
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(CONCURRENCY + 2))
    async with jobs.open_async():
        worker = _Watched(
            jobs,
            wait=wait,
            concurrency=CONCURRENCY,
            fetch_job_polling_interval=pace.poll,
            abort_job_polling_interval=5.0,
            shutdown_graceful_timeout=pace.grace,
            update_heartbeat_interval=pace.heartbeat,
            stalled_worker_timeout=pace.stalled_after,
            task_middleware=[_in_context(app)],
            install_signal_handlers=False,
            delete_jobs="never",
        )
        running = asyncio.ensure_future(worker.run())  # type: ignore[no-untyped-call]
        if wait:
            _stop_on_signals(running)
        pulse = asyncio.ensure_future(_pulse(app, pace.heartbeat)) if wait else None
        stopping = asyncio.ensure_future(worker.stopping.wait())
        await asyncio.wait({running, stopping}, return_when=asyncio.FIRST_COMPLETED)
        await asyncio.wait({running}, timeout=pace.grace + pace.closing)
        if not running.done():
            _give_up()
        stopping.cancel()
        if pulse is not None:
            pulse.cancel()
        try:
            await running
        except asyncio.CancelledError:
            return True
    return False


async def _pulse(app: Flask, every: float) -> None:
    """Count signs of life, and notice a database that was exchanged under a running worker."""

    def count() -> None:
        with app.app_context():
            beat()

    while True:
        try:
            await asyncio.to_thread(count)
        except Exception as error:  # the database is away, or just being restored
            log.warning("worker.no_pulse", reason=type(error).__name__)
        await asyncio.sleep(every)


def _give_up() -> NoReturn:
    """End now: a job that does not finish, or the library waiting for connections that died, would keep a worker
    in between for ever, neither working nor started again. Its jobs are rescued by the others."""
    log.error("worker.stuck")
    os._exit(1)


def _stop_on_signals(running: asyncio.Future[None]) -> None:
    """Stop kindly at the first signal. A second one must not cut off the jobs that are finishing."""
    loop = asyncio.get_running_loop()
    asked: list[bool] = []

    def stop() -> None:
        if not asked:
            asked.append(True)
            running.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)


def _in_context(app: Flask) -> Callable[..., Any]:
    def in_context(call_next: Callable[[], Any], context: JobContext, worker: Worker) -> Any:
        with app.app_context():
            if context.job.queueing_lock is not None and context.job.id is not None:
                with transaction() as session:
                    forget_key(session, context.job.id)
            try:
                return call_next() if may_run(context.job.task_name) else None
            except NotNow:
                with transaction() as session:
                    spare_attempt(session, context.job.id or 0)
                raise

    return in_context
