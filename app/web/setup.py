"""Registers what all HTTP edges share; the factory calls it before the edges register their routes."""

from flask import Flask

from app.config import Settings
from app.web.account import account
from app.web.assets import register_assets
from app.web.errors import register_errors
from app.web.gate import register_gate
from app.web.headers import register_headers
from app.web.health import health
from app.web.hooks import hooks
from app.web.layout import register_layout
from app.web.limits import register_limits
from app.web.packing import register_packing
from app.web.requests import register_requests
from app.web.sessions import register_sessions


def register_web(app: Flask, settings: Settings) -> None:
    """Sessions, policies, CSRF, headers, limits, errors, assets, health and the sign-in pages.

    Call `require_policies(app)` (in `app.web.policy`) once every edge has registered its routes.
    """
    app.extensions["settings"] = settings
    register_limits(app, settings)
    register_requests(app)
    register_sessions(app, settings)
    register_headers(app, settings)
    register_packing(app)
    register_gate(app)
    register_assets(app)
    register_layout(app)
    register_errors(app)
    app.register_blueprint(health)
    app.register_blueprint(hooks)


def register_account(app: Flask) -> None:
    """Signing in and out, and the front door; the consoles ask for it, a public process has none of it."""
    if account.name not in app.blueprints:
        app.register_blueprint(account)
