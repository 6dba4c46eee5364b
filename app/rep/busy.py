"""What counts as busy in one of my calendars."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.db import db
from app.errors import NotFound
from app.models import Calendar
from app.rep.blueprint import rep
from app.store.calendars import find_calendar
from app.usecases.choose_busy import choose_busy
from app.web.actor import current_actor
from app.web.busy_lines import busy_lines, typed_choices
from app.web.policy import Policy, policy
from app.web.sessions import get_own_rep


@rep.get("/calendars/<calendar>/busy")
@policy(Policy.REP_SELF)
def calendars_busy(calendar: str) -> str:
    """Each kind of entry, and whether it closes my time."""
    found = _own(calendar)
    return render_template("rep/calendar_busy.html", calendar=found, lines=busy_lines(found))


@rep.post("/calendars/<calendar>/busy")
@policy(Policy.REP_SELF)
def calendars_busy_save(calendar: str) -> Response:
    """Keep what I chose, or go back to the usual."""
    _, rep_id = get_own_rep()
    wanted = typed_choices(_own(calendar), request.form)
    is_changed = choose_busy(calendar, wanted, current_actor().name, rep_id=rep_id)
    flash("Saved. It holds at once." if is_changed else "Nothing to save: all of it was so already.", "good")
    return redirect(url_for("rep.calendars_busy", calendar=calendar), 303)


def _own(public_id: str) -> Calendar:
    _, rep_id = get_own_rep()
    found = find_calendar(db.session(), public_id)
    if found is None or found.rep_id != rep_id:
        raise NotFound("There is no such calendar.")
    return found
