"""A database that keeps what it acknowledged: the one of the other tests may forget when it is killed."""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.postgres import EmbeddedPostgres


@pytest.fixture(scope="session")
def postgres() -> Iterator[EmbeddedPostgres]:
    """The session's server, with everything that makes a commit last."""
    parent = Path(tempfile.mkdtemp(prefix="scheduler-chaos-"))
    parent.chmod(0o711)  # the server's account passes through when we are root
    try:
        with EmbeddedPostgres(parent / "pg", max_connections=200) as server:
            yield server
    finally:
        shutil.rmtree(parent, ignore_errors=True)
