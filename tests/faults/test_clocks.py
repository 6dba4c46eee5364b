"""The machine's clock is set back by a lot, in a moment."""

import asyncio
import time
from collections.abc import Iterator
from itertools import product
from types import SimpleNamespace

import pytest
from flask import Flask
from procrastinate import App
from procrastinate.periodic import PeriodicDeferrer
from procrastinate.testing import InMemoryConnector
from procrastinate.worker import Worker
from sqlalchemy import text

from app import deadline
from app.db import db
from app.deadline import Deadline
from app.jobs.ticks import SteadyDeferrer
from app.jobs.worker import _Watched, make_job_app
from app.services import services
from tests.fixtures.company import application_over, company_document

AN_HOUR = 3600.0
NOW = 1_800_000_030.0
EVERY_MINUTE = "sync_due_calendars"


@pytest.fixture
def one_rep(fresh_database: str) -> Iterator[Flask]:
    with application_over(fresh_database, company_document(reps=1)) as app:
        yield app


def is_over_in_time(monkeypatch: pytest.MonkeyPatch) -> bool:
    """Whether a deadline is over when its time is, although the clock is set back by an hour meanwhile."""
    right = time.time
    with Deadline(0.05) as limit:
        monkeypatch.setattr(time, "time", lambda: right() - AN_HOUR)
        time.sleep(0.06)
        return limit.is_over


def test_a_clock_that_is_set_back_makes_no_deadline_longer(monkeypatch: pytest.MonkeyPatch) -> None:
    assert is_over_in_time(monkeypatch)


def test_control_a_deadline_by_the_clock_on_the_wall_would_last_an_hour_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(deadline, "time", SimpleNamespace(monotonic=lambda: time.time()))  # noqa: PLW0108
    assert not is_over_in_time(monkeypatch)


FORGET = "DELETE FROM procrastinate_periodic_defers"


class Ticking:
    """Workers that start regular work, over the test's database."""

    def __init__(self, kind: type[PeriodicDeferrer], *, is_forgetful: bool = False) -> None:
        self._is_forgetful = is_forgetful
        self._jobs = make_job_app(services().settings)
        self._workers = [kind(self._jobs.periodic_registry) for _ in range(2)]

    def look(self, *seconds: int) -> int:
        """Both look what is due at so many seconds after now. Returns how much was started so far."""

        async def run() -> None:
            async with self._jobs.open_async():
                for each, worker in product(seconds, self._workers):
                    await worker.defer_jobs(worker.get_previous_tasks(at=NOW + each))
                    if self._is_forgetful:
                        await self._jobs.connector.execute_query_async(FORGET)

        asyncio.run(run())
        db.session.rollback()
        query = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = :name")
        return int(db.session.execute(query, {"name": EVERY_MINUTE}).scalar_one())


TEN_MINUTES, FIVE_OF_THEM = range(0, 600, 60), range(240, 540, 60)


def test_regular_work_goes_on_by_a_clock_that_was_set_back_and_once_for_all_workers(one_rep: Flask) -> None:
    workers = Ticking(SteadyDeferrer)
    assert workers.look(*TEN_MINUTES) == 10
    assert workers.look(*FIVE_OF_THEM) == 15, "each of the minutes that come again, once for both workers"
    assert workers.look(660) > 15


def test_control_the_librarys_own_would_pause_until_the_clock_is_where_it_was(one_rep: Flask) -> None:
    workers = Ticking(PeriodicDeferrer)
    assert workers.look(*TEN_MINUTES) == 10
    assert workers.look(*FIVE_OF_THEM) == 10


def test_control_who_does_not_note_the_minutes_starts_each_for_every_worker(one_rep: Flask) -> None:
    assert Ticking(SteadyDeferrer, is_forgetful=True).look(*TEN_MINUTES) == 20


def test_a_worker_has_the_steady_kind(monkeypatch: pytest.MonkeyPatch) -> None:
    assert hasattr(Worker, "_periodic_deferrer"), "the library calls it by this name"
    seen: list[object] = []

    async def note(self: PeriodicDeferrer) -> None:
        seen.append(self)

    monkeypatch.setattr(PeriodicDeferrer, "worker", note)
    asyncio.run(_Watched(App(connector=InMemoryConnector()))._periodic_deferrer())
    assert [type(each) for each in seen] == [SteadyDeferrer]
