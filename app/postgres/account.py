"""As whom the server runs: ourselves, or `nobody` when we are root, because PostgreSQL refuses root.

Nothing is added to the system and no permission of a parent directory is changed: where `nobody` cannot reach
the binaries or the data, we say which directory is in the way.
"""

import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.postgres.errors import USE_A_SERVER, PostgresUnavailable

UNPRIVILEGED = "nobody"


@dataclass(frozen=True, slots=True)
class Account:
    """The system account of the server. `uid` and `gid` are None when it is our own."""

    uid: int | None = None
    gid: int | None = None

    def popen_options(self) -> dict[str, Any]:
        """Return what `subprocess` needs to run a program as this account."""
        if self.uid is None:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Give `path` (a file or one directory) to this account."""
        if self.uid is not None and self.gid is not None:
            os.chown(path, self.uid, self.gid)

    def find_obstacle(self, path: Path) -> Path | None:
        """Return the topmost directory above `path` that this account may not pass through, if any.

        Judged by the permission bits alone; access control lists are not looked at.
        """
        if self.uid is None:
            return None
        ways = [*reversed(path.absolute().parents), *reversed(path.resolve().parents)]
        for parent in filter(Path.exists, ways):  # what is not there yet, we shall make
            facts = parent.stat()
            if facts.st_uid == self.uid:
                needed = stat.S_IXUSR
            elif facts.st_gid == self.gid:
                needed = stat.S_IXGRP
            else:
                needed = stat.S_IXOTH
            if not facts.st_mode & needed:
                return parent
        return None

    def explain_unreachable(self, path: Path, error: Exception | None = None) -> str:
        """Say in words why this account cannot use `path`."""
        if self.uid is None:
            return f"{path} cannot be run: {error}"
        obstacle = self.find_obstacle(path)
        reason = f"{obstacle} does not let other users pass" if obstacle else str(error)
        return (
            f"PostgreSQL refuses to run as root, so it runs as '{UNPRIVILEGED}', "
            f"and '{UNPRIVILEGED}' cannot use {path}: {reason}"
        )

    def require_path(self, path: Path) -> None:
        """Raise `PostgresUnavailable` when a directory above `path` keeps this account out."""
        if self.find_obstacle(path) is not None:
            raise PostgresUnavailable(
                f"{self.explain_unreachable(path)}. Choose a DATA_DIR that others may pass through, "
                f"or start as an ordinary user. {USE_A_SERVER}"
            )


def server_account() -> Account:
    """Return the account the server runs as, given who we are."""
    if os.geteuid() != 0:
        return Account()
    import pwd

    try:
        entry = pwd.getpwnam(UNPRIVILEGED)
    except KeyError:
        raise PostgresUnavailable(
            f"PostgreSQL refuses to run as root and there is no user '{UNPRIVILEGED}' to run it as. "
            f"Start as an ordinary user. {USE_A_SERVER}"
        ) from None
    return Account(entry.pw_uid, entry.pw_gid)
