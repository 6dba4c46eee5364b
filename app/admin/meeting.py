"""One meeting: who has it and had it, what became of it, and giving it to somebody else."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.admin.blueprint import admin
from app.clock import now
from app.db import db
from app.errors import ApplicationError, Invalid, NotFound
from app.models import BookingState, Outcome
from app.store.group_sessions import standing_bookings
from app.store.handovers import list_handovers
from app.store.pages.meetings import find_meeting
from app.store.pages.setup import name_actors, name_rep_keys
from app.usecases.reassign_meeting import reassign_meeting
from app.usecases.record_outcome import record_outcome
from app.usecases.replace_colleague import replace_colleague
from app.web.actor import current_actor
from app.web.faults import Faults
from app.web.outcome_words import OUTCOME_WORDS
from app.web.policy import Policy, policy
from app.web.seats import seats_of
from app.web.why import why

NONE = Faults()


@admin.get("/meetings/<public_id>")
@policy(Policy.MANAGER)
def meeting(public_id: str) -> str:
    """The meeting, and what a manager may do about it."""
    return _page(public_id, Faults())


@admin.post("/meetings/<public_id>/reassign")
@policy(Policy.MANAGER)
def meeting_reassign(public_id: str) -> Response | tuple[str, int]:
    """Give it to somebody by name, or to the next by the same engine."""
    rep, reason = request.form.get("rep") or None, request.form.get("reason", "")
    try:
        name = reassign_meeting(public_id, reason, current_actor(), rep=rep)
    except Invalid as refusal:
        return _page(public_id, Faults(refusal.errors)), 422
    except ApplicationError as refusal:
        flash(refusal.detail, "bad")
    else:
        flash(f"{name} has it now. The guest and both reps are told.", "good")
    return redirect(url_for("admin.meeting", public_id=public_id), 303)


@admin.post("/meetings/<public_id>/seat")
@policy(Policy.MANAGER)
def meeting_seat(public_id: str) -> Response | tuple[str, int]:
    """Let somebody else take part in place of a colleague: by name, or the next by the same engine."""
    left, rep, reason = (request.form.get(name, "") for name in ("colleague", "rep", "reason"))
    try:
        name = replace_colleague(public_id, left, reason, current_actor(), rep=rep or None)
    except Invalid as refusal:
        return _page(public_id, Faults(), seat_faults=Faults(refusal.errors)), 422
    except ApplicationError as refusal:
        flash(refusal.detail, "bad")
    else:
        flash(f"{name} takes part now. The guest and everybody of us are told.", "good")
    return redirect(url_for("admin.meeting", public_id=public_id), 303)


@admin.post("/meetings/<public_id>/outcome")
@policy(Policy.MANAGER)
def meeting_outcome(public_id: str) -> Response:
    """Say how it went."""
    try:
        outcome = Outcome(request.form.get("outcome", ""))
    except ValueError:
        raise NotFound("There is no such outcome.") from None
    try:
        record_outcome(public_id, outcome, by=current_actor().name)
        flash(f"Noted: {OUTCOME_WORDS[outcome]}.", "good")
    except ApplicationError as refusal:
        flash(refusal.detail, "bad")
    return redirect(url_for("admin.meeting", public_id=public_id), 303)


def _page(public_id: str, faults: Faults, *, seat_faults: Faults = NONE) -> str:
    session = db.session()
    row = find_meeting(session, public_id)
    if row is None:
        raise NotFound("There is no such meeting.")
    reps = name_rep_keys(session)
    handovers = list_handovers(session, [row.booking.request_id])
    names = {public: name for public, name, _ in reps.values()}
    is_standing = row.booking.state is BookingState.CONFIRMED
    return render_template(
        "admin/meeting.html",
        row=row,
        handovers=handovers,
        reps=reps,
        choices=[
            (public, name) for key, (public, name, is_on) in reps.items() if is_on and key != row.rep.id
        ],
        actors=name_actors(session, {each.actor for each in handovers} | {row.booking.outcome_by or ""}),
        explained=why(row.route, row.assignment, names) if row.route else None,
        others=seats_of(row.booking, row.route, names),
        sharers=standing_bookings(session, row.booking.group.id) if row.booking.group else (),
        can_move=is_standing and row.booking.starts_at > now(),
        can_settle=is_standing and row.booking.starts_at <= now(),
        outcomes=OUTCOME_WORDS,
        faults=faults,
        seat_faults=seat_faults,
        typed=request.form,
    )
