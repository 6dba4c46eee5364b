"""Add what we know of the lead's company to the facts of a request."""

from dataclasses import asdict

from app import clock
from app.db import transaction
from app.enrichment.accounts import account_facts, fill_missing
from app.errors import NotFound
from app.store.requests import find_request, match_account


def enrich_lead(request_public_id: str) -> None:
    """Match the lead to an account by domain and fill facts nobody typed. Free-mail domains match nothing."""
    with transaction() as session:
        request = find_request(session, request_public_id)
        if request is None or request.facts is None:
            raise NotFound
        facts = dict(request.facts.facts)
        if facts.get("is_free_mail"):
            return
        account = match_account(session, str(facts["email_domain"]))
        if account is None:
            return
        request.lead.account_id = account.id
        facts |= account_facts(asdict(account), account.owner, account.parent)
        request.facts.origins = fill_missing(facts, account.attributes, clock.now().isoformat())
        request.facts.facts = facts
