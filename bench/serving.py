"""The product's own processes, started as in production and stopped again."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psycopg

PRODUCT = "app.cli.serve:create_public_app"
WITH_PEERS = "bench.peers:create_app"
_PATIENCE_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Place:
    """Where processes run: their environment, and a directory for what they write."""

    environment: dict[str, str]
    directory: Path


@contextlib.contextmanager
def web_server(place: Place, target: str = WITH_PEERS, *, workers: int = 2) -> Iterator[tuple[int, int]]:
    """Serve `target`; gives the port and the server's process id. Logs go to a file, at the default level."""
    port = free_port()
    command = (
        *("-m", "granian", "--interface", "wsgi", "--factory", target, "--port", str(port)),
        *("--workers", str(workers), "--blocking-threads", "8", "--backlog", "1024", "--no-ws"),
    )
    with _process(place, "web", command, PUBLIC_BASE_URL=f"http://127.0.0.1:{port}") as process:
        _wait_until_ready(port, process)
        yield port, process.pid


@contextlib.contextmanager
def job_worker(place: Place) -> Iterator[int]:
    """Run the jobs that are left behind; from when it is there to take them."""
    with _process(place, "worker", ("-m", "app.cli.main", "worker")) as process:
        _wait_for_worker(place.environment["DATABASE_URL"], process)
        yield process.pid


@contextlib.contextmanager
def _process(
    place: Place, name: str, command: tuple[str, ...], **more: str
) -> Iterator[subprocess.Popen[bytes]]:
    with (place.directory / f"{name}.log").open("ab") as log:
        process = subprocess.Popen(
            (sys.executable, *command),
            env=place.environment | more,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
        try:
            yield process
        finally:
            _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """The whole group: a server's workers go with it."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(5)


def _wait_until_ready(port: int, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until:
        assert process.poll() is None, "the server stopped while it was starting"
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 5) as probe:
            probe.settimeout(30)
            probe.sendall(b"GET /healthz HTTP/1.1\r\nHost: bench\r\nConnection: close\r\n\r\n")
            if probe.recv(64).startswith(b"HTTP/1.1 200"):
                return
        time.sleep(0.1)
    raise AssertionError("the server did not start")


def _wait_for_worker(url: str, process: subprocess.Popen[bytes]) -> None:
    plain = url.replace("postgresql+psycopg://", "postgresql://", 1)
    until = time.monotonic() + _PATIENCE_SECONDS
    with psycopg.connect(plain, autocommit=True) as connection:
        while not connection.execute("SELECT 1 FROM procrastinate_workers").fetchone():
            assert process.poll() is None, "the worker stopped while it was starting"
            assert time.monotonic() < until, "the worker did not start"
            time.sleep(0.1)


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def worker_memory(server: int) -> float:
    """The proportional share of memory (PSS) of the largest process that `server` started, in MB (Linux)."""
    children = Path(f"/proc/{server}/task/{server}/children").read_text().split()
    return max(memory_of(int(child)) for child in children)


def memory_of(process: int) -> float:
    """A process's proportional share of memory (PSS), in MB (Linux)."""
    for line in Path(f"/proc/{process}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0
