"""`scheduler restore`: what an operator reads after a backup was loaded, and how they go on."""

from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from tests.fixtures import backup

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def restored(run: Run, environment: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A database that worked, was backed up, and was loaded from that backup."""
    monkeypatch.setenv("DATA_DIR", str(tmp_path))
    assert run("migrate")[0] == 0
    backup.back_up(environment, tmp_path / "dump")
    backup.load_dump(environment, tmp_path / "dump")
    return environment


def test_a_database_that_worked_last_is_well(run: Run, environment: str) -> None:
    assert "ok    life" in run("doctor")[1]
    code, out, _ = run("restore", "status")
    assert code == 0 and "Nothing is paused" in out
    code, _, err = run("restore", "finish")
    assert code == 1 and "Nothing is paused" in err


def test_a_restored_one_is_said_by_migrate_doctor_and_status_until_it_is_finished(
    run: Run, restored: str
) -> None:
    assert "nothing goes out" in run("migrate")[2]
    assert "WRONG life: this database was restored" in run("doctor")[1]
    code, out, _ = run("restore", "status")
    assert code == 2 and "loaded from a backup" in out and "scheduler restore finish" in out
    code, out, _ = run("restore", "finish")
    assert code == 0 and "go out again" in out
    assert "ok    life" in run("doctor")[1]
    with psycopg.connect(restored) as connection:
        found = connection.execute("SELECT actor FROM audit_entries WHERE action = 'database.resumed'")
        assert found.fetchall() == [("command-line",)]
