"""What every Graph call passes: the bearer token, its scopes, and four calls at a time per mailbox."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from flask import Flask, request

from app.demo.microsoft.errors import GraphError, graph_error
from app.demo.microsoft.registered import Access
from app.demo.microsoft.world import Account, World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_AT_ONCE = 4
_PROFILE = 2  # users/<who>: further parts lead into the mailbox
_DIRECTORY = {"User.ReadBasic.All", "User.Read.All", "Directory.Read.All"}
_NEEDS = {"me": "User.Read", "mailboxSettings": "MailboxSettings.Read"}
_SUFFICES = {
    "User.Read": {"User.Read"},
    "MailboxSettings.Read": {"MailboxSettings.Read", "MailboxSettings.ReadWrite"},
    "Calendars.Read": {"Calendars.Read", "Calendars.ReadWrite"},
    "Calendars.ReadWrite": {"Calendars.ReadWrite"},
}


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks: `me` is the person (None for an application), `owner` names who subscriptions belong to."""

    me: Account | None
    owner: str


def let_in(world: World, who: str | None) -> tuple[Caller, Account | None]:
    """The caller, and whose mailbox the current request is about: `who` is named in its address, `me` where nobody
    is; nobody's for what belongs to no mailbox. Raises GraphError 400, 401, 403 or 404."""
    access = _access(world)
    if access.client_id:
        return Caller(None, access.client_id), _of_application(world, access, who)
    if who is not None or request.path.rstrip("/").endswith("/users"):
        raise _denied()
    if not _SUFFICES[_needed()] & set(access.scope.split()):
        raise _denied()
    account = world.accounts[access.oid]
    return Caller(account, account.oid), account


def _of_application(world: World, access: Access, who: str | None) -> Account | None:
    """An application has no `/me`, and only the mailboxes that its access policy leaves it."""
    if "/me" in request.path:
        raise GraphError(400, "BadRequest", "/me request is only valid with delegated authentication flow.")
    roles = set(access.scope.split())
    rest = request.path.removeprefix("/v1.0/").strip("/").split("/")
    if rest[0] == "users" and len(rest) <= _PROFILE:
        if roles.isdisjoint(_DIRECTORY):
            raise GraphError(403, "Authorization_RequestDenied", "Insufficient privileges to complete it.")
        return _known(world, who, "Request_ResourceNotFound") if who is not None else None
    if not _SUFFICES[_needed()] & roles:
        raise _denied()
    return require_mailbox(world, access.client_id, who) if who is not None else None


def require_mailbox(world: World, client_id: str, who: str) -> Account:
    """The mailbox, if there is one that the application may open. Raises GraphError."""
    account = _known(world, who, "ErrorInvalidUser")
    group = world.apps[client_id].group
    if group is not None and account.email not in group:
        message = "Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy."
        raise GraphError(403, "ErrorAccessDenied", message)
    if not account.has_mailbox:
        message = "The mailbox is either inactive, soft-deleted, or is hosted on-premise."
        raise GraphError(404, "MailboxNotEnabledForRESTAPI", message)
    return account


def _known(world: World, who: str, code: str) -> Account:
    account = world.account_named(who)
    if account is None:
        raise GraphError(404, code, f"Resource '{who}' does not exist or is not available.")
    return account


def _denied() -> GraphError:
    return GraphError(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")


def _access(world: World) -> Access:
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind != "Bearer" or not token:
        raise _unauthorized("Access token is empty.")
    access = world.access.get(token)
    if access is None or (access.oid not in world.accounts and access.client_id not in world.apps):
        raise _unauthorized("IDX14100: JWT is not well formed.")
    if access.expires <= world.now():
        raise _unauthorized("Lifetime validation failed, the token is expired.")
    return access


class Throttle:
    """Outermost layer: refuses a fifth call that is under way for one mailbox."""

    def __init__(self, app: Flask, world: World) -> None:
        self._app, self._inner, self._world = app, app.wsgi_app, world
        self._lock = Lock()
        self._under_way: Counter[str] = Counter()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        mailbox = self._mailbox(environ)
        if mailbox is None or not str(environ["PATH_INFO"]).startswith("/v1.0/"):
            return self._inner(environ, start_response)
        if not self._enter(mailbox):
            message = "Application is over its MailboxConcurrency limit."
            error = GraphError(429, "ApplicationThrottled", message, {"Retry-After": "1"})
            with self._app.app_context():
                return graph_error(error)(environ, start_response)
        try:
            return self._inner(environ, start_response)
        finally:
            with self._lock:
                self._under_way[mailbox] -= 1

    def _mailbox(self, environ: "WSGIEnvironment") -> str | None:
        access = self._world.access.get(str(environ.get("HTTP_AUTHORIZATION", "")).removeprefix("Bearer "))
        if access is None:
            return None
        if access.oid:
            return access.oid
        named = str(environ["PATH_INFO"]).removeprefix("/v1.0/users/").partition("/")[0]
        account = self._world.account_named(named)
        return account.oid if account else None

    def _enter(self, oid: str) -> bool:
        with self._lock:
            is_free = self._under_way[oid] < _AT_ONCE
            self._under_way[oid] += is_free
            return is_free


def _needed() -> str:
    last = request.path.rstrip("/").rpartition("/")[2]
    if last in _NEEDS:
        return _NEEDS[last]
    # who may read a calendar may also ask to be told of its changes
    reads = request.method == "GET" or last == "getSchedule" or "/subscriptions" in request.path
    return "Calendars.Read" if reads else "Calendars.ReadWrite"


def _unauthorized(message: str) -> GraphError:
    challenge = 'Bearer realm="", error="invalid_token"'
    return GraphError(401, "InvalidAuthenticationToken", message, {"WWW-Authenticate": challenge})
