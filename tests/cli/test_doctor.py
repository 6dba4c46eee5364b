"""`scheduler doctor` names what is missing and what to do about it."""

from collections.abc import Callable

import psycopg
import pytest

from app.postgres import EmbeddedPostgres

Run = Callable[..., tuple[int, str, str]]


def test_a_healthy_database_without_a_worker_is_told_to_start_one(run: Run, environment: str) -> None:
    code, out, _ = run("doctor")
    assert code == 1
    assert "ok    schema: at " in out
    assert "ok    TOKEN_KEYS" in out
    assert "WRONG worker: none has run yet" in out
    assert "Run: scheduler worker" in out


def test_a_worker_that_was_heard_of_is_well_and_one_that_fell_silent_is_not(
    run: Run, environment: str
) -> None:
    with psycopg.connect(environment, autocommit=True) as connection:
        connection.execute("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now())")
        assert "ok    worker" in run("doctor")[1]
        connection.execute("UPDATE procrastinate_workers SET last_heartbeat = now() - interval '10 minutes'")
        assert "WRONG worker: silent for 6" in run("doctor")[1]


def test_one_check_can_be_asked_for_alone(run: Run, environment: str) -> None:
    code, out, _ = run("doctor", "--only", "schema")
    assert code == 0
    assert out.startswith("ok    schema: at ")
    assert out.count("\n") == 1


def test_a_database_that_was_never_migrated_is_told_to_migrate(
    run: Run, environment: str, postgres: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", postgres.create_database("never_migrated"))
    code, out, _ = run("doctor")
    postgres.drop_database("never_migrated")
    assert code == 1
    assert "WRONG schema: at nothing" in out
    assert "Run: scheduler migrate" in out


def test_a_database_that_does_not_answer_is_named(
    run: Run, environment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")
    code, out, _ = run("doctor")
    assert code == 1
    assert "WRONG database" in out
    assert "DATABASE_URL" in out


def test_keys_that_are_none_come_with_the_command_that_makes_one(
    run: Run, environment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN_KEYS", "not-a-key")
    out = run("doctor")[1]
    assert "WRONG TOKEN_KEYS" in out
    assert "new_key()" in out


def test_a_provider_that_is_set_up_must_answer(
    run: Run, environment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "note  Google: not set up" in run("doctor")[1]
    monkeypatch.setenv("GOOGLE_CLIENT_ID", "me")
    monkeypatch.setenv("GOOGLE_CERTS_URI", "http://127.0.0.1:9/certs")
    assert "WRONG Google: http://127.0.0.1:9/certs" in run("doctor")[1]


def test_a_mail_server_that_does_not_answer_is_named(run: Run, environment: str) -> None:
    assert "WRONG mail: 127.0.0.1:9" in run("doctor")[1]
