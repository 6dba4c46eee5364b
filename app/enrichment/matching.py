"""Which account a lead belongs to, how that was found, and how sure it is.

Ties are broken in this order: the kind of match (domain, alias, subdomain, name), the confidence, the longer domain,
an account with an owner before one without, the account that was there first.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Protocol

from rapidfuzz import fuzz

from app.enrichment.companies import name_key, name_start
from app.enrichment.letters import fold
from app.enrichment.reading import Fact

CLOSE = 88.0
"""How alike two names must be, of 100 (rapidfuzz's ratio over their keys)."""

_AGREEING = ("country", "subdivision", "postal_code", "industry")
_NAME_CONFIDENCE = 0.7
_EACH_AGREEING = 0.05
_MOST_AGREEING = 3


class MatchKind(StrEnum):
    """How an account was found, the surest first."""

    DOMAIN = "domain"
    ALIAS = "alias"
    SUBDOMAIN = "subdomain"
    NAME = "name"


_ORDER = list(MatchKind)
_SURE = {MatchKind.DOMAIN: 1.0, MatchKind.ALIAS: 0.95, MatchKind.SUBDOMAIN: 0.9}


class Candidate(Protocol):
    """An account that may be the lead's. `owner` is a rep's public id."""

    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...
    @property
    def domain(self) -> str: ...
    @property
    def aliases(self) -> Sequence[str]: ...
    @property
    def attributes(self) -> Mapping[str, Any]: ...
    @property
    def owner(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Match:
    """Which account it is. `confidence` from 0 to 1; `agreed` names the other fields that speak for a name."""

    account: int
    kind: MatchKind
    confidence: float
    agreed: tuple[str, ...] = ()


def domains_of(facts: Mapping[str, Fact]) -> tuple[str, ...]:
    """The domain of the address and those above it, down to the registered one; none for mail services."""
    domain, lowest = facts.get("email_domain"), facts.get("company_domain")
    if facts.get("is_free_mail") or not isinstance(domain, str) or not isinstance(lowest, str):
        return ()
    labels = domain.split(".")
    return tuple(".".join(labels[i:]) for i in range(len(labels) - len(lowest.split(".")) + 1))


def name_start_of(facts: Mapping[str, Fact]) -> str | None:
    """How the names of accounts begin that may be the company that was typed."""
    company = facts.get("company")
    return name_start(company) if isinstance(company, str) else None


def best_match(candidates: Iterable[Candidate], facts: Mapping[str, Fact]) -> Match | None:
    """The account that fits best; None when none does."""
    found = [(match, each) for each in candidates if (match := _match(each, facts)) is not None]
    return min(found, key=lambda pair: _rank(*pair))[0] if found else None


def _rank(match: Match, account: Candidate) -> tuple[int, float, int, bool, int]:
    order = _ORDER.index(match.kind)
    return (order, -match.confidence, -len(account.domain), account.owner is None, account.id)


def _match(account: Candidate, facts: Mapping[str, Fact]) -> Match | None:
    domains = domains_of(facts)
    if domains:
        kind = _kind_of(account, domains)
        if kind is not None:
            return Match(account.id, kind, _SURE[kind])
    return _by_name(account, facts)


def _kind_of(account: Candidate, domains: tuple[str, ...]) -> MatchKind | None:
    if account.domain == domains[0]:
        return MatchKind.DOMAIN
    if domains[0] in account.aliases:
        return MatchKind.ALIAS
    above = set(domains[1:])
    return MatchKind.SUBDOMAIN if account.domain in above or above.intersection(account.aliases) else None


def _by_name(account: Candidate, facts: Mapping[str, Fact]) -> Match | None:
    """A close name counts only when another field agrees, and the countries do not differ."""
    company = facts.get("company")
    if not isinstance(company, str) or _differ(account, facts):
        return None
    key = name_key(company)
    alike = fuzz.ratio(key, name_key(account.name)) if key else 0.0
    agreed = _agreed(account, facts)
    if alike < CLOSE or not agreed:
        return None
    confidence = _NAME_CONFIDENCE * alike / 100 + _EACH_AGREEING * min(len(agreed), _MOST_AGREEING)
    return Match(account.id, MatchKind.NAME, round(confidence, 2), agreed)


def _agreed(account: Candidate, facts: Mapping[str, Fact]) -> tuple[str, ...]:
    agreed = [name for name in _AGREEING if _is_same(facts.get(name), account.attributes.get(name))]
    lowest = facts.get("company_domain")
    is_own = isinstance(lowest, str) and not facts.get("is_free_mail")
    if is_own and str(lowest).partition(".")[0] == account.domain.partition(".")[0]:
        agreed.append("domain_name")  # globex.de and globex.com
    return tuple(agreed)


def _differ(account: Candidate, facts: Mapping[str, Fact]) -> bool:
    ours, theirs = facts.get("country"), account.attributes.get("country")
    return bool(ours and theirs) and not _is_same(ours, theirs)


def _is_same(one: Fact, other: object) -> bool:
    return isinstance(one, str) and isinstance(other, str) and fold(one) == fold(other) != ""
