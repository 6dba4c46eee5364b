"""Nobody else on the machine gets in, and no permission outside the data directory changes."""

import os
import stat
from pathlib import Path

import psycopg
import pytest

from app.postgres import EmbeddedPostgres, PostgresUnavailable
from app.postgres.account import Account
from app.postgres.binaries import find_binaries

STRANGER = Account(uid=64_123, gid=64_123)


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def test_the_socket_directory_the_passwords_and_the_log_are_private(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir, durable=False) as pg:
        socket_dir = pg.files.socket_dir()
        assert socket_dir is not None
        assert mode(socket_dir) == 0o700
        assert mode(data_dir / "cluster") == 0o700
        assert mode(data_dir / "credentials.json") == 0o600
        assert mode(data_dir / "server.log") == 0o600
        assert not mode(data_dir) & 0o044


def test_a_session_needs_the_password(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir, durable=False) as pg:
        password = pg.files.passwords()["scheduler"]
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(pg.url.replace(password, "guess"))


def test_the_product_signs_in_as_an_owner_that_is_no_superuser(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir, durable=False) as pg, psycopg.connect(pg.url) as connection:
        row = connection.execute("SELECT usesuper FROM pg_user WHERE usename = current_user").fetchone()
        assert row == (False,)
        connection.execute("CREATE EXTENSION btree_gist")
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute("COPY (SELECT 1) TO PROGRAM 'true'")


def test_the_server_listens_on_no_network_port(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir, durable=False) as pg, psycopg.connect(pg.url) as connection:
        assert connection.execute("SHOW listen_addresses").fetchone() == ("",)


def test_the_server_never_runs_as_root(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir, durable=False) as pg:
        assert (data_dir / "cluster").stat().st_uid != 0
        assert pg.pid is not None
        if os.geteuid() != 0:
            assert (data_dir / "cluster").stat().st_uid == os.geteuid()


def test_a_socket_path_beyond_the_limit_gets_a_short_private_directory(data_dir: Path) -> None:
    deep = data_dir / ("d" * 60) / ("e" * 60)
    data_dir.mkdir(mode=0o711)
    deep.parent.mkdir(mode=0o711)
    with EmbeddedPostgres(deep, durable=False) as pg:
        socket_dir = pg.files.socket_dir()
        assert socket_dir is not None
        assert len(str(socket_dir)) < 40
        assert mode(socket_dir) == 0o700
        with psycopg.connect(pg.url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
    assert not socket_dir.exists()


def test_a_directory_in_the_way_is_named_and_left_as_it_is(data_dir: Path) -> None:
    secret = data_dir.parent / "secret"
    secret.mkdir(mode=0o700)
    assert STRANGER.find_obstacle(secret / "data" / "cluster") == secret
    with pytest.raises(PostgresUnavailable, match=f"{secret} does not let other users pass"):
        STRANGER.require_path(secret / "data")
    assert mode(secret) == 0o700


def test_without_binaries_the_message_names_both_ways_out(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PG_BIN", str(data_dir / "nothing"))
    with pytest.raises(PostgresUnavailable, match=r"PG_BIN.*DATABASE_URL"):
        EmbeddedPostgres(data_dir, durable=False).start()


def test_a_chosen_folder_with_an_old_version_is_refused(data_dir: Path) -> None:
    folder = data_dir.parent / "old"
    folder.mkdir(mode=0o755)
    for name in ("postgres", "initdb"):
        (folder / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 13.9'\n")
        (folder / name).chmod(0o755)
    with pytest.raises(PostgresUnavailable, match="version 13, at least 14"):
        find_binaries(Account(), {"PG_BIN": str(folder)})
