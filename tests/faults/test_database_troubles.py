"""The database is slow, full, locked, or breaks a connection in the middle of something."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import psycopg
import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import text

from app import factory
from app.db import db
from app.usecases import book_meeting as booking
from tests.fixtures.company import ZONE, application_over, company_document, first_starts
from tests.fixtures.invariants import broken_rules

PRIYA = {"answers": {"email": "priya@globex.test"}, "timezone": ZONE}


@pytest.fixture
def app(fresh_database: str) -> Iterator[Flask]:
    """With room for three connections."""
    with application_over(fresh_database, company_document(reps=1), database_pool_size=1) as made:
        yield made


@contextmanager
def elsewhere(url: str) -> Iterator[psycopg.Connection]:
    """Somebody else at the same database."""
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection


def cut_all(url: str) -> None:
    """End every other session, as a restart of the server does."""
    with elsewhere(url) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )


def submit(client: FlaskClient, email: str = "priya@globex.test") -> dict[str, Any]:
    body = PRIYA | {"answers": {"email": email}}
    answer = client.post("/api/v1/forms/demo/requests", json=body)
    assert answer.status_code == 201, answer.text
    return dict(answer.json or {})


def book(client: FlaskClient, made: dict[str, Any], nth: int = 2) -> Any:
    request = made["request"]
    return client.post(
        f"/api/v1/requests/{request['id']}/bookings",
        json={"start": first_starts(made)[nth]},
        headers={"Authorization": f"Bearer {request['token']}", "Idempotency-Key": "key"},
    )


def test_connections_that_died_while_idle_are_replaced_without_anybody_noticing(
    app: Flask, fresh_database: str
) -> None:
    client = app.test_client()
    made = submit(client)
    db.session.remove()
    cut_all(fresh_database)
    assert book(client, made).status_code == 201
    assert not broken_rules()


def test_control_who_does_not_look_before_use_meets_the_dead_connection(
    fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = factory._connect_database

    def careless(app: Flask, settings: Any) -> None:
        monkeypatch.setattr(factory.db, "init_app", lambda app: None)
        connect(app, settings)
        monkeypatch.undo()
        app.config["SQLALCHEMY_ENGINE_OPTIONS"]["pool_pre_ping"] = False
        factory.db.init_app(app)

    monkeypatch.setattr(factory, "_connect_database", careless)
    with application_over(fresh_database, company_document(reps=1)) as app:
        client = app.test_client()
        made = submit(client)
        db.session.remove()
        cut_all(fresh_database)
        assert book(client, made).status_code == 503


def test_a_connection_cut_inside_the_booking_leaves_nothing_and_is_said_to_be_busy(
    app: Flask, fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = app.test_client()
    made = submit(client)
    record = booking._record

    def cut(*args: Any) -> Any:
        monkeypatch.setattr(booking, "_record", record)
        cut_all(fresh_database)
        return record(*args)

    monkeypatch.setattr(booking, "_record", cut)
    answer = book(client, made)
    assert answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0
    assert not broken_rules()
    assert book(client, made).status_code == 201, "the same key, once more"
    assert not broken_rules()


def test_when_all_connections_are_taken_the_answer_is_busy_and_then_well_again(app: Flask) -> None:
    client = app.test_client()
    db.session.remove()
    taken = [db.engine.connect() for _ in range(3)]
    begun = time.monotonic()
    answer = client.get("/api/v1/forms/demo")
    assert answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0
    assert time.monotonic() - begun < 15, "said soon"
    assert client.get("/healthz").status_code == 200
    for each in taken:
        each.close()
    assert client.get("/api/v1/forms/demo").status_code == 200


def test_control_with_one_connection_left_it_is_served(app: Flask) -> None:
    db.session.remove()
    taken = [db.engine.connect() for _ in range(2)]
    assert app.test_client().get("/api/v1/forms/demo").status_code == 200
    for each in taken:
        each.close()


def test_a_lock_that_nobody_gives_back_is_waited_for_a_few_seconds_only(
    app: Flask, fresh_database: str
) -> None:
    client = app.test_client()
    made = submit(client)
    begun = time.monotonic()
    with locked_requests(fresh_database):
        answer = book(client, made)
    assert answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0
    assert time.monotonic() - begun < 15
    assert book(client, made).status_code == 201
    assert not broken_rules()


@contextmanager
def locked_requests(url: str) -> Iterator[None]:
    """A session that was forgotten in the middle of a booking, with the request's row locked."""
    with elsewhere(url) as connection:
        connection.execute("BEGIN")
        connection.execute("SELECT id FROM requests FOR UPDATE")
        yield
        connection.execute("ROLLBACK")


