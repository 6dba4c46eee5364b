"""The pid file of a server that is gone.

PostgreSQL refuses to start when the process named in `postmaster.pid` is alive, and after a crash or in a new
container that number may belong to anybody. By the time we ask, the server's lock has told us that no server
of ours runs; what is left to rule out is one that somebody started by hand.
"""

import os
import subprocess
from pathlib import Path

from app.postgres.errors import PostgresUnavailable


def clear_stale_pid_file(cluster: Path) -> None:
    """Remove `postmaster.pid` unless a foreign server really runs on `cluster`."""
    path = cluster / "postmaster.pid"
    try:
        first = path.read_text(errors="replace").split("\n", 1)[0].strip()
    except FileNotFoundError:
        return
    pid = int(first) if first.isdigit() else 0
    if pid > 1 and _is_server_on(pid, cluster):
        raise PostgresUnavailable(
            f"A PostgreSQL that was not started here (process {pid}) runs on {cluster}. Stop it and try again."
        )
    path.unlink()


def _is_server_on(pid: int, cluster: Path) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass  # alive, and somebody else's: look closer
    try:  # a postmaster works in its data directory
        return Path(f"/proc/{pid}/cwd").samefile(cluster)
    except OSError:
        return _command_names(pid, cluster)


def _command_names(pid: int, cluster: Path) -> bool:
    asked = subprocess.run(  # a fixed program, and a number
        ["/bin/ps", "-ww", "-p", str(pid), "-o", "args="],
        capture_output=True,
        text=True,
        check=False,
        timeout=10,
    )
    return "postgres" in asked.stdout and str(cluster) in asked.stdout
