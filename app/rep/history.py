"""Assignment history: every turn taken and given back, and where I stand in each pool."""

from flask import render_template

from app.db import db
from app.rep.blueprint import rep
from app.store import configuration as store
from app.store.pages.pools import find_pool, list_ledger, list_standings
from app.store.pages.setup import find_rep
from app.web.ledger_words import LEDGER_WORDS
from app.web.policy import Policy, policy
from app.web.sessions import get_own_rep
from app.web.shares import Share, shares_of

_LINES = 60


@rep.get("/history")
@policy(Policy.REP_SELF)
def history() -> str:
    """Lines of the ledgers that are about me."""
    _, rep_id = get_own_rep()
    own = find_rep(db.session(), rep_id)
    return render_template(
        "rep/history.html",
        own=own,
        pools=_standing(rep_id, own.email),
        lines=list_ledger(db.session(), rep_id=rep_id, limit=_LINES),
        words=LEDGER_WORDS,
    )


def _standing(rep_id: int, email: str) -> list[tuple[str, list[Share], Share]]:
    session, found = db.session(), []
    for name, item in store.read_collection(session, "pools").items():
        if email not in {member["rep"] for member in item["members"]}:
            continue
        pool = find_pool(session, name)
        shares = shares_of(list_standings(session, pool.id)) if pool else []
        mine = next((share for share in shares if share.standing.rep_id == rep_id), None)
        if mine is not None:
            found.append((name, shares, mine))
    return found
