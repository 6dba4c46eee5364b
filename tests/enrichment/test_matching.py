"""A lead finds its account by domain, alias, subdomain or name; ties are broken as declared, and the match says how."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from app.enrichment.accounts import account_facts
from app.enrichment.matching import Match, MatchKind, best_match, domains_of
from app.enrichment.reading import Fact


@dataclass(frozen=True)
class Company:
    id: int
    name: str
    domain: str
    aliases: tuple[str, ...] = ()
    attributes: Mapping[str, Any] = field(default_factory=dict)
    owner: str | None = None


@dataclass(frozen=True)
class Above:
    domain: str
    owner: str | None = None


GLOBEX = Company(1, "Globex Corporation", "globex.com", ("globex.de",), {"country": "US"}, "rep_rosa")
LABS = Company(2, "Globex Labs", "labs.globex.com")


def facts(domain: str, registered: str, **more: Fact) -> dict[str, Fact]:
    return {"email_domain": domain, "company_domain": registered, "is_free_mail": False, **more}


def match(*accounts: Company, **of: Fact) -> Match | None:
    return best_match(accounts, of)


@pytest.mark.parametrize(
    ("domain", "registered", "account", "kind", "confidence"),
    [
        ("globex.com", "globex.com", 1, MatchKind.DOMAIN, 1.0),
        ("globex.de", "globex.de", 1, MatchKind.ALIAS, 0.95),
        ("mail.eu.globex.com", "globex.com", 1, MatchKind.SUBDOMAIN, 0.9),
        ("x.globex.de", "globex.de", 1, MatchKind.SUBDOMAIN, 0.9),
        ("labs.globex.com", "globex.com", 2, MatchKind.DOMAIN, 1.0),
        ("x.labs.globex.com", "globex.com", 2, MatchKind.SUBDOMAIN, 0.9),
    ],
)
def test_a_domain_leads_to_its_account(
    domain: str, registered: str, account: int, kind: MatchKind, confidence: float
) -> None:
    assert match(GLOBEX, LABS, **facts(domain, registered)) == Match(account, kind, confidence)


def test_nothing_above_the_registered_domain_is_asked_for() -> None:
    assert domains_of(facts("a.b.globex.co.uk", "globex.co.uk")) == (
        "a.b.globex.co.uk",
        "b.globex.co.uk",
        "globex.co.uk",
    )


def test_the_domain_of_a_mail_service_is_no_companys() -> None:
    mail = Company(3, "Mail", "gmail.com")
    assert match(mail, email_domain="gmail.com", company_domain="gmail.com", is_free_mail=True) is None


def test_a_close_name_needs_one_more_field_that_agrees() -> None:
    elsewhere = facts("globex-us.com", "globex-us.com", company="Globx Corp.")
    assert match(GLOBEX, **elsewhere) is None
    found = match(GLOBEX, **elsewhere, country="US")
    assert found is not None
    assert (found.kind, found.agreed) == (MatchKind.NAME, ("country",))
    assert 0.6 < found.confidence < 0.9


def test_a_close_name_in_another_country_is_another_company() -> None:
    assert match(GLOBEX, **facts("globex.fr", "globex.fr", company="Globex", country="FR")) is None


def test_the_same_name_under_another_ending_agrees() -> None:
    found = match(GLOBEX, **facts("globex.io", "globex.io", company="Globex Inc"))
    assert found is not None
    assert found.agreed == ("domain_name",)


def test_another_name_is_no_match_whatever_agrees() -> None:
    assert match(GLOBEX, **facts("initech.com", "initech.com", company="Initech", country="US")) is None


def test_somebody_at_a_mail_service_is_matched_by_name_only() -> None:
    found = match(
        GLOBEX,
        email_domain="gmail.com",
        company_domain="gmail.com",
        is_free_mail=True,
        company="GLOBEX",
        country="US",
    )
    assert found is not None
    assert found.kind is MatchKind.NAME


def test_ties_go_to_the_owned_account_and_then_to_the_older_one() -> None:
    older = Company(4, "Globex", "globex.net", (), {"country": "US"})
    owned = Company(5, "Globex", "globex.org", (), {"country": "US"}, "rep_remy")
    newer = Company(6, "Globex", "globex.biz", (), {"country": "US"})
    known = facts("gx.com", "gx.com", company="Globex", country="US")
    for order in ((older, owned, newer), (newer, owned, older)):
        found = match(*order, **known)
        assert found is not None
        assert found.account == 5
    found = match(newer, older, **known)
    assert found is not None
    assert found.account == 4


def test_the_facts_name_parent_ultimate_parent_and_who_knows_them() -> None:
    above = [Above("holding.com"), Above("group.com", "rep_remy"), Above("top.com", "rep_ada")]
    found = account_facts(GLOBEX, Match(1, MatchKind.ALIAS, 0.95), above)
    assert found["account.parent"] == "holding.com"
    assert found["account.ultimate_parent"] == "top.com"
    assert found["account.parent_owner"] == "rep_remy"
    assert (found["account.match"], found["account.confidence"]) == ("alias", 0.95)
    assert found["account.country"] == "US"


def test_without_a_parent_its_facts_are_missing() -> None:
    found = account_facts(GLOBEX, Match(1, MatchKind.DOMAIN, 1.0), [])
    assert not {"account.parent", "account.ultimate_parent", "account.parent_owner"} & found.keys()
