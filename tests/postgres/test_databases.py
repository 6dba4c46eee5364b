"""Databases for tests: made from a template, dropped with whoever is in them."""

from pathlib import Path

import psycopg
import pytest

from app.postgres import EmbeddedPostgres


def test_a_database_is_copied_from_its_template_and_dropped_with_its_sessions(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir, durable=False) as pg:
        template = pg.create_database("template")
        with psycopg.connect(template, autocommit=True) as connection:
            connection.execute("CREATE TABLE seen AS SELECT 7 AS n")
        copy = pg.create_database("copy", template="template")
        session = psycopg.connect(copy, autocommit=True)
        assert session.execute("SELECT n FROM seen").fetchone() == (7,)
        pg.drop_database("copy")
        pg.drop_database("copy")
        with pytest.raises(psycopg.OperationalError):
            session.execute("SELECT 1")
        session.close()


def test_names_are_quoted(data_dir: Path) -> None:
    with EmbeddedPostgres(data_dir, durable=False) as pg:
        url = pg.create_database('odd "name"')
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT current_database()").fetchone() == ('odd "name"',)
