"""What counts as busy in a rep's calendar."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.admin.blueprint import admin
from app.db import db
from app.errors import NotFound
from app.models import Calendar
from app.store.calendars import find_calendar
from app.store.pages.setup import find_rep
from app.usecases.choose_busy import choose_busy
from app.web.actor import current_actor
from app.web.busy_lines import busy_lines, typed_choices
from app.web.policy import Policy, policy


@admin.get("/calendars/<public_id>/busy")
@policy(Policy.MANAGER)
def calendar_busy(public_id: str) -> str:
    """Each kind of entry, and whether it closes the rep's time."""
    found = _calendar(public_id)
    return render_template(
        "admin/calendar_busy.html",
        calendar=found,
        rep=find_rep(db.session(), found.rep_id),
        lines=busy_lines(found),
    )


@admin.post("/calendars/<public_id>/busy")
@policy(Policy.MANAGER)
def calendar_busy_save(public_id: str) -> Response:
    """Keep what was chosen for the rep, or go back to the usual."""
    wanted = typed_choices(_calendar(public_id), request.form)
    is_changed = choose_busy(public_id, wanted, current_actor().name)
    flash("Saved. It holds at once." if is_changed else "Nothing to save: all of it was so already.", "good")
    return redirect(url_for("admin.calendar_busy", public_id=public_id), 303)


def _calendar(public_id: str) -> Calendar:
    found = find_calendar(db.session(), public_id)
    if found is None:
        raise NotFound("There is no such calendar.")
    return found
