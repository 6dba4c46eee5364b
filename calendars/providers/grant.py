"""What a person allows us at a calendar service, and how asking for it fails."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from calendars.providers.base import CalendarError


class GrantError(CalendarError):
    """Sign-in or refresh failed. On top of `CalendarError`'s codes: `declined` (the person said no),
    `needs-administrator` (somebody else must consent first), `missing-scope` (too little was allowed).

    A registration that is refused (`misconfigured`) concerns every account.
    """

    def __init__(self, message: str, **about: Any) -> None:
        super().__init__(message, **about)
        self.concerns_all = self.concerns_all or self.code == "misconfigured"


@dataclass(frozen=True, slots=True)
class Grant:
    """A usable access token, and what to keep for the next one.

    `account` is the service's own lasting name for the account, never an e-mail address: those change hands.
    `secret` is to be kept encrypted and in place of the one before it; `expires_at` is aware.
    """

    account: str
    email: str | None
    name: str | None
    scopes: frozenset[str]
    access_token: str = field(repr=False)
    expires_at: datetime
    secret: str = field(repr=False)
