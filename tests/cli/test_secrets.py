"""`scheduler secrets`: a key can be replaced while everything runs, and thrown away afterwards."""

from collections.abc import Callable
from datetime import UTC, datetime

import psycopg
import pytest

from app.crypto import SecretBox, new_key

Run = Callable[..., tuple[int, str, str]]
OLD, NEW = new_key(), new_key()


@pytest.fixture
def sealed(run: Run, environment: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database with a grant that the old key sealed."""
    monkeypatch.setenv("TOKEN_KEYS", OLD)
    secret = SecretBox(OLD).seal("conn_1", {"secret": "s"})
    with psycopg.connect(environment.replace("+psycopg", "")) as connection:
        connection.execute(
            "INSERT INTO reps (public_id, email, name, timezone, is_active, calendar_mode, languages, territories)"
            " VALUES ('rep_1', 'remy@acme.test', 'Remy', 'UTC', true, 'connected', '{}', '{}')"
        )
        connection.execute(
            "INSERT INTO connections (public_id, rep_id, provider, account, secret, scopes, state, updated_at)"
            " SELECT 'conn_1', id, 'google', 'a', %s, '{}', 'active', %s FROM reps",
            (secret, datetime.now(UTC)),
        )
    return environment


def kept(url: str) -> bytes:
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        row = connection.execute("SELECT secret FROM connections").fetchone()
    assert row is not None
    return bytes(row[0])


def test_after_a_rotation_the_old_key_is_needed_no_longer(
    run: Run, sealed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN_KEYS", f"{NEW},{OLD}")
    assert "0 under the newest key, 1 under an older one" in run("secrets", "status")[1]
    code, out, _ = run("secrets", "rotate")
    assert (code, "1 of 1 secrets sealed anew" in out) == (0, True)
    monkeypatch.setenv("TOKEN_KEYS", NEW)
    assert run("secrets", "status")[0] == 0
    assert SecretBox(NEW).open("conn_1", kept(sealed)) == {"secret": "s"}


def test_rotating_again_changes_nothing(run: Run, sealed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN_KEYS", f"{NEW},{OLD}")
    run("secrets", "rotate")
    before = kept(sealed)
    assert "0 of 1" in run("secrets", "rotate")[1]
    assert kept(sealed) == before


def test_what_no_key_opens_is_counted_and_left_as_it_is(
    run: Run, sealed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TOKEN_KEYS", NEW)
    before = kept(sealed)
    for command in ("status", "rotate"):
        code, _, err = run("secrets", command)
        assert (code, "1 secrets are opened by no key" in err) == (1, True)
    assert kept(sealed) == before
    assert "secrets: 0 of 1" in run("doctor")[1]
