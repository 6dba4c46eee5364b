"""What our own directory of accounts says about a request."""

from collections.abc import Sequence
from typing import Protocol

from app.enrichment.matching import Candidate, Match
from app.enrichment.providers.base import Answer
from app.enrichment.reading import Fact

PROVIDER = "accounts"
FILLS = (
    "industry",
    "employees",
    "country",
    "subdivision",
    "postal_code",
    "language",
    "segment",
    "technology",
)


class Above(Protocol):
    """An account above the matched one; `owner` is a rep's public id."""

    @property
    def domain(self) -> str: ...
    @property
    def owner(self) -> str | None: ...


def account_facts(account: Candidate, match: Match, above: Sequence[Above]) -> dict[str, Fact]:
    """The `account.*` facts of a matched account; `above` are its parent, the parent's parent, and so on.

    `account.parent_owner` is the owner of the nearest one above that has one.
    """
    facts: dict[str, Fact] = {"account.name": account.name, "account.domain": account.domain}
    facts |= {f"account.{name}": value for name, value in account.attributes.items()}
    facts |= {"account.match": match.kind.value, "account.confidence": match.confidence}
    if account.owner:
        facts["account.owner"] = account.owner
    if above:
        facts |= {"account.parent": above[0].domain, "account.ultimate_parent": above[-1].domain}
    known = next((each.owner for each in above if each.owner), None)
    if known:
        facts["account.parent_owner"] = known
    return facts


def account_answer(account: Candidate, match: Match) -> Answer:
    """What the account can fill in where nobody typed it."""
    known = {name: account.attributes[name] for name in FILLS if account.attributes.get(name) is not None}
    return Answer(known, match.confidence)
