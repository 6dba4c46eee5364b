"""Hours that a rep keeps for some kinds of meetings: which hold for which, and a schedule of one's own for some."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.configuration.document import Plain, State
from app.configuration.own_hours import is_own, label_of, own_name
from app.db import db
from app.errors import ApplicationError, Invalid, NotFound
from app.rep.blueprint import rep
from app.store import configuration as store
from app.store.pages.setup import find_rep
from app.usecases.open_week import OpenWeek
from app.usecases.preview_hours import preview_hours
from app.usecases.set_hours import Week as Typed
from app.usecases.set_meeting_hours import (
    MeetingHours,
    remove_meeting_hours,
    set_meeting_hours,
    undo_own_hours,
)
from app.web import typed
from app.web.actor import current_actor
from app.web.faults import Faults
from app.web.policy import Policy, policy
from app.web.sessions import get_own_rep
from app.web.week import Week, week_of_hours, week_of_spans
from app.web.zones import ZONES
from calendars.zones import to_instant

_NEW: Plain = {"weekly": {}, "overrides": [], "holidays": None}


@dataclass(frozen=True, slots=True)
class OwnSchedule:
    """Hours of a rep's own, what they call them, and the names of the meeting types they hold for."""

    label: str
    item: Plain
    kinds: Sequence[str]
    picture: Week | None


def own_schedules(state: State, email: str) -> list[OwnSchedule]:
    """All but the usual week."""
    kinds = state["meeting_types"].values()
    return [
        OwnSchedule(
            label_of(name, email),
            item,
            [kind["name"] for kind in kinds if kind["rep_schedules"].get(email) == name],
            week_of_hours(item["weekly"]),
        )
        for name, item in state["schedules"].items()
        if is_own(name, email) and name != email
    ]


@rep.get("/hours/more")
@policy(Policy.REP_SELF)
def hours_new() -> str:
    """Hours beside the usual week, to be filled in."""
    _, rep_id = get_own_rep()
    zone = find_rep(db.session(), rep_id).timezone
    return _page("", MeetingHours("", _week({**_NEW, "timezone": zone}), ()))


@rep.get("/hours/more/<label>")
@policy(Policy.REP_SELF)
def hours_edit(label: str) -> str:
    """Hours of one's own, as they are."""
    _, rep_id = get_own_rep()
    email, state = find_rep(db.session(), rep_id).email, store.read_state(db.session())
    name = own_name(email, label)
    if name not in state["schedules"]:
        raise NotFound("You have no hours of this name.")
    kinds = [
        slug for slug, each in state["meeting_types"].items() if each["rep_schedules"].get(email) == name
    ]
    return _page(label, MeetingHours(label, _week(state["schedules"][name]), kinds, label))


@rep.post("/hours/more", defaults={"label": ""})
@rep.post("/hours/more/<label>")
@policy(Policy.REP_SELF)
def hours_keep(label: str) -> Response | tuple[str, int] | str:
    """Show the week that would come of it, or keep it: the button says which."""
    _, rep_id = get_own_rep()
    wanted = _typed(label)
    try:
        if request.form.get("wish") == "preview":
            return _page(label, wanted, weeks=preview_hours(rep_id, wanted))
        result = set_meeting_hours(rep_id, wanted, current_actor())
    except Invalid as refusal:
        return _page(label, wanted, Faults(refusal.errors)), 422
    except ApplicationError as refusal:
        flash(refusal.detail, "bad")
        return redirect(url_for("rep.hours"), 303)
    if not result.changes:
        flash("Nothing to save: all of it was so already.", "good")
        return redirect(url_for("rep.hours"), 303)
    flash("Saved. New meetings keep to it; those that stand stay.", "good")
    return redirect(url_for("rep.hours", changed=result.revision), 303)


@rep.post("/hours/more/<label>/remove")
@policy(Policy.REP_SELF)
def hours_remove(label: str) -> Response:
    """Have the usual hours hold again."""
    _, rep_id = get_own_rep()
    try:
        result = remove_meeting_hours(rep_id, label, current_actor())
        flash("Removed. What held before holds again.", "good")
    except ApplicationError as refusal:
        flash(refusal.detail, "bad")
        return redirect(url_for("rep.hours"), 303)
    return redirect(url_for("rep.hours", changed=result.revision), 303)


@rep.post("/hours/undo/<int:revision>")
@policy(Policy.REP_SELF)
def hours_undo(revision: int) -> Response:
    """Take back what one changed last."""
    try:
        undo_own_hours(revision, current_actor())
        flash("Taken back. Your hours are as they were.", "good")
    except ApplicationError as refusal:
        flash(f"Not taken back: {refusal.detail}", "bad")
    return redirect(url_for("rep.hours"), 303)


def picture_of(week: OpenWeek) -> Week:
    """The week as it is drawn."""
    times = [(to_instant(span.start), to_instant(span.end)) for span in week.spans]
    return week_of_spans(week.monday, week.timezone, times)


def _typed(former: str) -> MeetingHours:
    week = Typed(
        timezone=request.form.get("timezone", "").strip(),
        weekly=typed.day_hours(request.form),
        overrides=typed.overrides(request.form),
        holidays=typed.text(request.form, "holidays"),
    )
    label = " ".join(request.form.get("label", "").split())
    return MeetingHours(label, week, tuple(request.form.getlist("kinds")), former)


def _week(item: Plain) -> Typed:
    return Typed(item["timezone"], item["weekly"], item["overrides"], item["holidays"])


def _page(
    label: str, shown: MeetingHours, faults: Faults | None = None, weeks: Sequence[OpenWeek] = ()
) -> str:
    _, rep_id = get_own_rep()
    email = find_rep(db.session(), rep_id).email
    kinds = store.read_collection(db.session(), "meeting_types")
    chosen = {slug: each["rep_schedules"].get(email) for slug, each in kinds.items()}
    return render_template(
        "rep/meeting_hours.html",
        label=label,
        shown=shown,
        faults=faults or Faults(),
        free=[(slug, each["name"]) for slug, each in kinds.items() if _is_free(chosen[slug], email)],
        fixed=[each["name"] for slug, each in kinds.items() if not _is_free(chosen[slug], email)],
        weeks=[(week, picture_of(week)) for week in weeks],
        zones=ZONES,
    )


def _is_free(schedule: str | None, email: str) -> bool:
    """Whether the rep may say which hours hold: nobody else has said so."""
    return schedule is None or is_own(schedule, email)
