"""Registers a rep's own pages; importing a page module declares its routes."""

from flask import Flask

from app.rep import (  # noqa: F401
    busy,
    calendars,
    day,
    history,
    hours,
    how,
    meeting_hours,
    meetings,
    out,
    queue,
    time_off,
)
from app.rep.blueprint import rep
from app.rep.calendars import oauth
from app.web.setup import register_account


def register_rep(app: Flask) -> None:
    """Serve a rep's pages under `/app`, and take them back from calendar providers under `/oauth`."""
    register_account(app)
    app.register_blueprint(rep)
    app.register_blueprint(oauth)
