"""Route a request again because facts came late, where the rule that decided wants that.

Nobody is moved who has a meeting, holds a time, or is with somebody: a prospect who has chosen, and a colleague who has
taken the lead, keep it.
"""

from app import clock
from app.db import Session
from app.enrichment.providers.asking import Outcome
from app.enrichment.providers.base import Prefer
from app.enrichment.providers.merging import fill
from app.models import QueueState, Request, RequestState
from app.store.decisions import newest_route, router_document
from app.store.queues import leave_queue, waiting_state
from app.store.reservations import live_reservation
from app.usecases.route_request import route_request
from routing.router import parse_router
from routing.rules import ROUTE_AGAIN

_MOVABLE = frozenset({RequestState.OFFERED, RequestState.QUEUED, RequestState.NURTURED, RequestState.REFUSED})


def may_route_again(session: Session, request: Request) -> bool:
    """Whether the rule that decided wants late facts to count, and nobody would lose what they have."""
    record = newest_route(session, request.id)
    if record is None or record.rule is None or request.state not in _MOVABLE:
        return False
    if live_reservation(session, request.id, clock.now()) is not None:
        return False
    if waiting_state(session, request.id) is QueueState.CLAIMED:
        return False
    router = parse_router(router_document(session, record.router_id, record.router_version))
    return any(rule.name == record.rule and rule.late == ROUTE_AGAIN for rule in router.rules)


def fill_late(request: Request, outcome: Outcome, prefer: Prefer) -> list[str]:
    """Take late answers into the facts as if they had been in time; the fields that they filled."""
    assert request.facts is not None
    facts, origins = dict(request.facts.facts), dict(request.facts.origins)
    at, fields = clock.now().isoformat(), list[str]()
    for provider, answer in outcome.answers:
        fields += fill(facts, origins, provider, answer, at, prefer)
    request.facts.facts, request.facts.origins = facts, origins
    return fields


def route_again(session: Session, request: Request) -> None:
    """Decide anew, with the rules in force."""
    leave_queue(session, request.id)
    session.flush()
    route_request(request.public_id)