def test_control_without_the_bound_the_booking_waits_as_long_as_the_lock_is_held(
    app: Flask, fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(booking, "wait_briefly", lambda session: None)
    client = app.test_client()
    made = submit(client)
    answers: list[int] = []

    def run() -> None:
        with app.app_context():
            answers.append(book(app.test_client(), made).status_code)

    with locked_requests(fresh_database):
        thread = threading.Thread(target=run)
        thread.start()
        thread.join(7.5)
        assert thread.is_alive(), "two tries of three seconds would be over"
    thread.join(10)
    assert answers == [201]


def test_a_session_that_forgets_its_transaction_loses_it(app: Flask) -> None:
    shown = {
        name: db.session.scalar(text(f"SHOW {name}"))
        for name in ("statement_timeout", "idle_in_transaction_session_timeout")
    }
    assert shown == {"statement_timeout": "30s", "idle_in_transaction_session_timeout": "1min"}


def test_a_migration_that_cannot_have_its_lock_gives_up_and_lets_everybody_work(
    app: Flask, fresh_database: str
) -> None:
    from flask_migrate import downgrade

    from app.cli.migration import FOLDER, current_revision

    before = current_revision(app)
    client = app.test_client()
    db.session.remove()
    with elsewhere(fresh_database) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM lives")  # a long report, say
        begun = time.monotonic()
        with pytest.raises(Exception, match="lock timeout"):
            downgrade(directory=str(FOLDER), revision="0014")
        assert time.monotonic() - begun < 20
        db.session.remove()
        assert client.get("/api/v1/forms/demo").status_code == 200
        reader.execute("ROLLBACK")
    assert current_revision(app) == before, "whole, or not at all"


def test_control_a_change_without_a_bound_waits_and_holds_up_who_comes_after_it(
    app: Flask, fresh_database: str
) -> None:
    def alter() -> None:
        with elsewhere(fresh_database) as connection:
            connection.execute("ALTER TABLE lives ADD COLUMN more int")

    with elsewhere(fresh_database) as reader, elsewhere(fresh_database) as next_one:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM lives")
        thread = threading.Thread(target=alter)
        thread.start()
        thread.join(0.5)
        next_one.execute("SET statement_timeout = '500ms'")
        with pytest.raises(psycopg.errors.QueryCanceled):
            next_one.execute("SELECT count(*) FROM lives")
        reader.execute("ROLLBACK")
        thread.join(10)


def test_no_statement_of_ours_lets_the_database_turn_walls_into_instants() -> None:
    """PostgreSQL and Python choose differently in a repeated hour, so only one of them may choose."""
    from pathlib import Path

    root = Path(factory.__file__).parent
    sources = {path: path.read_text(encoding="utf-8") for path in root.rglob("*.py")}
    assert not [path for path, source in sources.items() if "AT TIME ZONE" in source.upper()]


def test_control_in_a_repeated_hour_the_two_are_an_hour_apart(fresh_database: str) -> None:
    from zoneinfo import ZoneInfo

    wall = datetime(2026, 10, 25, 2, 30)
    with elsewhere(fresh_database) as connection:
        [theirs] = connection.execute("SELECT %s::timestamp AT TIME ZONE 'Europe/Berlin'", [wall]).fetchone()  # type: ignore[misc]
    ours = wall.replace(tzinfo=ZoneInfo("Europe/Berlin"))
    assert abs((theirs - ours).total_seconds()) == 3600
