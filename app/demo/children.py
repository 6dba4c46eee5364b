"""The demo's processes: each with a log of its own, started again when it ends, gone when we are."""

import os
import signal
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.postgres.lifeline import die_with_parent

LARGEST_LOG = 5_000_000
SHORTEST_WAIT, LONGEST_WAIT = 0.5, 15.0
CALM = 30.0


class Child:
    """One process. It lives in a session of its own, so that ^C reaches only us and we stop all in order."""

    def __init__(self, name: str, command: Sequence[str], env: Mapping[str, str], logs: Path) -> None:
        self.name, self.command, self.env = name, command, env
        self.log = logs / f"{name}.log"
        self.started_at = 0.0
        self.wait = SHORTEST_WAIT
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the process; its words go to the log, after those of former lives."""
        with self.log.open("ab" if self._is_short() else "wb") as output:
            self._process = subprocess.Popen(
                self.command,
                env=dict(self.env),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509  # prctl and getppid only
            )
        self.started_at = time.monotonic()

    @property
    def pid(self) -> int | None:
        """The process id, once started."""
        return self._process.pid if self._process else None

    def poll(self) -> int | None:
        """Return the exit code; None while it runs or before it was started."""
        return self._process.poll() if self._process else None

    def ask_to_stop(self) -> None:
        """Send SIGTERM."""
        if self._process and self._process.poll() is None:
            self._process.terminate()

    def stop(self, patience: float = 10.0) -> None:
        """Stop the process: kindly first, then its whole group by force."""
        if self._process is None:
            return
        self.ask_to_stop()
        try:
            self._process.wait(patience)
        except subprocess.TimeoutExpired:
            self._kill_group()
            self._process.wait(5)

    def run(self, timeout: float) -> int:
        """Start the process and wait for its end; return the exit code."""
        self.start()
        assert self._process is not None
        try:
            return self._process.wait(timeout)
        except BaseException:
            self.stop(2)
            raise

    def last_words(self, count: int = 12) -> str:
        """Return the end of the log."""
        try:
            return "\n".join(self.log.read_text(errors="replace").splitlines()[-count:])
        except OSError:
            return ""

    def _kill_group(self) -> None:
        assert self._process is not None
        try:
            os.killpg(self._process.pid, signal.SIGKILL)
        except ProcessLookupError:
            return

    def _is_short(self) -> bool:
        try:
            return self.log.stat().st_size < LARGEST_LOG
        except FileNotFoundError:
            return True


class Crew:
    """The children that must stay up. Whoever ends, for whatever reason, is started again after a pause.

    The pause doubles with each quick end, from half a second to fifteen, and is forgotten after half a calm minute.
    """

    def __init__(self) -> None:
        self.children: list[Child] = []
        self._due: dict[str, float] = {}

    def add(self, child: Child) -> Child:
        """Start a child and look after it from now on."""
        child.start()
        self.children.append(child)
        return child

    def look_after(self) -> list[str]:
        """Start again whoever is due; return what happened, in words. Call it a few times a second."""
        news = []
        now = time.monotonic()
        for child in self.children:
            code = child.poll()
            if code is None:
                continue
            if child.name not in self._due:
                child.wait = (
                    SHORTEST_WAIT if now - child.started_at > CALM else min(child.wait * 2, LONGEST_WAIT)
                )
                self._due[child.name] = now + child.wait
                news.append(f"{child.name} ended ({_in_words(code)}) and starts again; see {child.log}")
            elif now >= self._due[child.name]:
                del self._due[child.name]
                child.start()
        return news

    def stop(self) -> None:
        """Stop everybody, in the reverse order of their start, all at once."""
        for child in reversed(self.children):
            child.ask_to_stop()
        waiting = [threading.Thread(target=child.stop) for child in self.children]
        for thread in waiting:
            thread.start()
        for thread in waiting:
            thread.join()


def _in_words(code: int) -> str:
    return f"signal {signal.Signals(-code).name}" if code < 0 else f"exit {code}"
