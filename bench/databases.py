"""A database of the benchmarks' own: a server in a temporary directory, one migrated template, copies of it."""

import contextlib
import itertools
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from flask import Flask

from app.actor import COMMAND_LINE
from app.cli.migration import migrate_database
from app.config import load_settings
from app.crypto import new_key
from app.db import db
from app.factory import Surface, create_app
from app.postgres import EmbeddedPostgres
from app.usecases.change_configuration import apply_document
from bench.serving import Place

_TEMPLATE = "bench_template"
_numbers = itertools.count(1)


@dataclass(slots=True)
class World:
    """A running PostgreSQL with a migrated `template` database, and settings that all processes share."""

    postgres: EmbeddedPostgres
    directory: Path
    template: str = _TEMPLATE
    secret_key: str = field(default_factory=new_key)
    token_key: str = field(default_factory=new_key)

    def new_database(self) -> str:
        """The URL of an empty, migrated database."""
        return self.postgres.create_database(f"bench_{next(_numbers)}", template=self.template)

    @contextlib.contextmanager
    def application(self, url: str, document: dict[str, Any] | None = None, **more: Any) -> Iterator[Flask]:
        """The public application over a database, in this process, its context open."""
        settings = load_settings(
            database_url=url,
            secret_key=self.secret_key,
            token_keys=self.token_key,
            log_level="CRITICAL",
            rate_limit_scale=1000,
            **more,
        )
        app = create_app(settings, Surface.PUBLIC)
        with app.app_context():
            try:
                if document is not None:
                    apply_document(document, COMMAND_LINE, "bench")
                yield app
            finally:
                db.session.remove()
                db.engine.dispose()

    def place(self, url: str, **more: str) -> Place:
        """Where the product's processes run over this database."""
        environment = os.environ | {
            "DATABASE_URL": url,
            "SECRET_KEY": self.secret_key,
            "TOKEN_KEYS": self.token_key,
            "RATE_LIMIT_SCALE": "1000",
        }
        return Place(environment | more, self.directory)


@contextlib.contextmanager
def temporary_world() -> Iterator[World]:
    """A world that goes with the block; its server is as durable as in production."""
    directory = Path(tempfile.mkdtemp(prefix="scheduler-bench-"))
    directory.chmod(0o711)  # the server's account passes through when we are root
    try:
        with EmbeddedPostgres(directory / "pg") as postgres:
            world = World(postgres, directory)
            with world.application(postgres.create_database(_TEMPLATE)) as app:
                migrate_database(app)
            yield world
    finally:
        shutil.rmtree(directory, ignore_errors=True)
