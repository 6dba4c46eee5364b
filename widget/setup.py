"""Registers everything a prospect meets; the factory calls it."""

from flask import Flask

from widget.api import register_public_api
from widget.manage import manage
from widget.pages import pages
from widget.scripts import scripts


def register_widget(app: Flask) -> None:
    """The public API, the scripts, and the pages."""
    register_public_api(app)
    app.register_blueprint(scripts)
    app.register_blueprint(pages)
    app.register_blueprint(manage)
