"""What the Google stand-in knows: accounts, calendars, events, and the grants it has given."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

Resource = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Client:
    """A registered web application."""

    id: str
    secret: str
    redirect_uris: tuple[str, ...]
    name: str = "Smart Scheduler"


@dataclass(slots=True)
class ServiceAccount:
    """An account of a program. `keys` are public halves (PEM) by key id; `delegated` is what an administrator of
    `domain` allowed it to do for everybody there."""

    email: str
    client_id: str
    domain: str
    keys: dict[str, str] = field(default_factory=dict)
    delegated: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Account:
    """Somebody who can sign in. `roles` says what they may do, by calendar id."""

    email: str
    name: str
    timezone: str
    subject: str
    roles: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Calendar:
    """A calendar; `version` counts its writes. Fields of an event that start with `_` are never shown.

    `is_broken`: it answers with an internal error, as a calendar that was unshared a moment ago may.
    """

    id: str
    summary: str
    timezone: str
    color: str = "#4285f4"
    version: int = 0
    is_broken: bool = False
    events: dict[str, Resource] = field(default_factory=dict)


@dataclass(slots=True)
class Grant:
    """What one account allowed one client. Its tokens die with it."""

    email: str
    client_id: str
    scopes: list[str]
    refresh_tokens: list[str] = field(default_factory=list)
    access_tokens: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class Code:
    """An authorization code waiting to be exchanged. `expires_at` is a Unix time."""

    email: str
    client_id: str
    redirect_uri: str
    scopes: list[str]
    is_offline: bool
    challenge: str | None
    nonce: str | None
    expires_at: float


@dataclass(slots=True)
class Channel:
    """Somebody who is told when a calendar is written to. `seen` is the calendar's version they last heard of."""

    id: str
    email: str
    calendar: str
    address: str
    token: str
    resource_id: str
    expires_ms: int
    seen: int
    messages: int = 0


@dataclass(slots=True)
class World:
    """Everything. `page_sizes` scripts the sizes of the pages to come; `sync_epoch` ages the sync tokens."""

    clients: dict[str, Client] = field(default_factory=dict)
    services: dict[str, ServiceAccount] = field(default_factory=dict)
    accounts: dict[str, Account] = field(default_factory=dict)
    calendars: dict[str, Calendar] = field(default_factory=dict)
    grants: list[Grant] = field(default_factory=list)
    codes: dict[str, Code] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    sync_epoch: int = 1
    page_sizes: list[int] = field(default_factory=list)

    def grants_of(self, email: str) -> Iterator[Grant]:
        """The live grants of one account."""
        return (grant for grant in self.grants if grant.email == email)

    def revoke(self, email: str) -> None:
        """End every grant of the account."""
        self.grants = [grant for grant in self.grants if grant.email != email]

    def save(self, path: Path) -> None:
        """Write what should outlive a restart, all or nothing. Clients, service accounts
        and codes are not part of it."""
        kept = {"accounts", "calendars", "grants", "sync_epoch"}
        data = {key: value for key, value in asdict(self).items() if key in kept}
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_suffix(".new")
        fresh.write_text(json.dumps(data))
        fresh.replace(path)

    def load(self, path: Path) -> None:
        """Take over what `save` wrote; the clients and service accounts stay."""
        data = json.loads(path.read_text())
        self.accounts = {key: Account(**value) for key, value in data["accounts"].items()}
        self.calendars = {key: Calendar(**value) for key, value in data["calendars"].items()}
        self.grants = [Grant(**value) for value in data["grants"]]
        self.sync_epoch = data["sync_epoch"]
