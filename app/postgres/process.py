"""The server as a child that cannot outlive us.

On Linux the kernel sends it SIGINT (a clean, fast shutdown) when the thread that started it dies. Elsewhere, or
when that thread is not the main one and may end early, a tiny shell waits at a pipe that only we hold open and
sends the signal when the pipe closes.
"""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path

from app.postgres.account import Account
from app.postgres.lifeline import die_with_parent

# $1 the server's pid, $2 its data directory: a pid that was given to somebody else is left alone.
WATCH = 'cat >/dev/null; ps -ww -p "$1" -o args= | grep -q -F -- "$2" && kill -INT "$1"'


class ServerProcess:
    """One running `postgres`."""

    def __init__(self, command: Sequence[str], *, log: Path, keep_open: int, account: Account) -> None:
        """Start `command`; the server inherits `keep_open`, its log is appended to `log`."""
        kernel_watches = sys.platform == "linux" and threading.current_thread() is threading.main_thread()
        private = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(private, "ab") as output:
            self._child = subprocess.Popen(  # our own choice of binaries
                command,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                cwd="/",
                start_new_session=True,  # a ^C at the terminal is for us to answer, not for the server
                pass_fds=(keep_open,),
                preexec_fn=die_with_parent(signal.SIGINT) if kernel_watches else None,  # noqa: PLW1509  # prctl and getppid only
                **account.popen_options(),
            )
        self._watcher = None if kernel_watches else _start_watcher(self._child.pid, command[2])

    @property
    def pid(self) -> int:
        """The postmaster's process id."""
        return self._child.pid

    def poll(self) -> int | None:
        """Return the exit code, or None while it runs."""
        return self._child.poll()

    def stop(self) -> None:
        """Shut down: first cleanly, then at once, then by force. Returns when the postmaster is gone."""
        for how, patience in ((signal.SIGINT, 15.0), (signal.SIGQUIT, 5.0), (signal.SIGKILL, 5.0)):
            if self._child.poll() is not None:
                break
            self._child.send_signal(how)
            try:
                self._child.wait(patience)
            except subprocess.TimeoutExpired:
                continue
        if self._watcher is not None:
            self._watcher.kill()
            self._watcher.communicate()
            self._watcher = None


def _start_watcher(pid: int, data_dir: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(  # a fixed script
        ["/bin/sh", "-c", WATCH, "watch", str(pid), data_dir],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
