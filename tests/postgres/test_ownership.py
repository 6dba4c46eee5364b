"""Who owns the server, who attaches, and what happens when one of them dies."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from app.postgres import EmbeddedPostgres
from tests.postgres.conftest import Process, is_running

Spawn = Callable[..., Process]


def test_a_second_process_attaches_and_leaves_the_server_running(data_dir: Path, spawn: Spawn) -> None:
    owner = spawn().wait_until_up()
    guest = EmbeddedPostgres(data_dir).start()
    assert owner.role == "owner"
    assert not guest.is_owner
    guest.stop()
    with psycopg.connect(owner.url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_processes_racing_for_an_empty_directory_share_one_server(data_dir: Path, spawn: Spawn) -> None:
    racers = [spawn() for _ in range(4)]
    for racer in racers:
        racer.wait_until_up()
    assert sorted(racer.role for racer in racers) == ["attached", "attached", "attached", "owner"]
    assert len({racer.url for racer in racers}) == 1


@pytest.mark.parametrize("where", ["main", "thread"])
def test_a_killed_owner_takes_the_server_along_and_loses_no_data(
    data_dir: Path, spawn: Spawn, wait_until_gone: Callable[[int], bool], where: str
) -> None:
    owner = spawn(where).wait_until_up()
    assert owner.postmaster is not None
    with psycopg.connect(owner.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS n")
    owner.kill()
    assert wait_until_gone(owner.postmaster)
    with EmbeddedPostgres(data_dir, durable=False) as heir, psycopg.connect(heir.url) as connection:
        assert heir.is_owner
        assert connection.execute("SELECT n FROM kept").fetchone() == (42,)


def test_an_heir_waits_until_the_dying_server_is_gone(data_dir: Path, spawn: Spawn) -> None:
    owner = spawn().wait_until_up()
    assert owner.postmaster is not None
    with psycopg.connect(owner.url):  # an open session: the shutdown has something to do
        owner.kill()
        with EmbeddedPostgres(data_dir, durable=False) as heir:
            assert heir.is_owner
            assert not is_running(owner.postmaster)


def test_a_crashed_server_recovers_what_was_committed(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir) as pg:
        with psycopg.connect(pg.url, autocommit=True) as connection:
            connection.execute("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
        assert pg.pid is not None
        os.kill(pg.pid, signal.SIGKILL)
    with EmbeddedPostgres(data_dir) as pg, psycopg.connect(pg.url) as connection:
        assert connection.execute("SELECT count(*) FROM kept").fetchone() == (1000,)


def test_leaving_stops_the_server_and_a_second_stop_is_harmless(data_dir: Path) -> None:
    pg = EmbeddedPostgres(data_dir, durable=False).start()
    pid, url = pg.pid, pg.url
    pg.stop()
    pg.stop()
    assert pid is not None
    assert not is_running(pid)
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(url)


def test_an_interrupt_at_the_terminal_does_not_reach_the_server(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir, durable=False) as pg:
        assert pg.pid is not None
        assert os.getpgid(pg.pid) != os.getpgid(0)
