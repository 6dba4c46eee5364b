"""What a former life may have left in the data directory: pid files, half a cluster, another version."""

import os
import subprocess
from pathlib import Path

import psycopg
import pytest

from app.postgres import EmbeddedPostgres, PostgresUnavailable
from app.postgres.account import server_account
from app.postgres.binaries import find_binaries


def make_cluster(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir, durable=False):
        pass


def test_a_pid_file_that_names_somebody_else_is_no_obstacle(data_dir: Path) -> None:
    make_cluster(data_dir)
    (data_dir / "cluster" / "postmaster.pid").write_text(f"{os.getpid()}\n{data_dir / 'cluster'}\n")
    with EmbeddedPostgres(data_dir, durable=False) as pg:
        assert pg.is_owner


@pytest.mark.parametrize("content", ["", "12", "rubbish\n\n", "0\n", "-1\n"])
def test_a_half_written_pid_file_is_no_obstacle(data_dir: Path, content: str) -> None:
    data_dir.mkdir()
    cluster = data_dir / "cluster"
    cluster.mkdir()
    (cluster / "postmaster.pid").write_text(content)
    from app.postgres.leftovers import clear_stale_pid_file

    clear_stale_pid_file(cluster)
    assert not (cluster / "postmaster.pid").exists()


def test_a_server_that_somebody_started_by_hand_is_not_disturbed(data_dir: Path) -> None:
    make_cluster(data_dir)
    account = server_account()
    cluster = str(data_dir / "cluster")
    command = [str(find_binaries(account).postgres), "-D", cluster, "-c", "listen_addresses="]
    command += ["-c", f"unix_socket_directories={cluster}"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, **account.popen_options()) as foreign:
        assert foreign.stderr is not None
        while "ready to accept" not in foreign.stderr.readline():
            assert foreign.poll() is None
        try:
            with pytest.raises(PostgresUnavailable, match=f"process {foreign.pid}"):
                EmbeddedPostgres(data_dir, durable=False).start()
            assert foreign.poll() is None
        finally:
            foreign.terminate()


def test_a_failed_initdb_leaves_nothing_that_looks_like_a_cluster(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    broken = data_dir.parent / "bin"
    broken.mkdir(mode=0o755)
    (broken / "postgres").symlink_to(find_binaries(server_account()).postgres)
    (broken / "initdb").write_text('#!/bin/sh\nmkdir "${1#--pgdata=}"; echo out of luck >&2; exit 1\n')
    (broken / "initdb").chmod(0o755)
    with monkeypatch.context() as patch:
        patch.setenv("PG_BIN", str(broken))
        with pytest.raises(PostgresUnavailable, match="out of luck"):
            EmbeddedPostgres(data_dir, durable=False).start()
    assert not (data_dir / "cluster").exists()
    with EmbeddedPostgres(data_dir, durable=False) as pg, psycopg.connect(pg.url) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not list(data_dir.glob("cluster.new-*"))


def test_a_cluster_of_another_major_version_is_refused_with_a_way_out(data_dir: Path) -> None:
    make_cluster(data_dir)
    (data_dir / "cluster" / "PG_VERSION").write_text("13\n")
    with pytest.raises(PostgresUnavailable, match=r"written by PostgreSQL 13.*pg_dumpall"):
        EmbeddedPostgres(data_dir, durable=False).start()


def test_lost_credentials_are_named_rather_than_replaced(data_dir: Path) -> None:
    make_cluster(data_dir)
    (data_dir / "credentials.json").unlink()
    with pytest.raises(PostgresUnavailable, match=r"credentials\.json is gone"):
        EmbeddedPostgres(data_dir, durable=False).start()
