"""What the Microsoft stand-in knows: accounts, calendars, events, and the tokens it has given out."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from typing import Any

from app.demo.microsoft.registered import Access, App, Grant

TENANT = "5b0f6a52-0c1e-4d0c-9d53-8f1f6f3c7a11"


@dataclass(slots=True)
class Event:
    """One event or series. `start` and `end` are wall clock times in `zone` (ISO, no offset).

    `exceptions` maps the original local date of an occurrence to what differs there, or to None when it was
    deleted. `teams` is the join address once Teams made it; `teams_reads` counts the reads that still miss it.
    """

    id: str
    calendar: str
    subject: str
    start: str
    end: str
    zone: str
    is_all_day: bool = False
    show_as: str = "busy"
    response: str = "organizer"
    is_cancelled: bool = False
    body: str = ""
    location: str = ""
    organizer: dict[str, str] | None = None
    attendees: list[dict[str, Any]] = field(default_factory=list)
    recurrence: dict[str, Any] | None = None
    exceptions: dict[str, dict[str, Any] | None] = field(default_factory=dict)
    categories: list[str] = field(default_factory=list)
    transaction_id: str | None = None
    properties: dict[str, str] = field(default_factory=dict)
    ical_uid: str = ""
    sequence: int = 0
    revision: int = 0
    moves: int = 0
    created: str = ""
    modified: str = ""
    is_online: bool = False
    teams: str | None = None
    teams_reads: int = 0
    hides_attendees: bool = False


@dataclass(slots=True)
class Calendar:
    """A calendar of an account. `providers` are the online meeting services it allows."""

    id: str
    name: str
    is_default: bool = False
    can_edit: bool = True
    color: str = "#0078d4"
    providers: tuple[str, ...] = ("teamsForBusiness",)


@dataclass(slots=True)
class Account:
    """A person with a mailbox. `zone` is IANA; `zone_name` is what mailboxSettings calls it; `sign_in` is the name
    they sign in by where that is not their address."""

    oid: str
    email: str
    name: str
    zone: str
    zone_name: str
    calendars: list[Calendar] = field(default_factory=list)
    events: dict[str, Event] = field(default_factory=dict)
    hours: tuple[str, str] = ("08:00:00.0000000", "17:00:00.0000000")
    sign_in: str = ""
    has_mailbox: bool = True

    def calendar(self, calendar_id: str | None) -> Calendar | None:
        """The calendar with this id; the default one for None."""
        return next(
            (c for c in self.calendars if c.id == calendar_id or (not calendar_id and c.is_default)), None
        )


@dataclass(frozen=True, slots=True)
class Removal:
    """An event that is gone: remembered so that delta queries can tell."""

    revision: int
    account: str
    calendar: str
    event: str


@dataclass(slots=True)
class Switches:
    """How the stand-in behaves today, within what the real service does. `pages`: the sizes of every list's first
    pages, whatever the caller prefers; a page may be empty and have a next one. `capital_status`: getSchedule writes
    `Busy` where it writes `busy` elsewhere, as older answers do."""

    strict_rotation: bool = False
    teams_reads: int = 0
    pages: list[int] = field(default_factory=list)
    repeat_changes: bool = False
    capital_status: bool = False
    access_minutes: int = 65


@dataclass(frozen=True, slots=True)
class Seed:
    """What a stand-in starts with. Accounts are copied, so that one seed serves many starts."""

    accounts: Sequence[Account]
    apps: Sequence[App]
    tenant: str = TENANT
    domain: str = "acme.test"


class World:
    """Everything that changes. `revision` grows with every change of an event; `is_saved` says whether all of it
    is on file."""

    def __init__(self, seed: Seed, now: Callable[[], datetime]) -> None:
        self.now = now
        self.tenant = seed.tenant
        self.domain = seed.domain
        self.reset(seed)

    def reset(self, seed: Seed) -> None:
        """Forget everything but the seed."""
        self.apps = {app.client_id: replace(app) for app in seed.apps}
        self.accounts = {a.oid: account_from(asdict(a)) for a in seed.accounts}
        self.codes: dict[str, dict[str, Any]] = {}
        self.access: dict[str, Access] = {}
        self.grants: dict[str, Grant] = {}
        self.removals: list[Removal] = []
        self.switches = Switches()
        self.revision = 0
        self.epoch = secrets.token_hex(4)
        self.is_saved = False
        for account in self.accounts.values():
            for event in account.events.values():
                self.touch(event)

    def touch(self, event: Event) -> None:
        """Mark the event as changed just now."""
        stamp = self.now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.0000000Z")
        self.is_saved = False
        self.revision += 1
        event.revision = self.revision
        event.created = event.created or stamp
        event.modified = stamp
        event.ical_uid = event.ical_uid or "040000008200E00074C5B7101A82E008" + secrets.token_hex(16).upper()

    def remove(self, account: Account, event: Event) -> None:
        """Forget the event, but remember that it was there."""
        del account.events[event.id]
        self.is_saved = False
        self.revision += 1
        self.removals.append(Removal(self.revision, account.oid, event.calendar, event.id))

    def account_by_email(self, email: str) -> Account | None:
        """The account with this address, whatever the case."""
        return next((a for a in self.accounts.values() if a.email.casefold() == email.casefold()), None)

    def account_named(self, name: str) -> Account | None:
        """The account with this id or sign-in name; another address of theirs is none."""
        wanted = name.casefold()
        return next(
            (a for a in self.accounts.values() if wanted in {a.oid, (a.sign_in or a.email).casefold()}), None
        )


def new_event_id() -> str:
    """An immutable id, case-sensitive as Exchange's are."""
    return "AAkALg" + secrets.token_urlsafe(24)


def account_from(data: dict[str, Any]) -> Account:
    """Rebuild an account from its plain data."""
    calendars = [Calendar(**{**c, "providers": tuple(c["providers"])}) for c in data["calendars"]]
    events = {id_: Event(**event) for id_, event in data["events"].items()}
    return Account(**{**data, "calendars": calendars, "events": events, "hours": tuple(data["hours"])})
