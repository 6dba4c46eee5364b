"""Which account a lead belongs to, and who owns it.

The caller finds the accounts that may be meant, with their parents, and says how similar the names are (a number
from 0 to 100, from whatever library); what a match is, how sure it is, and which of several wins is decided here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from routing.json_values import JSON
from routing.reading import fold

NAME_FROM = 90
"""Names that are at least this similar may be the same company, if another field agrees."""
DEEPEST = 20
_PER_LEVEL = 5

TIE_BREAKS = ("confidence", "has_owner", "longer_domain", "similarity", "agreeing_fields", "stable_key")
"""What decides between accounts, in this order: the surer match; the one with an owner (its own or above it); the
more precise domain; the more similar name; more agreeing fields; the smaller id."""


class MatchKind(StrEnum):
    """How a lead was matched: the e-mail's domain is the account's, one of its aliases, or below one of these; the
    account is the parent of the lead's company, or further up; or the company's name is close and something else
    agrees."""

    DOMAIN = "domain"
    ALIAS = "alias"
    SUBDOMAIN = "subdomain"
    PARENT = "parent"
    ULTIMATE_PARENT = "ultimate_parent"
    NAME = "name"


CONFIDENCE: Mapping[MatchKind, int] = {
    MatchKind.DOMAIN: 100,
    MatchKind.ALIAS: 95,
    MatchKind.SUBDOMAIN: 90,
    MatchKind.PARENT: 80,
    MatchKind.ULTIMATE_PARENT: 70,
    MatchKind.NAME: 60,
}
"""In percent. A name is 60, and 5 more for each further agreeing field and 1 for each point above the least
similarity, up to 75: less sure than a domain or a parent."""


_WORDS: Mapping[MatchKind, str] = {
    MatchKind.DOMAIN: "is the account's domain",
    MatchKind.ALIAS: "is an alias of the account",
    MatchKind.SUBDOMAIN: "is the account's, and the e-mail's is below it",
    MatchKind.PARENT: "is the parent of the lead's company",
    MatchKind.ULTIMATE_PARENT: "is further above the lead's company",
}


@dataclass(frozen=True, slots=True)
class Account:
    """A company. `name` is normalized (no legal suffix); `fields` may agree with a lead's (country, postal_code,
    phone, industry ...)."""

    id: str
    name: str | None = None
    domain: str | None = None
    aliases: tuple[str, ...] = ()
    parent: str | None = None
    owner: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lead:
    """What a lead is matched by. `name` is the company's, normalized. The domain of a free mail provider says
    nothing about the company and is not looked at. `parents`: the domains of the companies above it, as far as they
    are known (enrichment), the nearest first."""

    domain: str | None = None
    is_free_mail: bool = False
    name: str | None = None
    fields: Mapping[str, str] = field(default_factory=dict)
    parents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Match:
    """The account, and why. `owned_by` is the account whose owner it is: itself, its parent, or further up; None
    with the `owner` when nobody owns it. `confidence` is in percent, less for each level up to the owner.
    `runner_up` would be next; `tie_break` is what decided between the two (of `TIE_BREAKS`)."""

    account: str
    kind: MatchKind
    confidence: int
    owner: str | None
    owned_by: str | None
    levels_up: int
    is_ultimate_parent: bool
    matched_domain: str | None
    similarity: int | None
    agreeing: tuple[str, ...]
    runner_up: str | None = None
    tie_break: str | None = None

    def reasons(self) -> tuple[str, ...]:
        """The reasons, for people."""
        return tuple(self._reasons())

    def _reasons(self) -> Iterator[str]:
        if self.kind is MatchKind.NAME:
            agree = "agrees" if len(self.agreeing) == 1 else "agree"
            yield f"the company's name is {self.similarity} % similar, and {' and '.join(self.agreeing)} {agree}"
        else:
            yield f"{self.matched_domain} {_WORDS[self.kind]}"
        if self.owner is None:
            yield "nobody owns the account, its parent or anything above it"
        elif self.levels_up:
            which = "ultimate parent" if self.is_ultimate_parent and self.levels_up > 1 else "parent"
            yield f"it has no owner, but its {which} {self.owned_by} has"
        if self.runner_up is not None:
            yield f"account {self.runner_up} matched too; decided by {str(self.tie_break).replace('_', ' ')}"
        yield f"confidence {self.confidence} %"

    def to_json(self) -> dict[str, JSON]:
        """Plain JSON, with the reasons in words."""
        return {
            "account": self.account,
            "kind": self.kind.value,
            "confidence": self.confidence,
            "owner": self.owner,
            "owned_by": self.owned_by,
            "levels_up": self.levels_up,
            "is_ultimate_parent": self.is_ultimate_parent,
            "matched_domain": self.matched_domain,
            "similarity": self.similarity,
            "agreeing": list(self.agreeing),
            "runner_up": self.runner_up,
            "tie_break": self.tie_break,
            "reasons": list(self.reasons()),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> "Match":
        """The match that `to_json` gave."""
        values = {key: value for key, value in data.items() if key != "reasons"}
        return cls(**{**values, "kind": MatchKind(data["kind"]), "agreeing": tuple(data["agreeing"])})


def match_account(
    lead: Lead,
    accounts: Mapping[str, Account],
    similarities: Mapping[str, int] | None = None,
    *,
    name_from: int = NAME_FROM,
) -> Match | None:
    """The account a lead belongs to; None when there is none.

    `accounts`: all that may be meant and, for owners, their parents, by id. `similarities`: how alike the names
    are, by account id, 0 to 100; those that are not there are not alike.
    """
    alike = similarities or {}
    found = []
    for key in sorted(accounts):
        match = _match(lead, accounts[key], alike.get(key, 0), name_from, accounts)
        if match is not None:
            found.append((_rank(match), match))
    if not found:
        return None
    found.sort(key=lambda each: each[0])
    (rank, best), following = found[0], found[1:2]
    if not following:
        return best
    other_rank, other = following[0]
    decided = next(name for name, one, two in zip(TIE_BREAKS, rank, other_rank, strict=True) if one != two)
    return replace(best, runner_up=other.account, tie_break=decided)


def _rank(match: Match) -> tuple[int, int, int, int, int, str]:
    """In the order of `TIE_BREAKS`; the smallest wins."""
    return (
        -match.confidence,
        0 if match.owner else 1,
        -len(match.matched_domain or ""),
        -(match.similarity or 0),
        -len(match.agreeing),
        match.account,
    )


def _match(
    lead: Lead, account: Account, similarity: int, name_from: int, accounts: Mapping[str, Account]
) -> Match | None:
    by_domain = _by_domain(lead, account)
    agreeing = tuple(
        name for name in sorted(lead.fields) if _agrees(lead.fields[name], account.fields.get(name))
    )
    if by_domain is not None:
        kind, domain = by_domain
        confidence = CONFIDENCE[kind]
    elif lead.name and account.name and similarity >= name_from and agreeing:
        kind, domain = MatchKind.NAME, None
        more = 5 * (len(agreeing) - 1) + (min(similarity, 100) - name_from)
        confidence = min(CONFIDENCE[kind] + more, 75)
    else:
        return None
    owner, owned_by, levels, is_ultimate = _owner(account, accounts)
    return Match(
        account=account.id,
        kind=kind,
        confidence=max(confidence - _PER_LEVEL * levels, 1),
        owner=owner,
        owned_by=owned_by,
        levels_up=levels,
        is_ultimate_parent=is_ultimate,
        matched_domain=domain,
        similarity=similarity if kind is MatchKind.NAME else None,
        agreeing=agreeing,
    )


def _agrees(ours: str, theirs: str | None) -> bool:
    return bool(theirs) and bool(fold(ours)) and fold(ours) == fold(theirs or "")


def _by_domain(lead: Lead, account: Account) -> tuple[MatchKind, str] | None:
    """How the domains match, and which of the account's did; of several above it, the most precise."""
    domain = "" if lead.is_free_mail else _host(lead.domain)
    own, aliases = _host(account.domain), [host for host in map(_host, account.aliases) if host]
    if domain and domain == own:
        return MatchKind.DOMAIN, domain
    if domain and domain in aliases:
        return MatchKind.ALIAS, domain
    above = [host for host in (own, *aliases) if "." in host and domain.endswith(f".{host}")]
    if above:
        return MatchKind.SUBDOMAIN, max(above, key=len)
    for level, parent in enumerate(map(_host, lead.parents)):
        if parent and parent in (own, *aliases):
            return (MatchKind.ULTIMATE_PARENT if level else MatchKind.PARENT), parent
    return None


def _host(domain: str | None) -> str:
    return fold(domain or "").rstrip(".")


def _owner(account: Account, accounts: Mapping[str, Account]) -> tuple[str | None, str | None, int, bool]:
    """The owner, whose account it is, how many levels up, and whether nothing is above; circles end the way up."""
    seen: list[str] = []
    here: Account | None = account
    while here is not None and here.id not in seen and len(seen) < DEEPEST:
        above = accounts.get(here.parent) if here.parent else None
        if here.owner:
            return here.owner, here.id, len(seen), above is None
        seen.append(here.id)
        here = above
    return None, None, 0, False
