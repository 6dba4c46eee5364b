"""Meetings: what is coming, what was, what fell through."""

from flask import render_template, request

from app.admin.blueprint import admin
from app.clock import now
from app.db import db
from app.store.pages.meetings import PAGE, list_meetings
from app.web.policy import Policy, policy

_WHICH = (("upcoming", "Upcoming"), ("past", "Past"), ("cancelled", "Cancelled"))


@admin.get("/meetings")
@policy(Policy.MANAGER)
def meetings() -> str:
    """Meetings by when they are."""
    which = request.args.get("which", "upcoming")
    which = which if which in dict(_WHICH) else "upcoming"
    page = max(1, request.args.get("page", 1, type=int))
    rows = list_meetings(db.session(), at=now(), which=which, offset=(page - 1) * PAGE)
    return render_template(
        "admin/meetings.html",
        rows=rows[:PAGE],
        has_more=len(rows) > PAGE,
        page=page,
        which=which,
        choices=_WHICH,
    )
