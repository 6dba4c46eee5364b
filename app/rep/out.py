"""I'm out: who takes my meetings of a day, shown first and done after one confirmation."""

from datetime import date

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.db import db
from app.errors import ApplicationError
from app.rep.blueprint import rep
from app.store.pages.setup import find_rep
from app.usecases.fall_out import fall_out, rehearse, today_of
from app.web.actor import current_actor
from app.web.policy import Policy, policy
from app.web.sessions import get_own_rep


@rep.get("/out")
@policy(Policy.REP_SELF)
def out() -> str:
    """What would happen to the meetings of a day (`?day=`, today unless said otherwise)."""
    _, rep_id = get_own_rep()
    day = _day(request.args.get("day"), rep_id)
    return render_template(
        "rep/out.html", own=find_rep(db.session(), rep_id), day=day, handings=rehearse(rep_id, day)
    )


@rep.post("/out")
@policy(Policy.REP_SELF)
def out_do() -> Response:
    """Close the day and hand its meetings over."""
    _, rep_id = get_own_rep()
    day = _day(request.form.get("day"), rep_id)
    try:
        done = fall_out(rep_id, day, current_actor())
    except ApplicationError as refusal:
        flash(refusal.detail, "bad")
        return redirect(url_for("rep.out", day=day.isoformat()), 303)
    taken = [handing for handing in done if handing.taker]
    flash(
        f"You are out. {len(taken)} of {len(done)} meetings were handed over." if done else "You are out.",
        "good",
    )
    for handing in done:
        if not handing.taker:
            flash(f"The meeting with {handing.lead} is still yours: {handing.problem}", "warn")
    return redirect(url_for("rep.day"), 303)


def _day(text: str | None, rep_id: int) -> date:
    today = today_of(rep_id)
    try:
        return max(date.fromisoformat(text or ""), today)
    except ValueError:
        return today
