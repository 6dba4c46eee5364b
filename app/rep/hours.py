"""Working hours: a rep's own week, and which hours hold for which kind of meeting."""

from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.configuration.document import Plain, State
from app.configuration.own_hours import is_own, label_of
from app.db import db
from app.errors import Invalid
from app.rep.blueprint import rep
from app.rep.meeting_hours import own_schedules, picture_of
from app.store import configuration as store
from app.store.pages.setup import find_rep
from app.usecases.open_week import open_weeks
from app.usecases.set_hours import Week, set_hours
from app.web import typed
from app.web.actor import current_actor
from app.web.faults import Faults
from app.web.policy import Policy, policy
from app.web.sessions import get_own_rep
from app.web.week import Week as Picture
from app.web.week import week_of_hours
from app.web.zones import ZONES


@dataclass(frozen=True, slots=True)
class KindRow:
    """A kind of meeting: in words, which hours hold for it, and the coming week. `own`: what the rep calls hours of
    their own that hold."""

    name: str
    own: str | None
    words: str
    picture: Picture


@rep.get("/hours")
@policy(Policy.REP_SELF)
def hours() -> str:
    """The week as it counts now, to be changed. `?changed=` is a revision that was just made."""
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
        return _page({"holidays": None, **week.to_plain()}, Faults(refusal.errors)), 422
    flash("Working hours saved." if result.changes else "Nothing to save: all of it was so already.", "good")
    changed = result.revision if result.changes else None
    return redirect(url_for("rep.hours", changed=changed), 303)


def _current() -> Plain:
    _, rep_id = get_own_rep()
    own = find_rep(db.session(), rep_id)
    schedules = store.read_collection(db.session(), "schedules")
    nothing: Plain = {"timezone": own.timezone, "weekly": {}, "overrides": [], "holidays": None}
    return schedules.get(own.schedule.name, nothing) if own.schedule else nothing


def _page(item: Plain, faults: Faults) -> str:
    _, rep_id = get_own_rep()
    own, state = find_rep(db.session(), rep_id), store.read_state(db.session())
    shared = own.schedule.name if own.schedule and own.schedule.name != own.email else None
    return render_template(
        "rep/hours.html",
        item=item,
        faults=faults,
        shared=shared,
        picture=week_of_hours(item["weekly"]),
        changed=request.args.get("changed", type=int),
        kinds=_kinds(state, rep_id, own.email),
        more=own_schedules(state, own.email),
        zones=ZONES,
    )


def _kinds(state: State, rep_id: int, email: str) -> list[KindRow]:
    weeks = {week.kind.slug: week for week in open_weeks(db.session(), rep_id)}
    return [
        KindRow(
            kind["name"],
            label_of(chosen, email) if chosen and is_own(chosen, email) else None,
            _words(kind, chosen, email),
            picture_of(weeks[slug]),
        )
        for slug, kind in state["meeting_types"].items()
        for chosen in (kind["rep_schedules"].get(email),)
    ]


def _words(kind: Plain, chosen: str | None, email: str) -> str:
    """`Your usual hours, within support-line`."""
    schedule = kind["schedule"]
    if chosen is not None:
        words = f"{label_of(chosen, email) or 'your usual hours'}, yours" if is_own(chosen, email) else chosen
        words += "" if is_own(chosen, email) else ", chosen by your company"
    elif schedule and kind["hours"] == "instead":
        return f"{schedule}, the same for everybody"
    else:
        words = "your usual hours"
    return f"{words}; within {schedule}" if schedule and kind["hours"] == "within" else words
