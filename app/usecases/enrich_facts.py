"""More facts about a lead, from our own accounts and from whoever else was configured. Writes nothing."""

from collections.abc import Mapping
from typing import Any

from app.db import Session
from app.enrichment.accounts import PROVIDER, account_answer, account_facts
from app.enrichment.matching import best_match, domains_of, name_start_of
from app.enrichment.providers.asking import Outcome, ask
from app.enrichment.providers.merging import Origins, fill
from app.enrichment.reading import Fact
from app.store.account_candidates import (
    AccountCandidate,
    ancestors_of,
    candidates_by_domain,
    candidates_by_name,
    family_owner_of,
)
from app.usecases.enrichment_settings import EnrichmentSettings


def add_account(
    session: Session, facts: dict[str, Fact], origins: Origins, settings: EnrichmentSettings, at: str
) -> int | None:
    """Match the lead to an account: add its `account.*` facts, and fill what nobody typed. Returns its key."""
    candidates = _candidates(session, facts)
    match = best_match(candidates, facts)
    if match is None:
        return None
    account = next(each for each in candidates if each.id == match.account)
    facts |= account_facts(account, match, ancestors_of(session, account.parent_id))
    family_owner = family_owner_of(session, account.id)
    if family_owner is not None:
        facts["account.family_owner"] = family_owner
    fill(facts, origins, PROVIDER, account_answer(account, match), at, settings.prefer)
    return account.id


def ask_providers(facts: dict[str, Fact], origins: Origins, settings: EnrichmentSettings, at: str) -> Outcome:
    """Ask the configured providers, within the budget, and fill what nobody typed."""
    outcome = ask(settings.turns, facts, settings.prefer, settings.budget)
    for provider, answer in outcome.answers:
        fill(facts, origins, provider, answer, at, settings.prefer)
    return outcome


def fields_from(outcome: Outcome, origins: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The fields that now stand as one of the answers has them."""
    asked = {provider for provider, _ in outcome.answers}
    return sorted(name for name, origin in origins.items() if origin["provider"] in asked)


def _candidates(session: Session, facts: Mapping[str, Fact]) -> list[AccountCandidate]:
    """By domain; and by name only when no domain leads anywhere."""
    domains = domains_of(facts)
    found = candidates_by_domain(session, domains) if domains else []
    start = name_start_of(facts)
    return found or (candidates_by_name(session, start) if start else [])
