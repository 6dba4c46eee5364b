"""Add what we know of the lead's company, and what others know of it, to the facts of a request."""

from collections.abc import Sequence
from dataclasses import replace

from app import clock
from app.db import Session, transaction
from app.enrichment.providers.asking import Outcome, ask
from app.enrichment.providers.base import Prefer
from app.enrichment.providers.merging import fill, note_late
from app.errors import NotFound, Unavailable
from app.models import Request, RequestFacts, RequestState
from app.queue import defer
from app.store.company import load_company
from app.store.records import add_activity
from app.store.requests import find_request, lock_request
from app.usecases.enrich_facts import add_account, ask_providers, fields_from
from app.usecases.enrichment_settings import EnrichmentSettings, enrichment_of
from app.usecases.rescore_lead import rescore_with
from app.usecases.route_late import fill_late, may_route_again, route_again

LATE_SECONDS = 15.0
"""How long a provider may take when no lead waits."""


def enrich_lead(request_public_id: str) -> None:
    """Match the lead to an account, ask the configured providers, and fill facts nobody typed.

    Nobody is asked while a transaction is open. Who does not answer within the budget is asked again by a job
    (`enrich_late`). Raises NotFound when the request is not there, or was erased.
    """
    at = clock.now().isoformat()
    with transaction() as session:
        request, row = _request(session, request_public_id)
        settings = _settings(session)
        facts, origins = dict(row.facts), dict(row.origins)
        request.lead.account_id = (
            add_account(session, facts, origins, settings, at) or request.lead.account_id
        )
        row.facts, row.origins = dict(facts), dict(origins)
    if not settings.turns:
        return
    outcome = ask_providers(facts, origins, settings, at)
    with transaction() as session:
        request, row = _request(session, request_public_id)
        row.facts, row.origins = facts, origins
        _record(session, request, outcome, fields_from(outcome, origins), is_late=False)
        if outcome.late:
            once = f"enrich-late:{request_public_id}"
            defer(session, "enrich_late", once=once, request=request_public_id, providers=outcome.late)


def enrich_late(request_public_id: str, providers: Sequence[str]) -> None:
    """Ask those who did not answer in time, and keep what they say.

    A decision that was made stands, with the facts it was made on: what comes after it is kept in the origins,
    with `is_late` and its value, makes another score where it matters, and moves nobody, unless the rule that
    decided wants to be asked again and the lead is nobody's yet (see `route_late`). Doing it twice is doing it once.
    Raises Unavailable when somebody still does not answer.
    """
    with transaction() as session:
        request = find_request(session, request_public_id)
        if request is None or request.facts is None:
            return
        facts, settings = dict(request.facts.facts), _settings(session)
    turns = [
        replace(turn, seconds=LATE_SECONDS) for turn in settings.turns if turn.provider.name in providers
    ]
    outcome = ask(turns, facts, Prefer.BEST, LATE_SECONDS)
    with transaction() as session:
        _keep_late(session, request_public_id, outcome, settings)
    if outcome.late:
        raise Unavailable(f"{', '.join(outcome.late)} did not answer")


def _keep_late(
    session: Session, request_public_id: str, outcome: Outcome, settings: EnrichmentSettings
) -> None:
    found = find_request(session, request_public_id)
    request = lock_request(session, found.id) if found else None
    if request is None or request.facts is None:
        return
    if may_route_again(session, request):
        if filled := fill_late(request, outcome, settings.prefer):
            _record(session, request, outcome, filled, is_late=True)
            route_again(session, request)
        return
    at = clock.now().isoformat()
    facts, origins = dict(request.facts.facts), dict(request.facts.origins)
    fields: list[str] = []
    for provider, answer in outcome.answers:
        if request.state is RequestState.CAPTURED:
            fields += fill(facts, origins, provider, answer, at, settings.prefer)
        else:
            fields += note_late(facts, origins, provider, answer, at)
    request.facts.facts, request.facts.origins = facts, origins
    if fields:
        _record(session, request, outcome, fields, is_late=True)
        if request.state is not RequestState.CAPTURED:
            rescore_with(session, request, origins, fields)


def _record(
    session: Session, request: Request, outcome: Outcome, fields: Sequence[str], *, is_late: bool
) -> None:
    add_activity(
        session,
        "request.enriched",
        at=clock.now(),
        actor="system",
        lead_id=request.lead_id,
        request_id=request.id,
        providers=[provider for provider, _ in outcome.answers],
        fields=list(fields),
        waiting_for=outcome.late,
        failed=outcome.failed,
        is_late=is_late,
    )


def _settings(session: Session) -> EnrichmentSettings:
    return enrichment_of(load_company(session, clock.now().date()).settings)


def _request(session: Session, public_id: str) -> tuple[Request, RequestFacts]:
    request = find_request(session, public_id)
    if request is None or request.facts is None:
        raise NotFound
    return request, request.facts
