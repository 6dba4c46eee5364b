"""Time off: days, or a part of one, without meetings."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.clock import now
from app.db import db
from app.errors import ApplicationError, Invalid
from app.rep.blueprint import rep
from app.store.pages.meetings import list_meetings
from app.store.pages.setup import find_rep, list_covering, list_time_off, name_by_email
from app.usecases.add_time_off import Absence, add_time_off, remove_time_off
from app.web.actor import current_actor
from app.web.faults import Faults
from app.web.policy import Policy, policy
from app.web.sessions import get_own_rep
from calendars.zones import local_day, to_minutes


@rep.get("/time-off")
@policy(Policy.REP_SELF)
def time_off() -> str:
    """What is planned, and a form for more."""
    return _page(Faults())


@rep.post("/time-off")
@policy(Policy.REP_SELF)
def time_off_add() -> Response | tuple[str, int]:
    """Close these days."""
    _, rep_id = get_own_rep()
    first = request.form.get("from", "").strip()
    absence = Absence(
        first=first,
        last=request.form.get("to", "").strip() or first,
        hours=_part(request.form.get("start", "").strip(), request.form.get("end", "").strip()),
        cover=request.form.get("cover", "").strip() or None,
        note=request.form.get("note", "").strip(),
    )
    try:
        result = add_time_off(rep_id, absence, current_actor())
    except Invalid as refusal:
        return _page(Faults(refusal.errors)), 422
    flash("Time off saved. No new meetings land in it.", "good")
    for warning in result.warnings[:2]:
        flash(warning.message[:1].upper() + warning.message[1:], "warn")
    return redirect(url_for("rep.time_off"), 303)


@rep.post("/time-off/<public_id>/remove")
@policy(Policy.REP_SELF)
def time_off_remove(public_id: str) -> Response:
    """Open the time again."""
    _, rep_id = get_own_rep()
    try:
        remove_time_off(rep_id, public_id, current_actor())
        flash("Taken back. These hours can be booked again.", "good")
    except ApplicationError as refusal:
        flash(refusal.detail, "bad")
    return redirect(url_for("rep.time_off"), 303)


def _part(start: str, end: str) -> str | None:
    return f"{start}-{end}" if start or end else None


def _page(faults: Faults) -> str:
    _, rep_id = get_own_rep()
    session = db.session()
    own = find_rep(session, rep_id)
    today = local_day(own.timezone, to_minutes(now()))
    rows = [off for off in list_time_off(session, rep_id) if off.ends_on >= today]
    booked = [
        local_day(own.timezone, to_minutes(row.booking.starts_at))
        for row in list_meetings(session, at=now(), rep_id=rep_id)
    ]
    meetings = {off.public_id: sum(off.starts_on <= on <= off.ends_on for on in booked) for off in rows}
    return render_template(
        "rep/time_off.html",
        rows=rows,
        meetings=meetings,
        faults=faults,
        typed=request.form,
        own=own,
        covering=list_covering(session, own.email, today),
        names=name_by_email(session),
    )
