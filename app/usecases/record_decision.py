"""Store an assignment with its inputs, and charge the pool's ledger for it."""

from app.db import Session
from app.errors import NotFound
from app.models import Request
from app.store.company import CompanyView
from app.store.decisions import add_assignment, add_party, keep_roster
from app.store.destinations import newest_route_id
from app.store.ledger import append_entries
from app.usecases.choose_rep import Choice
from app.usecases.fill_seats import Seated
from app.usecases.live_check import LiveVerdict


def record_decision(
    session: Session, company: CompanyView, request: Request, choice: Choice, verdict: LiveVerdict
) -> int:
    """Returns the key of the stored assignment; part of the caller's transaction."""
    route_id = newest_route_id(session, request.id)
    if route_id is None:
        raise NotFound("This request was not routed")
    keep_roster(session, company.roster, company.digest)
    # a meeting with an owner is recorded in the pool the owner takes turns in, though no pool chose
    pool_id = company.pools[choice.ledger.pool] if choice.ledger else None
    record = add_assignment(
        session,
        route_id,
        request.id,
        choice.assignment,
        choice.inputs,
        pool_id=pool_id,
        rep_id=choice.reservation.rep_id,
        live_check=verdict.to_json(),
    )
    if pool_id is not None and choice.ledger is not None:
        append_entries(session, pool_id, choice.ledger, choice.assignment.entries, assignment_id=record.id)
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
        append_entries(session, pool_id, one.ledger, one.assignment.entries, assignment_id=assignment_id)
