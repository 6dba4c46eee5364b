"""What commands share: the application, with its context open."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import click
from flask import Flask


@contextmanager
def application() -> Iterator[Flask]:
    """The application of the environment's settings, its context open, its connections given back at the end."""
    from app.config import load_settings

    settings = load_settings()  # what is wrong with them is said before anything heavy is imported
    from app.db import db
    from app.factory import create_app

    app = create_app(settings)
    with app.app_context():
        try:
            yield app
        finally:
            db.session.remove()
            db.engine.dispose()


def table(heads: tuple[str, ...], rows: list[tuple[Any, ...]]) -> None:
    """Write rows in columns; a plain line each, so that other programs can read them."""
    cells = [tuple("-" if value is None else str(value) for value in row) for row in [heads, *rows]]
    widths = [max(len(row[column]) for row in cells) for column in range(len(heads))]
    for row in cells:
        click.echo("  ".join(value.ljust(width) for value, width in zip(row, widths, strict=True)).rstrip())
