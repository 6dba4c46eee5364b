"""Registers the console's pages; importing a page module declares its routes."""

from flask import Flask

from app.admin import today  # noqa: F401
from app.admin.blueprint import admin


def register_admin(app: Flask) -> None:
    """Serve the console under `/admin`."""
    app.register_blueprint(admin)
