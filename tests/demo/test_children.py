"""The demo's processes: started again when they end, gone when their starter is."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.demo.children import SHORTEST_WAIT, Child, Crew

SLEEP = "import time; print('up', flush=True); time.sleep(60)"


def wait_until(condition: Callable[[], bool], seconds: float = 10) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return True
        time.sleep(0.02)
    return False


def look_until(crew: Crew, condition: Callable[[], bool]) -> list[str]:
    """Look after the crew until something holds; return the news."""
    news: list[str] = []

    def look() -> bool:
        news.extend(crew.look_after())
        return condition()

    assert wait_until(look)
    return news


def is_alive(pid: int) -> bool:
    asked = subprocess.run(["ps", "-p", str(pid), "-o", "stat="], capture_output=True, text=True, check=False)
    return bool(asked.stdout.strip()) and not asked.stdout.startswith("Z")


@pytest.fixture
def crew() -> Iterator[Crew]:
    crew = Crew()
    yield crew
    crew.stop()


def python(name: str, code: str, logs: Path) -> Child:
    return Child(name, [sys.executable, "-c", code], os.environ, logs)


def test_whoever_ends_is_started_again_after_a_pause(crew: Crew, tmp_path: Path) -> None:
    child = crew.add(python("worker", SLEEP, tmp_path))
    first = child.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    news = look_until(crew, lambda: child.pid != first and child.poll() is None)
    assert news == [f"worker ended (signal SIGKILL) and starts again; see {tmp_path / 'worker.log'}"]


def test_a_clean_exit_is_no_reason_to_stay_away(crew: Crew, tmp_path: Path) -> None:
    child = crew.add(python("worker", "pass", tmp_path))
    first = child.pid
    news = look_until(crew, lambda: child.pid != first)
    assert "exit 0" in news[0]


def test_the_pause_doubles_while_ends_come_quickly(crew: Crew, tmp_path: Path) -> None:
    child = crew.add(python("worker", "pass", tmp_path))
    look_until(crew, lambda: child.wait == 2 * SHORTEST_WAIT)
    look_until(crew, lambda: child.wait == 4 * SHORTEST_WAIT)


def test_a_child_that_will_not_listen_is_killed_with_its_children(tmp_path: Path) -> None:
    code = (
        "import signal, subprocess, sys, time\n"
        "signal.signal(signal.SIGTERM, signal.SIG_IGN)\n"
        "inner = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(60)'])\n"
        "print(inner.pid, flush=True); time.sleep(60)\n"
    )
    child = python("deaf", code, tmp_path)
    child.start()
    assert wait_until(lambda: child.last_words().isdigit())
    inner = int(child.last_words())
    child.stop(patience=0.3)
    assert child.poll() == -signal.SIGKILL
    assert wait_until(lambda: not is_alive(inner))


def test_children_do_not_outlive_a_starter_that_was_killed(tmp_path: Path) -> None:
    code = (
        "import os, pathlib, sys, time\n"
        "from app.demo.children import Child\n"
        f"logs = pathlib.Path({str(tmp_path)!r})\n"
        "child = Child('x', [sys.executable, '-c', 'import time; time.sleep(60)'], os.environ, logs)\n"
        "child.start(); print(child.pid, flush=True); time.sleep(60)\n"
    )
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        pid = int(starter.stdout.readline())
        starter.kill()
    assert wait_until(lambda: not is_alive(pid))


def test_the_end_of_a_log_tells_what_went_wrong(tmp_path: Path) -> None:
    child = python("seed", "raise SystemExit('no luck')", tmp_path)
    assert child.run(timeout=20) == 1
    assert child.last_words() == "no luck"
