"""Where everything lives in the data directory, and the two small files others read: credentials, address.

owner.lock        held by the process that owns the server
server.lock       held by the server's own processes, so that a dying server can be waited for
credentials.json  the passwords of both roles, 0600
address.json      the socket directory in use
cluster/          PostgreSQL's data (the server's account, 0700)
socket/           the private socket directory (0700), unless its path would be too long
server.log        what PostgreSQL says

The cluster and the socket are elsewhere when the server's account cannot reach the directory (`elsewhere.py`).
"""

import contextlib
import json
import os
import secrets
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote, urlencode

from app.postgres.account import Account
from app.postgres.elsewhere import home_of, make_home
from app.postgres.errors import PostgresUnavailable

SUPERUSER = "postgres"
ROLE = "scheduler"
PORT = 5432
# sockaddr_un holds 108 bytes on Linux and 104 on macOS, the closing NUL included.
LONGEST_SOCKET_PATH = 100


@dataclass(frozen=True, slots=True)
class Files:
    """The paths of one data directory. `home` is where the server's own files are: `root`, unless that is out of
    the reach of the server's account."""

    root: Path
    home: Path

    @classmethod
    def of(cls, root: Path, account: Account) -> "Files":
        """The paths for a data directory and the account its server runs as."""
        return cls(root, home_of(root, account))

    @property
    def cluster(self) -> Path:
        """PostgreSQL's own directory."""
        return self.home / "cluster"

    @property
    def log(self) -> Path:
        """The server's log."""
        return self.root / "server.log"

    @property
    def owner_lock(self) -> Path:
        """Held by the supervising process."""
        return self.root / "owner.lock"

    @property
    def server_lock(self) -> Path:
        """Held by the server's processes."""
        return self.root / "server.lock"

    def prepare(self, account: Account) -> None:
        """Make the data directory, private to us; the server's account may only pass through it."""
        self.root.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            self.root.mkdir()
            self.root.chmod(0o700 if account.uid is None else 0o711)
        if self.home != self.root:
            make_home(self.home)
        account.require_path(self.cluster)

    def passwords(self) -> dict[str, str]:
        """Return the passwords by role, made at the first call."""
        path = self.root / "credentials.json"
        with contextlib.suppress(FileNotFoundError):
            read: dict[str, str] = json.loads(path.read_text())
            return read
        if self.cluster.exists():
            raise PostgresUnavailable(
                f"{path} is gone, and without it nobody can sign in to the database in {self.cluster}. "
                "Put it back from a backup, or remove the data directory to start afresh."
            )
        made = {SUPERUSER: secrets.token_urlsafe(32), ROLE: secrets.token_urlsafe(32)}
        write_private(path, json.dumps(made))
        return made

    def socket_dir(self) -> Path | None:
        """Return the socket directory that the owner announced, if it did."""
        try:
            return Path(json.loads((self.root / "address.json").read_text())["socket_dir"])
        except (FileNotFoundError, ValueError, KeyError):
            return None

    def make_socket_dir(self, account: Account) -> Path:
        """Make the private socket directory and announce it."""
        folder = self.home.resolve() / "socket"
        if len(os.fsencode(folder / f".s.PGSQL.{PORT}.lock")) > LONGEST_SOCKET_PATH:
            folder = self._short_socket_dir(account)
        folder.mkdir(mode=0o700, exist_ok=True)
        folder.chmod(0o700)
        account.own(folder)
        for stale in folder.glob(".s.PGSQL.*"):  # nobody listens: we hold the server's lock
            stale.unlink()
        write_private(self.root / "address.json", json.dumps({"socket_dir": str(folder)}))
        return folder

    def _short_socket_dir(self, account: Account) -> Path:
        """Return a short private directory: the one of last time if it is still ours, else a new one."""
        before = self.socket_dir()
        owner = os.geteuid() if account.uid is None else account.uid
        if before is not None and before.is_dir() and not before.is_symlink():
            facts = before.stat()
            if facts.st_uid == owner and stat.S_IMODE(facts.st_mode) == 0o700:
                return before
        return Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # private: mkdtemp, 0700

    def drop_socket_dir(self) -> None:
        """Forget the address, so that nobody waits at a closed door."""
        folder = self.socket_dir()
        (self.root / "address.json").unlink(missing_ok=True)
        if folder is not None:
            shutil.rmtree(folder, ignore_errors=True)


def write_private(path: Path, text: str) -> None:
    """Write `text` so that only we can read it, and nobody ever sees half of it."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    fd = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(fd, "w") as file:
        file.write(text)
    beside.replace(path)


def make_url(socket_dir: Path, *, role: str, password: str, database: str) -> str:
    """Return the libpq URL of `database` over the socket in `socket_dir`."""
    where = urlencode({"host": str(socket_dir), "port": PORT})
    return (
        f"postgresql://{quote(role, safe='')}:{quote(password, safe='')}@/{quote(database, safe='')}?{where}"
    )
