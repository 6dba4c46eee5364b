"""Puts the application together; does nothing else."""

from flask import Flask
from flask_migrate import Migrate

from app.config import Settings, load_settings
from app.db import db
from app.log import configure_logging
from app.services import configure_services
from calendars.zones import pin_zone_data

MIGRATIONS = "migrations"


def create_app(settings: Settings | None = None) -> Flask:
    """The whole application for `settings` (by default those of the environment)."""
    pin_zone_data()
    settings = settings or load_settings()
    configure_logging(settings.log_level)
    app = Flask("app", static_folder=None, template_folder=None)
    app.config.update(
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS={
            "pool_size": settings.database_pool_size,
            "max_overflow": 2,
            "pool_pre_ping": True,
            "pool_recycle": 1800,
        },
    )
    app.extensions["settings"] = settings
    configure_services(settings)
    db.init_app(app)
    Migrate(app, db, directory=MIGRATIONS)
    return app
