"""Store an assignment with its inputs, and charge the pool's ledger for it."""

from app.db import Session
from app.models import Request
from app.store.company import CompanyView
from app.store.decisions import add_assignment, add_party, keep_roster
from app.store.destinations import StoredRoute
from app.store.ledger import append_entries
from app.usecases.choose_rep import Choice
from app.usecases.fill_seats import Seated
from app.usecases.live_check import LiveVerdict
from routing.assignment import Assignment
from routing.ledger import Ledger


def record_decision(
    session: Session,
    company: CompanyView,
    request: Request,
    route: StoredRoute,
    choice: Choice,
    verdict: LiveVerdict,
) -> int:
    """Returns the key of the stored assignment; part of the caller's transaction. `route` is the one that counts.

    Others wait for the pools meanwhile, so nothing is asked here that the caller can know.
    """
    if route.roster != company.digest:
        keep_roster(session, company.roster, company.digest)
    # a meeting with an owner is recorded in the pool the owner takes turns in, though no pool chose
    pool_id = company.pools[choice.ledger.pool] if choice.ledger else None
    record = add_assignment(
        session,
        route.id,
        request.id,
        choice.assignment,
        choice.inputs,
        pool_id=pool_id,
        rep_id=choice.reservation.rep_id,
        live_check=verdict.to_json(),
    )
    if pool_id is not None and choice.ledger is not None:
        _charge(session, company, pool_id, choice.ledger, choice.assignment, record.id)
    for number, one in enumerate(choice.others, start=1):
        _record_other(session, company, record.id, number, one)
    return record.id


def _record_other(
    session: Session, company: CompanyView, assignment_id: int, number: int, one: Seated
) -> None:
    """Somebody beside the rep, with their turn in the pool that chose them."""
    pool_id = company.pools[one.pool] if one.pool else None
    rep_id = company.reps[one.rep].id
    add_party(
        session, assignment_id, number, one.role, one.assignment, one.inputs, pool_id=pool_id, rep_id=rep_id
    )
    if pool_id is not None and one.ledger is not None:
        _charge(session, company, pool_id, one.ledger, one.assignment, assignment_id)


def _charge(
    session: Session,
    company: CompanyView,
    pool_id: int,
    ledger: Ledger,
    assignment: Assignment,
    assignment_id: int,
) -> None:
    keys = {entry.rep: company.reps[entry.rep].id for entry in assignment.entries}
    append_entries(session, pool_id, ledger, assignment.entries, assignment_id=assignment_id, rep_keys=keys)
