"""Registers the rep pages's pages; importing a page module declares its routes."""

from flask import Flask

from app.rep import day  # noqa: F401
from app.rep.blueprint import rep


def register_rep(app: Flask) -> None:
    """Serve the rep pages under `/app`."""
    app.register_blueprint(rep)
