"""Throw the demo's data away: what the demo made in its data directory, and nothing else that may be there."""

import shutil
from pathlib import Path

from app.demo.words import DemoFailed
from app.postgres import remove_server
from app.postgres.locks import FileLock

MADE = ("postgres", "mail", "stand-ins", "tls", "logs", "demo.env", "demo.json", "api-key")


def reset_demo(data_dir: Path) -> list[str]:
    """Remove the demo's data and return the names of what was removed. Raises DemoFailed while a demo runs."""
    if not data_dir.exists():
        return []
    lock = FileLock(data_dir / "demo.lock")
    if not lock.try_acquire():
        raise DemoFailed(f"A demo runs on {data_dir}. Stop it first.")
    try:
        removed = [name for name in MADE if (data_dir / name).exists()]
        remove_server(data_dir / "postgres")
        for name in removed:
            path = data_dir / name
            shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
        return removed
    finally:
        lock.path.unlink(missing_ok=True)
        lock.close()
