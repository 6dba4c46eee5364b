"""Give a turn back for a meeting that came to nothing, by the pool's rule; or take one again that was given back."""

from datetime import datetime, timedelta

from app import clock
from app.db import Session
from app.store.charges import Charge, charges_of
from app.store.company import load_company
from app.store.credits import add_pending_credit, count_credits, credit_policy, drop_waiting_credits
from app.store.ledger import append_entries, load_ledger
from app.store.records import add_activity
from app.store.reservations import lock_pool
from calendars.zones import day_span, local_day, to_instant, to_minutes
from routing.ledger import Entry, charge_again, credit

PROSPECT_CANCELLED, NO_SHOW, SKIPPED = "prospect_cancelled", "no_show", "skipped"
MOVED, REASSIGNED = "rescheduled_to_another_rep", "reassigned"
_POLICY = {PROSPECT_CANCELLED: "cancellation", NO_SHOW: "no_show", SKIPPED: "skip"}
"""Reasons that a pool has a say in, counted by the month. With any other, somebody else has the turn now."""


def give_turn_back(
    session: Session, assignment_id: int, reason: str, *, actor: str | None = None, only: int | None = None
) -> None:
    """Credit everybody, or `only` one rep (a key), with exactly what this assignment charged them, once.

    Where the pool gives nothing back for this reason, nothing happens; where it would be one too many in the
    month, the credit waits for a manager. `actor` is the manager who decided.
    """
    for charge in charges_of(session, assignment_id):
        if charge.left <= 0 or only not in {None, charge.rep_id}:
            continue
        lock_pool(session, charge.pool_id)
        if actor is None and not _is_due(session, charge, assignment_id, reason):
            continue
        ledger = load_ledger(session, charge.pool_id, charge.pool)
        entry = credit(charge.entry, ledger, reason)
        append_entries(session, charge.pool_id, ledger, [entry], assignment_id=assignment_id, actor=actor)


def take_turn_again(session: Session, assignment_id: int, reason: str, actor: str) -> None:
    """Undo what was given back for an assignment, or no longer wait for it: it turned out to be no reason."""
    drop_waiting_credits(session, assignment_id)
    for charge in charges_of(session, assignment_id):
        if charge.left > 0:
            continue
        lock_pool(session, charge.pool_id)
        ledger = load_ledger(session, charge.pool_id, charge.pool)
        entry: Entry = charge_again(charge.entry, ledger, reason)
        append_entries(session, charge.pool_id, ledger, [entry], assignment_id=assignment_id, actor=actor)


def _is_due(session: Session, charge: Charge, assignment_id: int, reason: str) -> bool:
    if reason not in _POLICY:
        return True
    policy = credit_policy(session, charge.pool_id)
    if _POLICY[reason] not in policy.credit_for:
        return False
    if policy.per_month is None:
        return True
    used = count_credits(session, charge.pool_id, charge.rep_id, _POLICY, _month_start(session))
    if used < policy.per_month:
        return True
    if add_pending_credit(session, charge.pool_id, charge.rep_id, assignment_id, reason) is not None:
        add_activity(
            session,
            "credit.waiting",
            at=clock.now(),
            actor="system",
            rep_id=charge.rep_id,
            pool=charge.pool,
            reason=reason,
        )
    return False


def _month_start(session: Session) -> datetime:
    """The first instant of this calendar month in the company's zone."""
    now = clock.now()
    zone = load_company(session, now.date()).timezone
    first = local_day(zone, to_minutes(now)).replace(day=1)
    return to_instant(day_span(zone, first, first + timedelta(days=1)).start)
