"""Bring a database to the schema of this release, from wherever the command is run."""

from pathlib import Path

import flask_migrate
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask

import migrations
from app.db import db

FOLDER = Path(migrations.__file__).resolve().parent


def migrate_database(app: Flask, revision: str = "head") -> None:
    """Upgrade the database of `app` to `revision`; a database already there is left alone."""
    with app.app_context():
        flask_migrate.upgrade(directory=str(FOLDER), revision=revision)


def newest_revision() -> str:
    """The revision this release needs."""
    return ScriptDirectory(str(FOLDER)).get_current_head() or ""


def current_revision(app: Flask) -> str:
    """The revision the database of `app` is at; empty when it was never migrated."""
    with app.app_context(), db.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""
