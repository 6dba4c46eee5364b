"""Deferring in the transaction of a change: both or neither, whatever the job library does."""

import re
import threading
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from flask import Flask
from procrastinate.exceptions import AlreadyEnqueued
from sqlalchemy import select, text

from app import queue
from app.db import db, transaction
from app.jobs import worker
from app.jobs.tasks import TASKS, Task
from app.jobs.worker import run_worker
from app.models import AuditEntry
from app.queue import count_jobs, defer, drop_old_jobs, hasten, list_dead_jobs, retry_dead_job
from app.services import services
from app.store.records import add_audit
from tests.fixtures.outside import jobs

pytestmark = pytest.mark.usefixtures("company_app")


def note(word: str) -> None:
    add_audit(db.session(), "test", word, "test", "1")


def notes() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry.action).where(AuditEntry.object_kind == "test")))


def test_a_change_that_is_rolled_back_leaves_no_job() -> None:
    with pytest.raises(ZeroDivisionError), transaction() as session:
        note("change")
        defer(session, "expire", timestamp=0)
        raise ZeroDivisionError
    assert (notes(), jobs()) == ([], [])
    with transaction() as session:
        note("change")
        defer(session, "expire", timestamp=0)
    assert notes() == ["change"] and len(jobs()) == 1


def test_trap_a_refused_job_costs_its_transaction_nothing() -> None:
    with transaction() as session:
        assert defer(session, "expire", once="key", timestamp=0)
    with transaction() as session:
        note("before")
        assert not defer(session, "expire", once="key", timestamp=0)
        note("after")
    assert notes() == ["before", "after"] and len(jobs()) == 1


def test_control_on_the_bare_connection_a_refused_job_takes_the_change_with_it_in_silence() -> None:
    with transaction() as session:
        defer(session, "expire", once="key", timestamp=0)
    with transaction() as session:
        note("before")
        session.flush()
        raw = session.connection().connection.driver_connection
        with pytest.raises(AlreadyEnqueued):
            queue._deferrer.configure_task("expire", queueing_lock="key", connection=raw).defer(timestamp=0)
    assert notes() == [], "committed without complaint, and gone"


def test_trap_the_savepoint_is_there_even_if_the_job_is_the_first_thing_in_its_transaction() -> None:
    with transaction() as session:
        defer(session, "expire", once="key", timestamp=0)
    with transaction() as session:
        assert not defer(session, "expire", once="key", timestamp=0)
        note("after")
    assert notes() == ["after"]


def test_control_a_connection_taken_before_the_savepoint_has_none() -> None:
    with transaction() as session:
        defer(session, "expire", once="key", timestamp=0)
    with transaction() as session:
        note("before")
        session.flush()
        raw = session.connection().connection.driver_connection
        with pytest.raises(AlreadyEnqueued), session.begin_nested():
            queue._deferrer.configure_task("expire", queueing_lock="key", connection=raw).defer(timestamp=0)
    assert notes() == []


def test_trap_a_job_defers_its_successor_from_inside_a_worker(
    company_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []

    def first() -> None:
        with transaction() as session:
            defer(session, "second")

    monkeypatch.setattr(worker, "TASKS", {"first": Task(first), "second": Task(lambda: ran.append("second"))})
    with transaction() as session:
        defer(session, "first")
    for _ in range(2):
        run_worker(company_app, wait=False)
    assert ran == ["second"] and jobs("failed") == []


def test_a_job_that_fails_while_its_successor_waits_is_tried_again_and_does_not_hang(
    company_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        with transaction() as session:
            defer(session, "fails", once="key")
        raise OSError

    monkeypatch.setattr(worker, "TASKS", {"fails": Task(fail, attempts=3)})
    with transaction() as session:
        defer(session, "fails", once="key")
    run_worker(company_app, wait=False)
    assert {job["status"] for job in jobs() if job["task_name"] == "fails"} == {"todo"}


def test_a_job_that_gave_up_is_listed_and_can_be_put_back(
    company_app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[int] = []

    def fail(number: int) -> None:
        ran.append(number)
        if len(ran) == 1:
            raise OSError

    monkeypatch.setattr(worker, "TASKS", {"fails": Task(fail, attempts=0)})
    with transaction() as session:
        defer(session, "fails", once="key", number=7)
    run_worker(company_app, wait=False)
    [dead] = list_dead_jobs(db.session())
    assert (dead["task_name"], dead["args"], dead["attempts"]) == ("fails", {"number": 7}, 1)
    assert count_jobs(db.session())["failed"] == 1
    with transaction() as session:
        defer(session, "fails", once="key", number=8)
        assert retry_dead_job(session, dead["id"]), "although another with its key waits"
        assert not retry_dead_job(session, dead["id"])
    run_worker(company_app, wait=False)
    assert sorted(ran) == [7, 7, 8] and not list(list_dead_jobs(db.session()))


def test_what_others_waited_for_lets_them_run_now() -> None:
    later = datetime.now(UTC) + timedelta(hours=1)
    with transaction() as session:
        defer(session, "expire", lock="mine", at=later, timestamp=0)
        defer(session, "expire", lock="other", at=later, timestamp=0)
        assert hasten(session, "mine") == 1
    assert [job["scheduled_at"] is None for job in jobs()] == [True, False]


def test_old_jobs_are_dropped_done_ones_sooner_than_dead_ones() -> None:
    with transaction() as session:
        for _ in range(3):
            defer(session, "expire", timestamp=0)
    first, second, _ = (job["id"] for job in jobs())
    with transaction() as session:
        for status, key in (("succeeded", first), ("failed", second)):
            session.execute(
                text("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = :id"), {"id": key}
            )
            session.execute(
                text(
                    "UPDATE procrastinate_jobs SET status = CAST(:s AS procrastinate_job_status) WHERE id = :id"
                ),
                {"id": key, "s": status},
            )
    now = datetime.now(UTC)
    for days, gone in ((0.5, 0), (2, 1), (29, 0), (31, 1), (400, 0)):
        with transaction() as session:
            assert drop_old_jobs(session, now + timedelta(days=days)) == gone
    assert [job["status"] for job in jobs()] == ["todo"]


def test_one_of_many_who_defer_at_once_succeeds(company_app: Flask) -> None:
    barrier, added = threading.Barrier(6), list[bool]()

    def run() -> None:
        with company_app.app_context(), transaction() as session:
            session.execute(text("SELECT 1"))
            barrier.wait(10)
            added.append(defer(session, "expire", once="key", timestamp=0))

    crowd = [threading.Thread(target=run) for _ in range(6)]
    for thread in crowd:
        thread.start()
    for thread in crowd:
        thread.join(20)
    assert sorted(added) == [False] * 5 + [True] and len(jobs()) == 1


def test_every_task_that_is_deferred_by_name_exists() -> None:
    root = Path(queue.__file__).parent
    named = {
        name
        for path in root.rglob("*.py")
        for name in re.findall(r'\bdefer\(\s*session,\s*"(\w+)"', path.read_text())
    }
    assert len(named) > 5 and named <= TASKS.keys()


def test_periodic_tasks_are_registered_once_each() -> None:
    registry = worker.make_job_app(services().settings).periodic_registry
    names = [task.task.name for task in registry.periodic_tasks.values()]
    assert sorted(names) == [
        "connect_company_reps",
        "expire",
        "open_channels",
        "reconcile",
        "renew_idle_grants",
        "rescue_stalled",
        "reset_ledgers",
        "sync_due_calendars",
        "watch_alerts",
        "watch_queues",
        "weigh_pools",
    ]
