"""Workers as processes: what they leave behind when they are stopped, killed, or lose their database."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator

import pytest
from sqlalchemy import create_engine, make_url, text

from app.db import db, transaction
from app.models import ReadingCause
from app.queue import URGENT
from app.services import services
from app.usecases.check_calendars import defer_sync
from tests.fixtures.company import SECRET, TOKEN_KEY
from tests.fixtures.outside import REMY, Outside, calendars_of, fault, jobs

pytestmark = pytest.mark.server
PATIENCE = 40.0


@contextlib.contextmanager
def worker() -> Iterator[subprocess.Popen[bytes]]:
    """A worker over the test's database; killed at the end if it still runs."""
    made = services().settings.model_dump(mode="json", exclude={"secret_key", "token_keys"})
    environment = {key.upper(): str(value) for key, value in made.items() if value is not None}
    environment |= {"SECRET_KEY": SECRET, "TOKEN_KEYS": TOKEN_KEY, "LOG_LEVEL": "CRITICAL"}
    environment["GOOGLE_CLIENT_SECRET"] = services().settings.google_client_secret.get_secret_value()
    process = subprocess.Popen([sys.executable, "-m", "tests.jobs.process"], env=os.environ | environment)
    try:
        yield process
    finally:
        if process.poll() is None:
            process.kill()
        process.wait(10)


def wait_for(condition: Callable[[], object], what: str) -> None:
    until = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < until, f"waited in vain for {what}"
        time.sleep(0.1)


def sync_jobs(status: str) -> int:
    return sum(job["task_name"] == "sync_calendar" for job in jobs(status))


def workers() -> int:
    db.session.rollback()
    return int(db.session.execute(text("SELECT count(*) FROM procrastinate_workers")).scalar_one())


def defer_slow_job() -> None:
    """A reading, of a calendar whose provider takes its time."""
    calendar = next(calendar for calendar in calendars_of(REMY) if calendar.is_primary)
    with transaction() as session:
        defer_sync(session, calendar.public_id, ReadingCause.ASKED, URGENT)


def test_a_killed_workers_job_is_taken_over_and_a_stopped_worker_finishes_its_own(outside: Outside) -> None:
    outside.connect_and_read(REMY)
    outside.work()
    done = sync_jobs("succeeded")
    with fault(outside.google, "delay", "/calendar/v3/*", delay=60), worker() as first:
        defer_slow_job()
        wait_for(lambda: sync_jobs("doing"), "the job to run")
        first.send_signal(signal.SIGKILL)
        first.wait(10)
    assert sync_jobs("doing") == 1, "nobody was told"
    with worker() as second:
        wait_for(lambda: sync_jobs("succeeded") > done, "the job to be taken over")
        with fault(outside.google, "delay", "/calendar/v3/*", delay=1.5):
            defer_slow_job()
            wait_for(lambda: sync_jobs("doing"), "the second job to run")
            second.send_signal(signal.SIGTERM)
            second.send_signal(signal.SIGTERM)
            assert second.wait(PATIENCE) == 0
    assert sync_jobs("succeeded") == done + 2 and not sync_jobs("doing")


def test_a_worker_outlives_cut_connections_and_ends_as_a_failure_when_the_database_stays_away(
    outside: Outside,
) -> None:
    outside.connect_and_read(REMY)
    with worker() as process, elsewhere() as administer:
        wait_for(lambda: workers() == 1, "the worker")
        time.sleep(0.5)
        leave_database()
        administer(CUT_OFF)
        done = sync_jobs("succeeded")
        if process.poll() is None:  # cut in the middle of a statement, the library gives up at once
            defer_slow_job()
            wait_for(lambda: sync_jobs("succeeded") > done or process.poll() is not None, "a job afterwards")
        leave_database()
        administer("ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        try:
            administer(CUT_OFF)
            assert process.wait(PATIENCE) == 1
        finally:
            administer("ALTER DATABASE {name} ALLOW_CONNECTIONS true")


def leave_database() -> None:
    """Have no connection of our own to it."""
    db.session.remove()
    db.engine.dispose()


CUT_OFF = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"


@contextlib.contextmanager
def elsewhere() -> Iterator[Callable[[str], None]]:
    """Statements about the test's database, sent from another one."""
    url = make_url(services().settings.database_url)
    engine = create_engine(url.set(database="postgres"), isolation_level="AUTOCOMMIT")

    def administer(statement: str) -> None:
        with engine.connect() as connection:
            connection.execute(text(statement.format(name=url.database)))

    try:
        yield administer
    finally:
        engine.dispose()


def test_two_workers_start_each_tick_once(outside: Outside) -> None:
    with worker() as one, worker() as two:
        ticks = text(
            "SELECT count(*), count(DISTINCT args) FROM procrastinate_jobs WHERE task_name = 'rescue_stalled'"
        )

        def seen() -> tuple[int, int]:
            db.session.rollback()
            found, different = db.session.execute(ticks).one()
            return int(found), int(different)

        wait_for(lambda: workers() == 2, "both workers")
        wait_for(lambda: seen()[0] >= 5, "a few ticks")
        found, different = seen()
        assert found == different
        assert one.poll() is None and two.poll() is None
