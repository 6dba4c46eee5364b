"""`scheduler user` and `scheduler import accounts`."""

import io
import sys
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

Run = Callable[..., tuple[int, str, str]]
DEMO = Path(__file__).parents[2] / "app" / "demo"
PASSWORD = "a-long-enough-phrase\n"


def say(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text.encode())))


def test_somebody_is_created_once(run: Run, environment: str, monkeypatch: pytest.MonkeyPatch) -> None:
    command = ("user", "create", "ada@acme.test", "--name", "Ada", "--role", "admin", "--password-stdin")
    say(monkeypatch, PASSWORD)
    code, out, _ = run(*command)
    assert code == 0
    assert "ada@acme.test can sign in" in out
    say(monkeypatch, PASSWORD)
    code, _, err = run(*command)
    assert code == 1
    assert "has an account already" in err


def test_a_weak_password_is_refused_in_words(
    run: Run, environment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(monkeypatch, "short\n")
    code, _, err = run("user", "create", "a@acme.test", "--name", "A", "--role", "rep", "--password-stdin")
    assert code == 1
    assert "password" in err


def test_a_new_password_is_set_only_for_somebody_who_is_there(
    run: Run, environment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    say(monkeypatch, PASSWORD)
    code, _, err = run("user", "set-password", "nobody@acme.test", "--password-stdin")
    assert code == 1
    assert "Nobody signs in" in err


def test_accounts_are_imported_after_a_dry_run_that_changes_nothing(run: Run, environment: str) -> None:
    assert run("config", "apply", str(DEMO / "company.yaml"))[0] == 0
    for arguments, counted in ((["--dry-run"], 0), ([], 7)):
        code, out, err = run("import", "accounts", *arguments, str(DEMO / "accounts.csv"))
        assert code == 0, err
        assert out.startswith("7 new, 0 changed")
        with psycopg.connect(environment) as connection:
            assert connection.execute("SELECT count(*) FROM accounts").fetchone() == (counted,)
    assert run("import", "accounts", str(DEMO / "accounts.csv"))[1].startswith(
        "0 new, 0 changed, 7 as before"
    )


def test_a_row_that_is_wrong_keeps_the_whole_file_out(run: Run, environment: str, tmp_path: Path) -> None:
    (tmp_path / "accounts.csv").write_text(
        "domain,name,owner\ngood.example,Good,\nbad.example,Bad,who@acme.test\n"
    )
    code, out, err = run("import", "accounts", str(tmp_path / "accounts.csv"))
    assert code == 1
    assert "nothing imported" in out
    assert "there is no rep who@acme.test" in err


def test_a_key_is_shown_once_and_ends_when_revoked(run: Run, environment: str) -> None:
    code, out, err = run("key", "create", "reports", "--scope", "leads:read", "--scope", "decisions:read")
    assert code == 0
    assert out.startswith("sk_")
    public_id = err.split()[2].rstrip(";")
    with psycopg.connect(environment) as connection:
        row = connection.execute("SELECT scopes, revoked_at FROM api_keys WHERE public_id = %s", [public_id])
        assert row.fetchone() == (["leads:read", "decisions:read"], None)
    assert run("key", "revoke", public_id)[0] == 0
    with psycopg.connect(environment) as connection:
        ended = connection.execute("SELECT revoked_at IS NOT NULL FROM api_keys").fetchone()
        assert ended == (True,)
    assert run("key", "revoke", "key_nothing")[0] == 1
