"""The whole demo, with real processes: a booking through all of it, and starts, stops and accidents."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import requests

from app.demo.check import DemoProcess, go_through
from app.demo.journey import Journey

pytestmark = pytest.mark.server


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A folder the database's account can reach."""
    made = Path(tempfile.mkdtemp(prefix="scheduler-demo-test-"))
    made.chmod(0o711)
    yield made
    shutil.rmtree(made, ignore_errors=True)


@pytest.fixture(scope="module")
def demo(folder: Path) -> Iterator[DemoProcess]:
    """One demo for the module, ready."""
    process = DemoProcess(folder)
    process.start()
    yield process
    process.stop()


def processes_of(demo: DemoProcess) -> dict[int, str]:
    """The running processes that were started for a demo: those with its data directory in their environment, and
    its database."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            told = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
            if str(demo.data_dir).encode() in told and "Z" not in (entry / "stat").read_text().split()[2]:
                found[int(entry.name)] = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except OSError:
            continue
    return found


def wait_until(condition: Callable[[], object], seconds: float = 60) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.1)
    return False


def test_one_booking_goes_all_the_way(demo: DemoProcess, capsys: pytest.CaptureFixture[str]) -> None:
    journey = Journey(demo.ports, demo.announced["api_key"])
    go_through(journey)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(journey.steps())
    assert all(line.startswith("ok ") for line in lines)


def test_a_worker_that_dies_is_started_again(demo: DemoProcess) -> None:
    def workers() -> list[int]:
        return [pid for pid, command in processes_of(demo).items() if "app.cli.main worker" in command]

    (before,) = workers()
    os.kill(before, signal.SIGKILL)
    assert wait_until(lambda: workers() and workers() != [before])


def test_the_settings_in_the_data_directory_point_any_command_at_the_demo(demo: DemoProcess) -> None:
    command = 'set -a; . "$1"; exec "$2" -m app.cli.main doctor'
    arguments = ["sh", "-c", command, "sh", str(demo.data_dir / "demo.env"), demo.child.command[0]]

    def is_well() -> bool:
        said = subprocess.run(arguments, capture_output=True, text=True, check=False)
        return said.returncode == 0 and "ok    worker" in said.stdout and "ok    Microsoft" in said.stdout

    assert wait_until(is_well)


def test_it_stops_whole_and_starts_again_with_its_data(demo: DemoProcess) -> None:
    key = demo.announced["api_key"]
    os.kill(demo.child.pid or 0, signal.SIGINT)
    assert wait_until(lambda: demo.child.poll() is not None)
    assert demo.child.poll() == 0
    assert processes_of(demo) == {}
    assert demo.ports.find_taken() == []
    assert demo.start()["api_key"] == key
    answer = requests.get(
        f"{demo.ports.url('web')}/api/v1/admin/leads", headers={"Authorization": f"Bearer {key}"}, timeout=20
    )
    assert "priya@nordlicht.example" in answer.text


def test_nothing_survives_a_demo_that_was_killed(demo: DemoProcess) -> None:
    assert processes_of(demo)
    os.kill(demo.child.pid or 0, signal.SIGKILL)
    assert wait_until(lambda: processes_of(demo) == {}), processes_of(demo)
