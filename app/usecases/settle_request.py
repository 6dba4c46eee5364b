"""A request that nobody on its way has a time for goes where its way ends."""

from datetime import timedelta

from app import clock
from app.db import Session, transaction
from app.models import Request, RequestState
from app.store.company import load_company
from app.store.destinations import destinations_of, newest_route_id
from app.store.queues import leave_queue, put_in_queue
from app.store.records import add_activity
from app.store.requests import find_and_lock_request
from app.usecases.nurture import join_list
from routing.destination import FINAL, Destination, DestinationKind

QUEUE_HOURS = 24


def settle_without_times(request_id: str) -> None:
    """Hand a request without times on: to the queue at the end of its way, which then answers for it instead of the
    pool's; or to the list, message or page there, which ends it. Where its way ends with people nothing changes."""
    now = clock.now()
    with transaction() as session:
        request = find_and_lock_request(session, request_id)
        last = _end(session, request) if request is not None else None
        if request is None or last is None:
            return
        if last.kind is DestinationKind.QUEUE:
            company = load_company(session, now.date())
            due = now + timedelta(hours=int(company.settings.get("queue_due_hours", QUEUE_HOURS)))
            put_in_queue(session, company.queues[last.name], request.id, "no-times", due)
        else:
            leave_queue(session, request.id)
            is_list = last.kind is DestinationKind.NURTURE
            request.state = RequestState.NURTURED if is_list else RequestState.REFUSED
            if is_list:
                join_list(session, request.lead, request, last.name, now)
        add_activity(
            session,
            "request.no_times",
            at=now,
            actor="system",
            lead_id=request.lead_id,
            request_id=request.id,
            to=last.kind.value,
            name=last.name,
        )


def _end(session: Session, request: Request) -> Destination | None:
    """Where the way of a request ends that was to be offered times, if that always takes it."""
    route = newest_route_id(session, request.id) if request.state is RequestState.OFFERED else None
    last = destinations_of(session, route)[-1] if route is not None else None
    return last if last is not None and last.kind in FINAL else None
