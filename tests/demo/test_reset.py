"""Throwing the demo's data away touches what the demo made and nothing else."""

from pathlib import Path

import pytest

from app.demo.reset import reset_demo
from app.demo.words import DemoFailed
from app.postgres.locks import FileLock


def test_only_what_the_demo_made_is_removed(tmp_path: Path) -> None:
    (tmp_path / "postgres" / "cluster").mkdir(parents=True)
    (tmp_path / "demo.env").write_text("x=1\n")
    (tmp_path / "holiday.jpg").write_text("mine")
    assert reset_demo(tmp_path) == ["postgres", "demo.env"]
    assert [path.name for path in tmp_path.iterdir()] == ["holiday.jpg"]


def test_a_running_demo_is_not_pulled_from_under_anybody(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    running = FileLock(tmp_path / "demo.lock")
    assert running.try_acquire()
    with pytest.raises(DemoFailed, match="runs on"):
        reset_demo(tmp_path)
    assert (tmp_path / "postgres").exists()
    running.close()


def test_no_data_is_no_error(tmp_path: Path) -> None:
    assert reset_demo(tmp_path / "none") == []
