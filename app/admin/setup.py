"""Registers the console's pages; importing a page module declares its routes."""

from flask import Flask

from app.admin import (  # noqa: F401
    alerts,
    busy,
    calendars,
    company,
    erasing,
    experiments,
    forms,
    keys,
    kinds,
    lead_facts,
    leads,
    ledger,
    meeting,
    meetings,
    nurture,
    pools,
    queues,
    replays,
    reports,
    reps,
    reviews,
    router_checks,
    router_versions,
    routers,
    schedules,
    settings,
    territories,
    times,
    today,
    trials,
    users,
)
from app.admin.blueprint import admin
from app.admin.templating import register_templating
from app.web.setup import register_account


def register_admin(app: Flask) -> None:
    """Serve the console under `/admin`."""
    register_account(app)
    register_templating(app)
    app.register_blueprint(admin)
