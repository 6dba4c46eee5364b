"""What a rep says about a meeting of theirs: that they will be there, that it is not for them, how it went."""

from typing import Protocol

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.clock import now
from app.db import db
from app.errors import ApplicationError, Invalid, NotFound
from app.models import BookingState, Outcome
from app.rep.blueprint import rep
from app.store.pages.meetings import MeetingRow, find_meeting
from app.store.pages.setup import find_rep
from app.usecases.cancel_meeting import cancel_meeting
from app.usecases.record_outcome import record_outcome
from app.usecases.settle_deviation import ask_for_another_time, put_back
from app.usecases.skip_meeting import accept_meeting, skip_meeting
from app.usecases.team import team_of
from app.web.actor import current_actor
from app.web.faults import Faults
from app.web.outcome_words import OUTCOME_WORDS
from app.web.policy import Policy, policy
from app.web.sessions import get_own_rep

_REASONS = (
    "I know them, or have a conflict of interest",
    "Not my field",
    "I have too much on my plate",
    "I cannot be there",
)


@rep.get("/meetings/<public_id>/skip")
@policy(Policy.REP_SELF)
def meeting_skip(public_id: str) -> str:
    """Ask why."""
    return _page(public_id, Faults())


@rep.post("/meetings/<public_id>/skip")
@policy(Policy.REP_SELF)
def meeting_skip_do(public_id: str) -> Response | tuple[str, int]:
    """Give the meeting on."""
    _, rep_id = get_own_rep()
    reason = request.form.get("other", "").strip() or request.form.get("reason", "")
    try:
        taker = skip_meeting(public_id, rep_id, reason, by=current_actor().name)
    except Invalid as refusal:
        return _page(public_id, Faults(refusal.errors)), 422
    except ApplicationError as refusal:
        flash(refusal.detail, "bad")
        return redirect(url_for("rep.day"), 303)
    if taker:
        flash(f"{taker} takes it. Your time is free again, and the guest is told once.", "good")
    else:
        flash(
            "Nobody else is free then. A manager was asked; until somebody takes it, it stays yours.", "warn"
        )
    return redirect(url_for("rep.day"), 303)


@rep.post("/meetings/<public_id>/accept")
@policy(Policy.REP_SELF)
def meeting_accept(public_id: str) -> Response:
    """Say that one will be there."""
    return _do(accept_meeting, public_id, "Noted: you will be there.")


@rep.post("/meetings/<public_id>/outcome")
@policy(Policy.REP_SELF)
def meeting_outcome(public_id: str) -> Response:
    """Say how it went."""
    _, rep_id = get_own_rep()
    try:
        outcome = Outcome(request.form.get("outcome", ""))
    except ValueError:
        raise NotFound("There is no such outcome.") from None
    try:
        record_outcome(public_id, outcome, by=current_actor().name, rep_id=rep_id)
        flash(f"Noted: {OUTCOME_WORDS[outcome]}.", "good")
    except ApplicationError as refusal:
        flash(refusal.detail, "bad")
    return redirect(url_for("rep.day"), 303)


@rep.post("/meetings/<public_id>/put-back")
@policy(Policy.REP_SELF)
def meeting_put_back(public_id: str) -> Response:
    """Write the entry in one's calendar anew."""
    return _do(put_back, public_id, "It is being put back into your calendar.")


@rep.post("/meetings/<public_id>/ask-to-move")
@policy(Policy.REP_SELF)
def meeting_ask_to_move(public_id: str) -> Response:
    """Ask the guest for another time."""
    words = "They are asked by mail to choose another time. Until they do, the meeting stands."
    return _do(ask_for_another_time, public_id, words)


@rep.post("/meetings/<public_id>/cancel")
@policy(Policy.REP_SELF)
def meeting_cancel(public_id: str) -> Response:
    """Call one's own meeting off."""
    _, rep_id = get_own_rep()
    row = find_meeting(db.session(), public_id)
    if row is None or row.rep.id != rep_id:
        raise NotFound("This meeting is not yours; perhaps somebody else has it now.")
    if row.booking.starts_at <= now():
        flash("This meeting has begun; say how it went instead.", "bad")
        return redirect(url_for("rep.day"), 303)
    cancel_meeting(public_id, by="rep", reason=request.form.get("reason", "").strip()[:500])
    flash("The meeting is cancelled, and they are told.", "good")
    return redirect(url_for("rep.day"), 303)


class _Deed(Protocol):
    """Something a rep does about a meeting of theirs; raises ApplicationError with words for them."""

    def __call__(self, booking_id: str, rep_id: int, /, *, by: str) -> None: ...


def _do(deed: _Deed, public_id: str, words: str) -> Response:
    """Do it, say so or why not, and show the meeting."""
    _, rep_id = get_own_rep()
    try:
        deed(public_id, rep_id, by=current_actor().name)
        flash(words, "good")
    except ApplicationError as refusal:
        flash(refusal.detail, "bad")
    return redirect(url_for("rep.day", meeting=public_id, _anchor=public_id), 303)


def _page(public_id: str, faults: Faults) -> str:
    _, rep_id = get_own_rep()
    row: MeetingRow | None = find_meeting(db.session(), public_id)
    if row is None or rep_id not in {rep.id for rep in team_of(row.booking)}:
        raise NotFound("This meeting is not yours; perhaps somebody else has it now.")
    role = next((party.role for party in row.booking.parties if party.rep_id == rep_id), None)
    is_open = row.booking.state is BookingState.CONFIRMED and row.booking.starts_at > now()
    return render_template(
        "rep/skip.html",
        row=row,
        zone=find_rep(db.session(), rep_id).timezone,
        role=role,
        is_open=is_open,
        reasons=_REASONS,
        faults=faults,
        typed=request.form,
    )
