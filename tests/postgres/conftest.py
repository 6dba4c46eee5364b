"""Data directories that the server's account can reach, and owners that run in processes of their own."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

OWNER = """
import sys, threading, time
from app.postgres import EmbeddedPostgres

def own():
    pg = EmbeddedPostgres(sys.argv[1], durable=False, timeout=30).start()
    print("owner" if pg.is_owner else "attached", pg.pid, pg.url, flush=True)
    sys.stdin.read()
    pg.stop()

if sys.argv[2] == "thread":
    worker = threading.Thread(target=own)
    worker.start()
    worker.join()
else:
    own()
"""


class Process:
    """A process that owns the server of a data directory, or is attached to it."""

    def __init__(self, data_dir: Path, where: str = "main") -> None:
        self.child = subprocess.Popen(
            [sys.executable, "-c", OWNER, str(data_dir), where],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.role = self.url = ""
        self.postmaster: int | None = None

    def wait_until_up(self) -> "Process":
        """Read what it found."""
        assert self.child.stdout is not None
        line = self.child.stdout.readline().split()
        assert len(line) == 3, "the owner died while starting"
        self.role, self.url = line[0], line[2]
        self.postmaster = int(line[1]) if line[1] != "None" else None
        return self

    def leave(self) -> None:
        """End in good order."""
        self.child.communicate(timeout=30)

    def kill(self) -> None:
        """End without a chance to clean up."""
        self.child.send_signal(signal.SIGKILL)
        self.child.communicate(timeout=30)


@pytest.fixture
def data_dir() -> Iterator[Path]:
    """A directory for a server; unlike `tmp_path`, the server's account can reach it."""
    parent = Path(tempfile.mkdtemp(prefix="pgtest-"))
    parent.chmod(0o711)
    yield parent / "data"
    shutil.rmtree(parent)


@pytest.fixture
def spawn(data_dir: Path) -> Iterator[Callable[..., Process]]:
    """Start processes on `data_dir`; those still alive are ended with the test."""
    started: list[Process] = []

    def start(where: str = "main") -> Process:
        started.append(Process(data_dir, where))
        return started[-1]

    yield start
    for process in started:
        if process.child.poll() is None:
            process.leave()


@pytest.fixture
def wait_until_gone() -> Callable[[int], bool]:
    """Wait for a process to end; processes that end as somebody's child count when they are zombies too."""

    def wait(pid: int) -> bool:
        until = time.monotonic() + 15
        while time.monotonic() < until:
            if not is_running(pid):
                return True
            time.sleep(0.05)
        return False

    return wait


def is_running(pid: int) -> bool:
    """Whether `pid` is alive and no zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    asked = subprocess.run(["ps", "-p", str(pid), "-o", "stat="], capture_output=True, text=True, check=False)
    return bool(asked.stdout.strip()) and not asked.stdout.startswith("Z")
