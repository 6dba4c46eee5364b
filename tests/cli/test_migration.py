"""Migrating from the command line and from tests."""

from collections.abc import Callable

import psycopg

from app.cli.migration import current_revision, migrate_database, newest_revision
from app.config import load_settings
from app.db import db
from app.factory import create_app
from app.postgres import EmbeddedPostgres


def test_a_migrated_database_is_at_the_newest_revision_and_a_second_run_changes_nothing(
    fresh_database: str,
) -> None:
    app = create_app(load_settings(database_url=fresh_database, secret_key="for-tests-only-" * 3))
    assert current_revision(app) == newest_revision() != ""
    migrate_database(app)
    assert current_revision(app) == newest_revision()
    with app.app_context():
        db.engine.dispose()


def test_what_is_committed_in_one_copy_is_in_no_other(
    postgres: EmbeddedPostgres, fresh_database: str, clone_database: Callable[[], tuple[str, str]]
) -> None:
    with psycopg.connect(fresh_database) as connection:
        connection.execute("CREATE TABLE only_here (n int)")
    name, url = clone_database()
    with psycopg.connect(url) as connection:
        assert connection.execute("SELECT to_regclass('only_here')").fetchone() == (None,)
    postgres.drop_database(name)


def test_the_template_is_empty_and_complete(template_url: str) -> None:
    with psycopg.connect(template_url) as connection:
        row = connection.execute("SELECT count(*) FROM pg_constraint WHERE conname = 'no_overlap'").fetchone()
        assert row == (1,)
