"""`EmbeddedPostgres`: own the server of a data directory, or attach to the one that another process owns."""

import contextlib
import os
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import psycopg

from app.postgres.account import server_account
from app.postgres.binaries import find_binaries
from app.postgres.cluster import prepare_cluster
from app.postgres.databases import create_database, drop_database, ensure_role
from app.postgres.errors import USE_A_SERVER, PostgresUnavailable
from app.postgres.files import PORT, ROLE, SUPERUSER, Files, make_url
from app.postgres.leftovers import clear_stale_pid_file
from app.postgres.locks import FileLock
from app.postgres.process import ServerProcess

DATABASE = "scheduler"
LARGEST_LOG = 10_000_000
FAST_AND_FORGETFUL = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


class EmbeddedPostgres:
    """The server of one data directory.

    The first process to `start` it owns it: it makes the cluster if there is none, runs the server and stops it
    at the end. Any later process attaches: it waits until the server answers and leaves it running at the end.
    Should the owner have died, the next one to start takes its place.

    `durable=False` trades safety for speed (no fsync): for tests only. `timeout` is in seconds and covers a
    start, crash recovery and another owner's start included.
    """

    def __init__(
        self, data_dir: Path | str, *, durable: bool = True, timeout: float = 60, max_connections: int = 100
    ) -> None:
        self._account = server_account()
        self.files = Files.of(Path(data_dir).absolute(), self._account)
        self.durable = durable
        self.timeout = timeout
        self.max_connections = max_connections
        self._owner_lock = FileLock(self.files.owner_lock)
        self._process: ServerProcess | None = None

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def is_owner(self) -> bool:
        """Whether the server is ours to stop."""
        return self._process is not None

    @property
    def has_ended(self) -> bool:
        """Whether a server that is ours has ended by itself; `stop` and `start` bring it back."""
        return self._process is not None and self._process.poll() is not None

    @property
    def pid(self) -> int | None:
        """The postmaster's process id, if the server is ours."""
        return self._process.pid if self._process else None

    @property
    def url(self) -> str:
        """The URL of the product's database, signed in as a role that owns it and is no superuser."""
        return self.url_of(DATABASE)

    def url_of(self, database: str, *, superuser: bool = False) -> str:
        """Return the URL of any `database` of this server."""
        socket_dir = self.files.socket_dir()
        if socket_dir is None:
            raise PostgresUnavailable(f"No server runs on {self.files.root}.")
        role = SUPERUSER if superuser else ROLE
        return make_url(socket_dir, role=role, password=self.files.passwords()[role], database=database)

    def start(self) -> Self:
        """Own the server or attach to it; raise `PostgresUnavailable` when neither is possible."""
        try:
            self.files.prepare(self._account)
            until = time.monotonic() + self.timeout
            while not self._owner_lock.try_acquire():
                if self._answers(DATABASE):
                    return self
                if time.monotonic() > until:
                    raise PostgresUnavailable(self._describe_silence())
                time.sleep(0.05)
        except OSError as error:
            raise PostgresUnavailable(
                f"The data directory {self.files.root} cannot be used: {error}. {USE_A_SERVER}"
            ) from error
        try:
            self._run(until)
        except BaseException:
            self.stop()
            raise
        return self

    def stop(self) -> None:
        """Stop the server if it is ours; otherwise do nothing. Safe to call twice."""
        try:
            if self._process is not None:
                self._process.stop()
                self._process = None
                self.files.drop_socket_dir()
        finally:
            self._owner_lock.close()

    def create_database(self, name: str, template: str | None = None) -> str:
        """Create a database owned by the product's role, as a copy of `template` if given; return its URL."""
        with self.admin() as connection:
            create_database(connection, name, template)
        return self.url_of(name)

    def drop_database(self, name: str) -> None:
        """Drop a database, ending the sessions in it. One that is not there is no error."""
        with self.admin() as connection:
            drop_database(connection, name)

    @contextlib.contextmanager
    def admin(self) -> Iterator[psycopg.Connection]:
        """A superuser's connection in autocommit mode, for databases and roles."""
        url = self.url_of("postgres", superuser=True)
        with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
            yield connection

    def _run(self, until: float) -> None:
        """As the owner: make what is missing, start the server and wait until it answers."""
        account = self._account
        binaries = find_binaries(account)
        server_lock = FileLock(self.files.server_lock)
        if not server_lock.acquire(max(1.0, until - time.monotonic())):
            raise PostgresUnavailable(
                f"A server whose owner died still runs on {self.files.root} and does not end. "
                f"Look at {self.files.log}, stop it, and try again."
            )
        try:
            self._trim_log()
            self.files.passwords()
            prepare_cluster(self.files, binaries, account, durable=self.durable)
            clear_stale_pid_file(self.files.cluster)
            options = self._options(self.files.make_socket_dir(account))
            command = [str(binaries.postgres), "-D", str(self.files.cluster), *options]
            self._process = ServerProcess(
                command, log=self.files.log, keep_open=server_lock.fd, account=account
            )
        finally:
            server_lock.close()  # from here on only the server's own processes hold it
        self._wait_until_ready(self._process, until)
        with self.admin() as connection:
            ensure_role(connection, ROLE, self.files.passwords()[ROLE])
            create_database(connection, DATABASE, exist_ok=True)

    def _options(self, socket_dir: Path) -> list[str]:
        settings = [
            f"unix_socket_directories={_quote(socket_dir)}",
            f"port={PORT}",
            "listen_addresses=",
            f"max_connections={self.max_connections}",
            "timezone=UTC",
            "log_timezone=UTC",
            "logging_collector=off",
            *(() if self.durable else FAST_AND_FORGETFUL),
        ]
        return [part for setting in settings for part in ("-c", setting)]

    def _wait_until_ready(self, process: ServerProcess, until: float) -> None:
        while not self._answers("postgres", superuser=True):
            if process.poll() is not None:
                raise PostgresUnavailable(f"PostgreSQL ended while starting: {self._last_words()}")
            if time.monotonic() > until:
                raise PostgresUnavailable(
                    f"PostgreSQL did not answer within {self.timeout:.0f} s: {self._last_words()}"
                )
            time.sleep(0.02)

    def _answers(self, database: str, *, superuser: bool = False) -> bool:
        """Ask `SELECT 1`: the only sign of life that counts."""
        try:
            url = self.url_of(database, superuser=superuser)
            with psycopg.connect(url, autocommit=True, connect_timeout=5) as connection:
                return connection.execute("SELECT 1").fetchone() == (1,)
        except (psycopg.Error, PostgresUnavailable):
            return False

    def _describe_silence(self) -> str:
        return (
            f"Another process owns the server on {self.files.root}, "
            f"but it did not answer within {self.timeout:.0f} s: {self._last_words()}"
        )

    def _last_words(self) -> str:
        try:
            lines = self.files.log.read_text(errors="replace").splitlines()[-5:]
        except OSError:
            lines = []
        return f"{' / '.join(lines) or 'it said nothing'} (log: {self.files.log})"

    def _trim_log(self) -> None:
        with contextlib.suppress(FileNotFoundError):
            if self.files.log.stat().st_size > LARGEST_LOG:
                os.truncate(self.files.log, 0)


def attach_or_start(data_dir: Path | str, *, timeout: float = 60) -> EmbeddedPostgres:
    """Return the running server of `data_dir`, started by us if nobody else has; the caller stops it."""
    return EmbeddedPostgres(data_dir, timeout=timeout).start()


def remove_server(data_dir: Path | str) -> None:
    """Remove a data directory whose server is stopped, with whatever of it lives elsewhere. None is no error."""
    files = Files.of(Path(data_dir).absolute(), server_account())
    for folder in {files.home, files.root}:
        if folder.exists():
            shutil.rmtree(folder)


def _quote(path: Path) -> str:
    """Quote for a list of directories, where a comma would separate."""
    return '"' + str(path).replace('"', '""') + '"'
