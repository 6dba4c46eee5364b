"""Make a cluster, or check that the one there fits our binaries."""

import shutil
import subprocess
import tempfile
from pathlib import Path

from app.postgres.account import Account
from app.postgres.binaries import Binaries
from app.postgres.errors import USE_A_SERVER, PostgresUnavailable
from app.postgres.files import SUPERUSER, Files

UNFINISHED = "cluster.new-"


def prepare_cluster(files: Files, binaries: Binaries, account: Account, *, durable: bool) -> None:
    """Leave a whole cluster of the right version in `files.cluster`; the owner's lock must be held.

    `initdb` works in a directory of its own that is renamed at the end: killed half way, it leaves nothing
    that could be taken for a cluster.
    """
    for leftover in files.home.glob(f"{UNFINISHED}*"):
        shutil.rmtree(leftover, ignore_errors=True)
    if files.cluster.exists():
        _check_version(files.cluster, binaries)
        return
    passwords = files.passwords()
    unfinished = Path(tempfile.mkdtemp(prefix=UNFINISHED, dir=files.home))
    account.own(unfinished)
    unfinished.chmod(0o700)
    _initdb(unfinished / "data", passwords[SUPERUSER], binaries, account, durable=durable)
    (unfinished / "data").rename(files.cluster)
    shutil.rmtree(unfinished, ignore_errors=True)


def _check_version(cluster: Path, binaries: Binaries) -> None:
    try:
        written = (cluster / "PG_VERSION").read_text().strip()
    except OSError as error:
        raise PostgresUnavailable(f"{cluster} is not a PostgreSQL cluster we can read: {error}") from error
    if written != str(binaries.major):
        raise PostgresUnavailable(
            f"The data in {cluster} was written by PostgreSQL {written}, the binaries in {binaries.folder} are "
            f"{binaries.major}. To move: start with PG_BIN naming binaries of version {written}, save everything "
            f"with pg_dumpall, remove the data directory, start again with version {binaries.major} and load the "
            f"dump with psql. {USE_A_SERVER}"
        )


def _initdb(target: Path, password: str, binaries: Binaries, account: Account, *, durable: bool) -> None:
    password_file = target.parent / "password"
    password_file.touch(mode=0o600)
    password_file.write_text(password)
    account.own(password_file)
    command: list[str] = [
        str(binaries.initdb),
        f"--pgdata={target}",
        f"--username={SUPERUSER}",
        "--auth=scram-sha-256",
        f"--pwfile={password_file}",
        "--encoding=UTF8",
        *_locale(binaries.major),
        *([] if durable else ["--no-sync"]),
    ]
    try:
        done = subprocess.run(  # our own choice of binaries
            command,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
            cwd="/",
            **account.popen_options(),
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise PostgresUnavailable(account.explain_unreachable(binaries.initdb, error)) from error
    if done.returncode != 0:
        raise PostgresUnavailable(_explain_initdb(done.stderr))


def _locale(major: int) -> list[str]:
    """Sort by code point whatever the machine speaks, but know what letters are where the server can."""
    if major >= 17:
        return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
    return ["--locale=C"]


def _explain_initdb(stderr: str) -> str:
    if "user does not exist" in stderr or "could not look up effective user" in stderr:
        return (
            "initdb refuses a user id that has no entry in /etc/passwd, as in some containers. "
            f"Start as a user that has one. {USE_A_SERVER}"
        )
    return f"initdb failed: {stderr.strip()[-600:]}. {USE_A_SERVER}"
