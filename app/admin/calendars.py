"""Calendars: whether each rep's calendar answers, and what to do where it does not."""

from flask import render_template

from app.admin.blueprint import admin
from app.db import db
from app.store.pages.calendars import list_rep_calendars
from app.web.policy import Policy, policy


@admin.get("/calendars")
@policy(Policy.MANAGER)
def calendars() -> str:
    """Every rep's connections, those with trouble first."""
    rows = list_rep_calendars(db.session())
    return render_template("admin/calendars.html", rows=sorted(rows, key=lambda row: row.trouble is None))
