"""A database that is not the one that worked last is noticed, and nothing else is."""

import json
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from flask import Flask

from app.db import transaction
from app.jobs import worker
from app.jobs.tasks import TASKS, Task
from app.jobs.worker import run_worker
from app.models import Doubt
from app.postgres import EmbeddedPostgres
from app.queue import PARKED, defer
from app.store.lives import begin_life, find_life, is_paused
from app.usecases.watch_life import FILE, beat, look_at_life
from tests.fixtures.backup import back_up, load_backup
from tests.fixtures.company import application_over, company_document
from tests.fixtures.outside import jobs


@pytest.fixture(autouse=True)
def app(fresh_database: str, tmp_path: Path) -> Iterator[Flask]:
    with application_over(fresh_database, company_document(), data_dir=tmp_path) as made:
        yield made


def doubt() -> Doubt | None:
    with transaction() as session:
        life = find_life(session)
        return life.doubt if life else None


def test_a_database_that_goes_on_is_well_however_often_workers_start() -> None:
    assert look_at_life()
    for _ in range(3):
        beat()
        assert look_at_life()


def test_a_loaded_dump_is_noticed_without_anything_kept_outside(fresh_database: str, tmp_path: Path) -> None:
    beat()
    back_up(fresh_database, tmp_path / "dump")
    load_backup(fresh_database, tmp_path / "dump")
    (tmp_path / FILE).unlink()
    with transaction() as session:
        assert is_paused(session), "before anybody looked"
    assert not look_at_life() and doubt() is Doubt.COPIED


def test_a_copy_of_the_database_is_noticed_and_the_original_is_not(
    fresh_database: str, postgres: EmbeddedPostgres
) -> None:
    from app.db import db

    beat()
    db.session.remove()
    db.engine.dispose()
    url = postgres.create_database(
        "copied_life", template=fresh_database.rpartition("/")[2].partition("?")[0]
    )
    try:
        with psycopg.connect(url) as copy:
            assert copy.execute("SELECT count(*) FROM lives").fetchone() == (1,)
        with application_over(url):
            assert not look_at_life()
    finally:
        postgres.drop_database("copied_life")


@pytest.mark.usefixtures("app")
def test_a_disk_that_went_back_is_noticed_by_what_the_worker_kept(tmp_path: Path) -> None:
    beat()
    with transaction() as session:
        life = find_life(session)
        assert life is not None
        then = life.beats
    beat()
    with transaction() as session:
        life = find_life(session)
        assert life is not None
        life.beats = then  # as a snapshot of the disk has it
    assert not look_at_life() and doubt() is Doubt.WENT_BACK


def test_control_without_what_the_worker_kept_a_disk_that_went_back_looks_well(tmp_path: Path) -> None:
    beat()
    kept = json.loads((tmp_path / FILE).read_text())
    (tmp_path / FILE).unlink()
    with transaction() as session:
        life = find_life(session)
        assert life is not None
        life.beats = kept["beats"] - 1
    assert look_at_life()


def test_another_life_and_a_spoiled_file_raise_no_doubt(tmp_path: Path) -> None:
    beat()
    for content in ("", "[]", '{"identity": "another", "life": 9, "beats": 9}', '{"life": 9}'):
        (tmp_path / FILE).write_text(content)
        assert look_at_life(), content


def test_a_life_that_an_operator_began_goes_on(tmp_path: Path) -> None:
    for _ in range(3):
        beat()
    with transaction() as session:
        life = find_life(session)
        assert life is not None
        life.doubt = Doubt.WENT_BACK
    with transaction() as session:
        begin_life(session, "ada")
    beat()
    assert look_at_life()


def test_while_it_waits_what_goes_out_is_parked_and_what_stays_inside_runs(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran: list[str] = []
    tasks = {
        "outward": Task(lambda: ran.append("outward")),
        "inward": Task(lambda: ran.append("inward"), is_inward=True),
    }
    monkeypatch.setattr(worker, "TASKS", tasks)
    monkeypatch.setattr("app.jobs.pause.TASKS", tasks)
    beat()
    with transaction() as session:
        life = find_life(session)
        assert life is not None
        life.identity = "another"
        for name in tasks:
            defer(session, name)
    run_worker(app, wait=False)
    assert ran == ["inward"]
    [waiting] = jobs("todo")
    assert (waiting["task_name"], waiting["queue_name"]) == ("outward", PARKED)


def test_a_task_goes_out_unless_it_is_known_to_stay_inside() -> None:
    inward = {name for name, task in TASKS.items() if task.is_inward}
    assert inward == {
        "check_live",
        "expire",
        "finish_erasure",
        "follow_event",
        "reset_ledgers",
        "route_request",
        "run_replay",
        "sync_calendar",
        "sync_due_calendars",
        "watch_alerts",
        "weigh_pools",
    }, "whoever adds one: does anybody outside notice when it runs twice?"
