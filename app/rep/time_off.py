"""Time off and travel: days, or a part of one, without meetings; and days in another time zone."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.clock import now
from app.db import db
from app.errors import ApplicationError, Invalid
from app.rep.blueprint import rep
from app.store.hours import rest_of, trips_of
from app.store.pages.meetings import list_meetings
from app.store.pages.setup import find_rep, list_covering, list_time_off, list_trips, name_by_email
from app.usecases.add_time_off import Absence, add_time_off, remove_time_off
from app.usecases.add_trip import Journey, add_trip, remove_trip
from app.web.actor import current_actor
from app.web.faults import Faults
from app.web.policy import Policy, policy
from app.web.sessions import get_own_rep
from app.web.zones import ZONES
from calendars.span import Span
from calendars.zones import local_day, to_minutes

NONE = Faults()


@rep.get("/time-off")
@policy(Policy.REP_SELF)
def time_off() -> str:
    """What is planned, and a form for more."""
    return _page()


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
        return _page(faults=Faults(refusal.errors)), 422
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


@rep.post("/travel")
@policy(Policy.REP_SELF)
def travel_add() -> Response | tuple[str, int]:
    """Have the hours of these days meant elsewhere."""
    _, rep_id = get_own_rep()
    first, last, zone, note = (
        request.form.get(f"trip_{name}", "").strip() for name in ("from", "to", "timezone", "note")
    )
    try:
        add_trip(rep_id, Journey(first, last or first, zone, note), current_actor())
    except Invalid as refusal:
        return _page(trip_faults=Faults(refusal.errors)), 422
    flash(f"Trip saved. On these days your hours are meant in {zone} time.", "good")
    return redirect(url_for("rep.time_off"), 303)


@rep.post("/travel/<public_id>/remove")
@policy(Policy.REP_SELF)
def travel_remove(public_id: str) -> Response:
    """Have the hours meant at home again."""
    _, rep_id = get_own_rep()
    try:
        remove_trip(rep_id, public_id, current_actor())
        flash("Taken back. Your hours are meant at home on these days.", "good")
    except ApplicationError as refusal:
        flash(refusal.detail, "bad")
    return redirect(url_for("rep.time_off"), 303)


def _part(start: str, end: str) -> str | None:
    return f"{start}-{end}" if start or end else None


def _page(*, faults: Faults = NONE, trip_faults: Faults = NONE) -> str:
    _, rep_id = get_own_rep()
    session = db.session()
    own = find_rep(session, rep_id)
    today = local_day(own.timezone, to_minutes(now()))
    trips = list_trips(session, rep_id)
    rows = [off for off in list_time_off(session, rep_id) if off.ends_on >= today]
    booked = [
        Span(to_minutes(row.booking.starts_at), to_minutes(row.booking.ends_at))
        for row in list_meetings(session, at=now(), rep_id=rep_id)
    ]
    away = {off.public_id: rest_of(off, own.timezone, trips_of(trips)) for off in rows}
    return render_template(
        "rep/time_off.html",
        rows=rows,
        meetings={key: sum(span.overlaps(meeting) for meeting in booked) for key, span in away.items()},
        trips=[trip for trip in trips if trip.ends_on >= today],
        faults=faults,
        trip_faults=trip_faults,
        typed=request.form,
        own=own,
        zones=ZONES,
        covering=list_covering(session, own.email, today),
        names=name_by_email(session),
    )
