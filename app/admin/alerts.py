"""Alerts: what is wrong with the installation itself, what it means, and what to do."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.admin.blueprint import admin
from app.db import db
from app.store.alerts import list_open_alerts, list_settled_alerts
from app.usecases.acknowledge_alert import acknowledge_alert
from app.usecases.describe_alert import describe_alerts
from app.web.actor import current_actor
from app.web.policy import Policy, policy


@admin.get("/alerts")
@policy(Policy.MANAGER)
def alerts() -> str:
    """Troubles that are there, then those of the last month that are over."""
    session = db.session()
    return render_template(
        "admin/alerts.html",
        found=describe_alerts(session, list_open_alerts(session)),
        over=describe_alerts(session, list_settled_alerts(session)),
    )


@admin.post("/alerts/<public_id>/acknowledge")
@policy(Policy.MANAGER)
def alert_acknowledge(public_id: str) -> Response:
    """Take note of one."""
    acknowledge_alert(public_id, current_actor())
    flash("Noted. It stays here until it is over.", "good")
    return redirect(url_for("admin.alerts"), 303)
