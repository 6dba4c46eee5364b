"""A pool's ledger: every row with its reason and who made it, where everybody stands, and a manager's corrections."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.admin.blueprint import admin
from app.db import db
from app.errors import ApplicationError, Invalid, NotFound
from app.store.credits import list_waiting_credits
from app.store.ledger import load_ledger, replay_ledger
from app.store.pages.pools import find_pool, list_ledger, list_standings
from app.usecases.correct_turns import adjust_turns, decide_credit
from app.web.actor import current_actor
from app.web.faults import Faults
from app.web.ledger_words import KIND_HELP, REASON_WORDS
from app.web.policy import Policy, policy
from app.web.shares import shares_of

_PAGE = 100


@admin.get("/pools/<key>/ledger")
@policy(Policy.MANAGER)
def pool_ledger(key: str) -> str:
    """The rows, newest first."""
    return _page(key, Faults())


@admin.post("/pools/<key>/ledger")
@policy(Policy.MANAGER)
def pool_ledger_adjust(key: str) -> Response | tuple[str, int]:
    """Give turns back, or take them."""
    turns = request.form.get("turns", "").strip()
    try:
        number = int(turns) if turns.lstrip("+-").isdecimal() and len(turns) < 6 else 0
        adjust_turns(
            key, request.form.get("rep", ""), number, request.form.get("reason", ""), current_actor()
        )
    except Invalid as refusal:
        return _page(key, Faults(refusal.errors)), 422
    flash("Written to the ledger. The order of turns is up to date.", "good")
    return redirect(url_for("admin.pool_ledger", key=key), 303)


@admin.post("/pools/<key>/credits/<credit>")
@policy(Policy.MANAGER)
def pool_credit_decide(key: str, credit: str) -> Response:
    """Accept or refuse a credit that waits."""
    is_accepted = request.form.get("decision") == "accept"
    try:
        decide_credit(credit, is_accepted=is_accepted, by=current_actor())
        flash("The turn is given back." if is_accepted else "The turn stays taken.", "good")
    except ApplicationError as refusal:
        flash(refusal.detail, "bad")
    return redirect(url_for("admin.pool_ledger", key=key), 303)


def _page(key: str, faults: Faults) -> str:
    session = db.session()
    pool = find_pool(session, key)
    if pool is None:
        raise NotFound(f"There is no pool called {key}.")
    before = request.args.get("before", type=int)
    lines = list_ledger(session, pool_id=pool.id, limit=_PAGE + 1, before=before)
    shares = shares_of(list_standings(session, pool.id))
    return render_template(
        "admin/ledger.html",
        pool=pool,
        shares=shares,
        widest=max((abs(row.owed) for row in shares), default=0.0),
        lines=lines[:_PAGE],
        next_before=lines[_PAGE - 1].sequence if len(lines) > _PAGE else None,
        waiting=list_waiting_credits(session, pool.id),
        is_replayable=replay_ledger(session, pool.id, pool.name) == load_ledger(session, pool.id, pool.name),
        faults=faults,
        typed=request.form,
        kind_help=KIND_HELP,
        reasons=REASON_WORDS,
    )
