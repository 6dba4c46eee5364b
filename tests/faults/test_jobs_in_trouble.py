"""Jobs that fail or kill each time, and processes that are told to stop while they have work in hand."""

import asyncio
import os
import signal
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import psycopg
import pytest
import requests
from flask import Flask

from app.db import db, transaction
from app.jobs import retry, worker
from app.jobs.tasks import Task
from app.jobs.worker import make_job_app, run_worker
from app.queue import count_jobs, defer, list_dead_jobs
from app.services import services
from tests.fixtures.company import ZONE, application_over, company_document, first_starts
from tests.fixtures.invariants import broken_rules
from tests.fixtures.server import Server, running_server

ROUNDS = 6


@dataclass
class Work:
    """What ran: the job that always fails, and the others."""

    failed: list[int] = field(default_factory=list)
    done: list[int] = field(default_factory=list)

    def fail(self) -> None:
        self.failed.append(1)
        raise OSError("as always")

    def succeed(self, number: int) -> None:
        self.done.append(number)


def run_with_poison(app: Flask, monkeypatch: pytest.MonkeyPatch, attempts: int) -> Work:
    """Work off three sound jobs beside one that always fails and may be tried again so many times, each time soon;
    look into the queue six times."""
    work = Work()
    tasks = {"poison": Task(work.fail, attempts=attempts), "sound": Task(work.succeed)}
    monkeypatch.setattr(worker, "TASKS", tasks)
    monkeypatch.setattr(retry, "LEAST_SECONDS", 0.0)
    monkeypatch.setattr(retry, "LONGEST_SECONDS", 0.0)
    with transaction() as session:
        defer(session, "poison")
        for number in range(3):
            defer(session, "sound", number=number)
    for _ in range(ROUNDS):
        run_worker(app, wait=False)
    return work


def test_a_job_that_fails_each_time_gives_up_is_seen_and_holds_nobody_up(
    company_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = run_with_poison(company_app, monkeypatch, attempts=2)
    assert len(work.failed) == 3, "once, and twice again"
    assert sorted(work.done) == [0, 1, 2]
    [dead] = list_dead_jobs(db.session())
    assert (dead["task_name"], dead["attempts"]) == ("poison", 3)


def test_control_without_a_bound_it_is_tried_for_ever_and_never_seen(
    company_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = run_with_poison(company_app, monkeypatch, attempts=10**6)
    assert len(work.failed) >= ROUNDS and not list(list_dead_jobs(db.session()))
    assert count_jobs(db.session())["todo"] == 1


def take_down_a_worker(deaths: int) -> None:
    """A job has taken down so many workers, one after the other; another looks after what the last one left."""
    with transaction() as session:
        defer(session, "expire", timestamp=0)
    jobs = make_job_app(services().settings)

    async def run() -> None:
        async with jobs.open_async():
            manager = jobs.job_manager
            await manager.fetch_job(queues=None, worker_id=await manager.register_worker())
            await jobs.connector.execute_query_async(STOPPED_BEATING)
            await jobs.connector.execute_query_async(DIED_BEFORE, deaths=deaths)
            context = SimpleNamespace(app=jobs)
            await worker._rescuer(30.0)(context, 0)

    asyncio.run(run())
    db.session.rollback()


STOPPED_BEATING = "UPDATE procrastinate_workers SET last_heartbeat = now() - interval '1 minute'"
DIED_BEFORE = "UPDATE procrastinate_jobs SET attempts = %(deaths)s"


def test_a_job_that_takes_its_worker_down_each_time_is_dead_in_the_end(company_app: Flask) -> None:
    take_down_a_worker(worker.MOST_ATTEMPTS)
    [dead] = list_dead_jobs(db.session())
    assert dead["task_name"] == "expire" and not count_jobs(db.session()).get("todo")


def test_control_one_whose_worker_died_for_the_first_time_is_put_back_in_line(company_app: Flask) -> None:
    take_down_a_worker(1)
    assert not list(list_dead_jobs(db.session())) and count_jobs(db.session())["todo"] == 1


@contextmanager
def booking_in_flight(url: str) -> Iterator[tuple[Server, list[Any]]]:
    """A web server that waits for a lock in the middle of a booking; the lock is given back after the block. What
    the client got, an answer or an error, is in the list afterwards."""
    got: list[Any] = []
    with running_server(url, workers=1) as server, psycopg.connect(url, autocommit=True) as lock:
        body = {"answers": {"email": "priya@globex.test"}, "timezone": ZONE}
        made = requests.post(f"{server.url}/api/v1/forms/demo/requests", json=body, timeout=20).json()

        def book() -> None:
            where = f"{server.url}/api/v1/requests/{made['request']['id']}/bookings"
            key = {"Authorization": f"Bearer {made['request']['token']}", "Idempotency-Key": "key"}
            try:
                answer = requests.post(where, json={"start": first_starts(made)[2]}, headers=key, timeout=20)
            except requests.RequestException as error:
                got.append(error)
            else:
                got.append(answer.status_code)

        lock.execute("BEGIN")
        lock.execute("SELECT id FROM requests FOR UPDATE")
        client = threading.Thread(target=book)
        client.start()
        wait_until_blocked(lock)
        yield server, got
        lock.execute("ROLLBACK")
        client.join(20)


BLOCKED = (
    "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
)


def wait_until_blocked(connection: psycopg.Connection) -> None:
    until = time.monotonic() + 20
    while connection.execute(BLOCKED).fetchone() == (0,):
        assert time.monotonic() < until, "the booking never came"
        time.sleep(0.02)


@pytest.fixture
def configured(fresh_database: str) -> str:
    """A database with the company in it; its address for psycopg."""
    with application_over(fresh_database, company_document(reps=1)):
        return fresh_database


def is_consistent(url: str) -> bool:
    with application_over(url):
        return not broken_rules()


@pytest.mark.server
def test_a_web_server_that_is_told_to_stop_answers_what_it_has_begun(configured: str) -> None:
    with booking_in_flight(configured) as (server, got):
        server.process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        assert server.process.poll() is None, "it waits for the answer"
    assert got == [201]
    assert is_consistent(configured)


@pytest.mark.server
def test_control_one_that_is_killed_leaves_its_client_without_an_answer(configured: str) -> None:
    with booking_in_flight(configured) as (server, got):
        os.killpg(server.process.pid, signal.SIGKILL)
    assert isinstance(got[0], requests.ConnectionError)
    assert is_consistent(configured)
