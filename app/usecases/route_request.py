"""Decide where a request may go, and have it wait in a queue until it is booked."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from app import clock
from app.db import Session, transaction
from app.errors import NotFound
from app.models import Request, RequestState
from app.store.company import CompanyView, PublishedRouter, load_company
from app.store.decisions import add_route, facts_of
from app.store.queues import put_in_queue
from app.store.records import add_activity
from app.store.requests import find_and_lock_request
from app.usecases.judge_lead import judge_request
from app.usecases.last_rep import with_last_rep
from app.usecases.nurture import look_after
from calendars.zones import local_day, to_minutes
from routing.facts import Facts
from routing.gate import decide
from routing.roster import Roster
from routing.route import DestinationKind, Route

QUEUE_HOURS = 24
_REFUSING = {
    DestinationKind.MESSAGE: RequestState.REFUSED,
    DestinationKind.REDIRECT: RequestState.REFUSED,
    DestinationKind.NURTURE: RequestState.NURTURED,
}


def route_request(request_public_id: str) -> Route:
    """Run the form's router on the request's facts and store the outcome with all its inputs."""
    now = clock.now()
    with transaction() as session:
        request = find_and_lock_request(session, request_public_id)
        if request is None:
            raise NotFound
        company = load_company(session, now.date())
        published = router_of(company, request.form_id)
        facts = facts_for_routing(facts_of(session, request.id), company, now)
        facts = with_last_rep(session, facts, company)
        judged = judge_request(session, company, request, facts)
        facts, gate = judged.facts, judged.gate
        decided = decide(published.router, published.version, facts, company.roster, gate, company.editions)
        assert request.facts is not None
        request.facts.facts = facts.to_json()
        add_route(session, request.id, published.id, decided, company.roster, company.digest)
        look_after(session, request, decided.first, facts, now)
        _place(session, request, decided, company, now)
        add_activity(
            session,
            "request.routed",
            at=now,
            actor="system",
            lead_id=request.lead_id,
            request_id=request.id,
            router=decided.router,
            version=decided.version,
            rule=decided.rule,
            verdict=decided.verdict.value,
            by_gate=decided.gate is not None and decided.gate.path is not None,
        )
        return decided


def router_of(company: CompanyView, form_id: int) -> PublishedRouter:
    """The published router behind a form. Raises NotFound when there is none."""
    form = next((form for form in company.forms.values() if form.id == form_id), None)
    if form is None or form.router not in company.routers:
        raise NotFound("This form leads to no published router")
    return company.routers[form.router]


def facts_for_routing(facts: Facts | None, company: CompanyView, now: datetime) -> Facts:
    """The facts as a decision sees them: with today's date in the company's zone. Raises NotFound when erased."""
    if facts is None:
        raise NotFound("The facts of this request were erased")
    return facts.having(today=local_day(company.timezone, to_minutes(now)).isoformat())


def _place(session: Session, request: Request, decided: Route, company: CompanyView, now: datetime) -> None:
    first = decided.first.kind
    if first in _REFUSING:
        request.state = _REFUSING[first]
        return
    request.state = RequestState.QUEUED if first is DestinationKind.QUEUE else RequestState.OFFERED
    queue = next(iter(queues_of(decided, company.roster)), None)
    if queue is not None:
        hours = int(company.settings.get("queue_due_hours", QUEUE_HOURS))
        reason = "routed" if first is DestinationKind.QUEUE else "not-booked"
        put_in_queue(session, company.queues[queue], request.id, reason, now + timedelta(hours=hours))


def queues_of(decided: Route, roster: Roster) -> Iterable[str]:
    """The queues that answer for a request, the nearest first."""
    for destination in decided.destinations:
        if destination.kind is DestinationKind.QUEUE:
            yield destination.name
        elif destination.kind is DestinationKind.POOL and destination.name in roster.pools:
            yield roster.pools[destination.name].queue
