"""Calendars: whether each rep's calendar answers, and what to do where it does not."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.admin.blueprint import admin
from app.db import Session, db
from app.errors import NotFound
from app.models import Alert, AlertKind, Calendar
from app.store.alerts import list_open_alerts
from app.store.pages.calendars import find_calendar_page, list_rep_calendars
from app.usecases.check_calendars import read_now
from app.usecases.describe_alert import describe_alerts
from app.usecases.push_channels import CAN_TELL, can_be_told
from app.web.busy_lines import other_than_usual
from app.web.policy import Policy, policy

_SHOWN_HERE = {
    AlertKind.MISCONFIGURED,
    AlertKind.QUOTA,
    AlertKind.OUTAGE,
    AlertKind.COMPANY_GRANT,
    AlertKind.CHANNELS,
}


@admin.get("/calendars")
@policy(Policy.MANAGER)
def calendars() -> str:
    """Every rep's connections, those with trouble first."""
    rows = list_rep_calendars(db.session())
    return render_template(
        "admin/calendars.html",
        rows=sorted(rows, key=lambda row: row.trouble is None),
        alerts=describe_alerts(db.session(), _of_services(db.session())),
    )


def _of_services(session: Session) -> list[Alert]:
    """Alerts about a service or many calendars; those about one calendar are in its rep's row."""
    return [alert for alert in list_open_alerts(session) if alert.kind in _SHOWN_HERE]


@admin.get("/calendars/<public_id>")
@policy(Policy.MANAGER)
def calendar(public_id: str) -> str:
    """One calendar: how it is kept up to date, and its latest readings."""
    page = find_calendar_page(db.session(), public_id)
    if page is None:
        raise NotFound("There is no such calendar.")
    tells = page.calendar.connection.provider in CAN_TELL and can_be_told()
    return render_template(
        "admin/calendar.html",
        page=page,
        tells=tells,
        other_than_usual=other_than_usual,
        alerts=describe_alerts(db.session(), _about(db.session(), page.calendar)),
    )


def _about(session: Session, calendar: Calendar) -> list[Alert]:
    """Alerts about one calendar: its own, and its service's."""
    service = calendar.connection.provider.value
    return [
        alert
        for alert in list_open_alerts(session)
        if alert.calendar_id == calendar.id
        or (alert.kind in _SHOWN_HERE and alert.subject.partition("/")[0] == service)
    ]


@admin.post("/calendars/<public_id>/read")
@policy(Policy.MANAGER)
def calendar_read(public_id: str) -> Response:
    """Read the calendar now."""
    read_now(public_id)
    flash("The calendar is being read. Reload in a moment to see what came.", "good")
    return redirect(url_for("admin.calendar", public_id=public_id), 303)
