"""`make demo-check`: one prospect's whole way through a fresh demo, over HTTP, a line a step.

The demo runs in a data directory and on ports of its own, so a demo that is in use is not touched. Exits with 1 at
the first step that fails, with what was seen and where the logs are.
"""

import json
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import requests

from app.demo.children import Child
from app.demo.journey import CheckFailed, Journey
from app.demo.ports import find_free_ports
from app.demo.run import READY
from app.demo.settings import child_environment

START_PATIENCE = 180.0


class DemoProcess:
    """A demo as a person starts it, in a process of its own, with its data in `folder` and on free ports."""

    def __init__(self, folder: Path) -> None:
        self.data_dir = folder / "data"
        self.ports = find_free_ports()
        self.announced: dict[str, Any] = {}
        env = child_environment({"DATA_DIR": str(self.data_dir), "PORT": str(self.ports.web)})
        env.pop("DATABASE_URL", None)
        self.child = Child("demo", [sys.executable, "-m", "app.cli.main", "demo"], env, folder)

    def start(self) -> dict[str, Any]:
        """Start it and wait until it is ready; return what it announces. Raises CheckFailed."""
        (self.data_dir / READY).unlink(missing_ok=True)  # left by one that was killed
        self.child.start()
        until = time.monotonic() + START_PATIENCE
        while not (self.data_dir / READY).exists():
            if self.child.poll() is not None or time.monotonic() > until:
                self.stop()
                raise CheckFailed(f"the demo did not start:\n{self.child.last_words(30)}")
            time.sleep(0.1)
        self.announced = json.loads((self.data_dir / READY).read_text())
        return self.announced

    def stop(self) -> None:
        """Ask it to stop, and wait until it has."""
        self.child.stop(patience=30)


def check(folder: Path) -> None:
    """Start a demo and go through all steps; raise CheckFailed at the first that fails."""
    began = time.monotonic()
    demo = DemoProcess(folder)
    try:
        announced = demo.start()
        print(
            f"ok    the demo starts ({time.monotonic() - began:.1f} s): {demo.ports.url('web')}", flush=True
        )
        go_through(Journey(demo.ports, announced["api_key"]))
    finally:
        demo.stop()
    print(f"ok    the demo stops; {time.monotonic() - began:.1f} s in all", flush=True)


def go_through(journey: Journey) -> None:
    """Take all steps, a line each; raise CheckFailed at the first that fails."""
    for name, step in journey.steps():
        started = time.monotonic()
        try:
            seen = step()
        except (CheckFailed, requests.RequestException, LookupError, TypeError, ValueError) as error:
            raise CheckFailed(f"{name}: {type(error).__name__}: {error}") from error
        print(f"ok    {name} ({time.monotonic() - started:.2f} s): {seen}", flush=True)


def main() -> int:
    """Run the check in a directory that goes when all is well and stays, with its logs, when it is not."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    folder = Path(tempfile.mkdtemp(prefix="scheduler-demo-"))
    folder.chmod(0o711)  # the database's account passes through when we are root
    try:
        check(folder)
    except CheckFailed as failure:
        print(f"FAILED {failure}\n       logs: {folder / 'data' / 'logs'}", flush=True)
        return 1
    shutil.rmtree(folder, ignore_errors=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
