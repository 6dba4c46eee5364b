"""What a company allows for all its people at once, and how it fails.

On top of the codes of `CalendarError` a `GrantError` may say here: `not-delegated` (nobody allowed us to act for this
person), `unknown-user` (the service knows nobody by this address). `misconfigured` is the company's own key: it is
dead for everybody.
"""

from dataclasses import dataclass, field
from datetime import datetime

from calendars.providers.grant import GrantError


@dataclass(frozen=True, slots=True)
class CompanyToken:
    """An access token that no person had to sign in for. `expires_at` is aware."""

    access_token: str = field(repr=False)
    expires_at: datetime


@dataclass(frozen=True, slots=True)
class CompanyAccount:
    """Somebody's account: `account` is the same lasting name that their own sign-in gives; `email` is the main
    address, which may be another one than was asked for. `mailbox` is how the service is to be asked about them."""

    account: str
    email: str
    name: str | None
    mailbox: str


class KeyRefused(ValueError):
    """What was pasted is no key that can be used; the words say why, without repeating any of it."""


def unknown_user(service: str) -> GrantError:
    """The service knows nobody by this address."""
    return GrantError(f"{service} knows nobody with this address", code="unknown-user", permanent=True)
