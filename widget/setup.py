"""Registers everything a prospect meets; the factory calls it."""

from flask import Flask

from widget.api import register_public_api


def register_widget(app: Flask) -> None:
    """The public API, the scripts, and the pages."""
    register_public_api(app)
