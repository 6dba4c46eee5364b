"""What our own directory of accounts says about a request."""

from collections.abc import Mapping
from typing import Any

from app.enrichment.answers import Fact

_FILLS = (
    "industry",
    "employees",
    "country",
    "subdivision",
    "postal_code",
    "language",
    "segment",
    "technology",
)


def account_facts(account: Mapping[str, Any], owner: str | None, parent: str | None) -> dict[str, Fact]:
    """The `account.*` facts of a matched account; `owner` is a rep's public id."""
    attributes = account["attributes"]
    facts: dict[str, Fact] = {"account.name": account["name"], "account.domain": account["domain"]}
    facts |= {f"account.{name}": value for name, value in attributes.items()}
    if owner:
        facts["account.owner"] = owner
    if parent:
        facts["account.parent"] = parent
    return facts


def fill_missing(facts: dict[str, Fact], attributes: Mapping[str, Any], at: str) -> dict[str, dict[str, str]]:
    """Fill facts that nobody typed from the account; returns where each filled one came from."""
    origins = {}
    for name in _FILLS:
        if facts.get(name) is None and attributes.get(name) is not None:
            facts[name] = attributes[name]
            origins[name] = {"provider": "accounts", "at": at}
    return origins
