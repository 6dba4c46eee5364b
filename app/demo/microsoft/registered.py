"""Registered applications, and what they hold: grants of people, and access tokens."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(slots=True)
class App:
    """A registered application. Without `redirect_uris` any address on loopback may be returned to.

    `roles` are the application permissions that an administrator consented to; `group`, where there is one, the
    addresses of those whose mailboxes an access policy leaves it.
    """

    client_id: str
    client_secret: str
    name: str = "Smart Scheduler"
    redirect_uris: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    group: tuple[str, ...] | None = None
    is_secret_over: bool = False


@dataclass(slots=True)
class Grant:
    """What a refresh token stands for. `is_used` matters only under strict rotation."""

    oid: str
    client_id: str
    scope: str
    is_revoked: bool = False
    is_used: bool = False


@dataclass(frozen=True, slots=True)
class Access:
    """What an access token stands for: a person and what they allowed, or (`client_id`) an application of its own."""

    oid: str
    scope: str
    expires: datetime
    client_id: str = ""
