"""A manager's word on turns: corrections with a reason, and credits that wait for one."""

from app import clock
from app.actor import Actor
from app.db import transaction
from app.errors import Conflict, FieldError, Invalid, NotFound
from app.models import CreditState
from app.store.credits import lock_pending_credit
from app.store.ledger import append_entries, load_ledger
from app.store.pages.pools import find_pool
from app.store.records import add_activity, add_audit
from app.store.reservations import lock_pool, wait_briefly
from app.usecases.give_turn_back import give_turn_back
from routing.ledger import adjust

MOST_TURNS = 50
LONGEST_REASON = 200


def adjust_turns(pool_name: str, rep: str, turns: int, reason: str, by: Actor) -> None:
    """Give a rep (a public id) so many turns back, or take them (below zero). The others' shares close the gap.

    Raises NotFound for a pool or rep without an account in it, Invalid without a reason or for no turns.
    """
    reason = checked_reason(reason)
    if not turns or abs(turns) > MOST_TURNS:
        raise Invalid([FieldError("turns", "range", f"a number from -{MOST_TURNS} to {MOST_TURNS}, not 0")])
    with transaction() as session:
        wait_briefly(session)
        pool = find_pool(session, pool_name)
        if pool is None:
            raise NotFound("There is no such pool.")
        lock_pool(session, pool.id)
        ledger = load_ledger(session, pool.id, pool.name)
        if rep not in ledger.positions:
            raise NotFound("This rep has no account in this pool.")
        append_entries(session, pool.id, ledger, [adjust(ledger, rep, turns, reason)], actor=by.name)
        add_audit(session, by.name, "ledger.adjusted", "pool", pool.public_id, rep=rep, turns=turns)
        add_activity(
            session, "turns.adjusted", at=clock.now(), actor=by.name, pool=pool.name, rep=rep, turns=turns
        )


def checked_reason(reason: str) -> str:
    """A reason that was given. Raises Invalid."""
    reason = " ".join(reason.split())
    if not reason or len(reason) > LONGEST_REASON:
        raise Invalid([FieldError("reason", "required", f"say why, in up to {LONGEST_REASON} letters")])
    return reason


def decide_credit(credit: str, *, is_accepted: bool, by: Actor) -> None:
    """Give the turn back that waits, or not. Raises NotFound, and Conflict when somebody decided before."""
    with transaction() as session:
        wait_briefly(session)
        row = lock_pending_credit(session, credit)
        if row is None:
            raise NotFound("There is no such credit.")
        if row.state is not CreditState.WAITING:
            raise Conflict("Somebody has decided this already.")
        row.state = CreditState.ACCEPTED if is_accepted else CreditState.REFUSED
        row.decided_by, row.decided_at = by.name, clock.now()
        if is_accepted:
            give_turn_back(session, row.assignment_id, row.reason, actor=by.name, only=row.rep_id)
        action = "credit.accepted" if is_accepted else "credit.refused"
        add_audit(session, by.name, action, "credit", row.public_id)
        add_activity(
            session,
            "credit.decided",
            at=clock.now(),
            actor=by.name,
            rep_id=row.rep_id,
            is_accepted=is_accepted,
        )
