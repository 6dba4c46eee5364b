"""Puts the application together; does nothing else."""

from enum import StrEnum
from pathlib import Path

from flask import Flask
from flask_migrate import Migrate

from app.config import Settings, load_settings
from app.db import db
from app.log import configure_logging
from app.services import configure_services
from app.web.policy import require_policies
from app.web.setup import register_web
from calendars.zones import pin_zone_data
from widget.setup import register_widget

SESSION_LIMITS = "-c statement_timeout=30s -c idle_in_transaction_session_timeout=60s"
"""Nothing we ask takes this long; what does is stuck, and must not keep its locks."""

MIGRATIONS = str(Path(__file__).resolve().parent.parent / "migrations")


class Surface(StrEnum):
    """How much of the application a process shows."""

    ALL = "all"
    PUBLIC = "public"


def create_app(settings: Settings | None = None, surface: Surface = Surface.ALL) -> Flask:
    """The application for `settings` (by default those of the environment).

    `PUBLIC` has what prospects meet and nothing else: no console, no sign-in, no admin API.
    """
    pin_zone_data()
    settings = settings or load_settings()
    configure_logging(settings.log_level)
    app = Flask("app", static_folder=None, template_folder="web/templates")
    _connect_database(app, settings)
    configure_services(settings)
    register_web(app, settings)
    register_widget(app)
    if surface is Surface.ALL:
        _register_consoles(app)
    require_policies(app)
    return app


def _register_consoles(app: Flask) -> None:
    # imported here, so that a public process does not even load them
    from app.admin.setup import register_admin
    from app.api.setup import register_admin_api
    from app.rep.setup import register_rep

    register_admin(app)
    register_rep(app)
    register_admin_api(app)


def _connect_database(app: Flask, settings: Settings) -> None:
    app.config.update(
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={
            "pool_size": settings.database_pool_size,
            "max_overflow": 2,
            "pool_pre_ping": True,
            "pool_recycle": 1800,
            "pool_timeout": 5,
            "isolation_level": "READ COMMITTED",  # what the locks are meant for, whatever the server's default is
            "connect_args": {"connect_timeout": 5, "options": SESSION_LIMITS},
        },
    )
    db.init_app(app)
    Migrate(app, db, directory=MIGRATIONS)
