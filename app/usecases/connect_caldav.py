"""Connect a rep's account at a CalDAV server: its address, a name and an app password, checked by using them."""

from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from app import clock
from app.db import Session, transaction
from app.errors import FieldError, Invalid
from app.models import Connection, ConnectionState, Provider, Rep
from app.services import services
from app.usecases.calendar_services import open_caldav
from app.usecases.connect_calendar import SignInFailed, claim_account, record_connection, take_calendars
from calendars.providers.base import CalendarError, RemoteCalendar
from calendars.providers.caldav_discovery import CalDavAccount

_LONGEST = {"url": 1000, "username": 320, "password": 500}
_LONGEST_ACCOUNT = 300
_PORTS = {"http": 80, "https": 443}


def connect_caldav(rep_id: int, url: str, username: str, password: str) -> str:
    """Look for the account, list its calendars, then keep it sealed; returns the connection's public id.

    The first reading is deferred. The same account keeps its row, also with a new address or password. Raises Invalid
    for what cannot be an address or a name, SignInFailed when the server says no, Conflict when another rep has the
    account. Nothing is kept of an attempt that failed.
    """
    secret: dict[str, Any] = _checked({"url": url, "username": username, "password": password})
    with transaction() as session:
        zone = session.get_one(Rep, rep_id).timezone
    account, found = _look(secret, zone)
    if not found:
        raise SignInFailed("This account has no calendar for events")
    with transaction() as session:
        connection = _keep(session, rep_id, secret, account)
        take_calendars(session, connection, found)
        return connection.public_id


def _look(secret: dict[str, Any], zone: str) -> tuple[CalDavAccount, tuple[RemoteCalendar, ...]]:
    try:
        provider = open_caldav(secret, zone, frozenset())
        return provider.find_account(), provider.list_calendars()
    except CalendarError as error:
        raise SignInFailed(_explain(error)) from error


def _keep(session: Session, rep_id: int, secret: dict[str, Any], account: CalDavAccount) -> Connection:
    name = secret["username"]
    connection = claim_account(session, Provider.CALDAV, _identity(account.principal), rep_id)
    connection.email = name if "@" in name else min(account.addresses, default=None)
    connection.label = (account.name or name)[:200]
    content = secret | {"addresses": sorted(account.addresses)}
    connection.secret = services().secrets.seal(connection.public_id, content)
    connection.scopes = []
    connection.state, connection.error = ConnectionState.ACTIVE, None
    connection.updated_at = clock.now()
    record_connection(session, connection)
    return connection


def _identity(principal: str) -> str:
    """The server's own address for the person, whatever name they signed in by."""
    if len(principal) <= _LONGEST_ACCOUNT:
        return principal
    return f"sha256-{sha256(principal.encode()).hexdigest()}"


def _checked(typed: dict[str, str]) -> dict[str, str]:
    """The fields without what is around them. Raises Invalid, without repeating any."""
    values = {
        "url": typed["url"].strip(),
        "username": typed["username"].strip(),
        "password": typed["password"],
    }
    if values["url"] and "://" not in values["url"]:
        values["url"] = f"https://{values['url']}"
    problems = [
        FieldError(field, "invalid", "Missing, or not what it should be")
        for field, value in values.items()
        if not value or len(value) > _LONGEST[field] or not value.isprintable()
    ]
    if not problems and not _is_fit(values["url"]):
        problems = [FieldError("url", "invalid-link", "Give the server's address, beginning with https://")]
    if ":" in values["username"]:  # RFC 7617, 2: it would be read as part of the password
        problems.append(FieldError("username", "invalid", "A user name has no colon"))
    if problems:
        raise Invalid(problems)
    return values


def _is_fit(url: str) -> bool:
    """An https address without a name or password in it; plain http only where the deployment lets it through."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or _PORTS.get(parts.scheme, 0)
    except ValueError:
        return False
    if not host or parts.username is not None:
        return False
    is_allowed = (host, port) in services().settings.allowed_addresses
    return parts.scheme == "https" or (parts.scheme == "http" and is_allowed)


def _explain(error: CalendarError) -> str:
    if error.needs_reconnect:
        return "The server does not accept this name and password. Most servers want an app password here."
    if error.code == "misconfigured":
        return f"Nothing was connected: {error}"
    return "The server cannot be asked just now, or not by us; check the address and try again"
