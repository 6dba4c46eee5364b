"""Working hours: a rep's own week."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.configuration.document import Plain
from app.db import db
from app.errors import Invalid
from app.rep.blueprint import rep
from app.store import configuration as store
from app.store.pages.setup import find_rep
from app.usecases.set_hours import Week, set_hours
from app.web import typed
from app.web.actor import current_actor
from app.web.faults import Faults
from app.web.policy import Policy, policy
from app.web.sessions import get_own_rep
from app.web.week import week_of_hours
from app.web.zones import ZONES


@rep.get("/hours")
@policy(Policy.REP_SELF)
def hours() -> str:
    """The week as it counts now, to be changed."""
    return _page(_current(), Faults())


@rep.post("/hours")
@policy(Policy.REP_SELF)
def hours_save() -> Response | tuple[str, int]:
    """Make this week the rep's own schedule."""
    _, rep_id = get_own_rep()
    week = Week(
        timezone=request.form.get("timezone", "").strip(),
        weekly=typed.day_hours(request.form),
        overrides=typed.overrides(request.form),
        holidays=typed.text(request.form, "holidays"),
    )
    try:
        result = set_hours(rep_id, week, current_actor())
    except Invalid as refusal:
        item = {
            "timezone": week.timezone,
            "weekly": week.weekly,
            "overrides": week.overrides,
            "holidays": week.holidays,
        }
        return _page(item, Faults(refusal.errors)), 422
    flash("Working hours saved." if result.changes else "Nothing to save: all of it was so already.", "good")
    return redirect(url_for("rep.hours"), 303)


def _current() -> Plain:
    _, rep_id = get_own_rep()
    own = find_rep(db.session(), rep_id)
    schedules = store.read_collection(db.session(), "schedules")
    nothing: Plain = {"timezone": own.timezone, "weekly": {}, "overrides": [], "holidays": None}
    return schedules.get(own.schedule.name, nothing) if own.schedule else nothing


def _page(item: Plain, faults: Faults) -> str:
    _, rep_id = get_own_rep()
    own = find_rep(db.session(), rep_id)
    shared = own.schedule.name if own.schedule and own.schedule.name != own.email else None
    return render_template(
        "rep/hours.html",
        item=item,
        faults=faults,
        shared=shared,
        picture=week_of_hours(item["weekly"]),
        zones=ZONES,
    )
