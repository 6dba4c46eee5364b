"""The command line in this process, pointed at a database."""

from collections.abc import Callable

import pytest

from app.cli.main import main


@pytest.fixture
def environment(fresh_database: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """Settings for a migrated, empty database; nothing else answers. Returns the database's URL."""
    from app.crypto import new_key

    monkeypatch.setenv("DATABASE_URL", fresh_database)
    monkeypatch.setenv("SECRET_KEY", "for-tests-only-" * 3)
    monkeypatch.setenv("TOKEN_KEYS", new_key())
    monkeypatch.setenv("SMTP_URL", "smtp://127.0.0.1:9")
    return fresh_database


Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run a command and return its exit code, what it wrote, and what it complained about."""

    def call(*arguments: str) -> tuple[int, str, str]:
        with pytest.raises(SystemExit) as end:
            main(arguments)
        out, err = capsys.readouterr()
        return int(end.value.code or 0), out, err

    return call
