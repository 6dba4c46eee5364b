"""What every Graph call passes: the bearer token, its scopes, and four calls at a time per mailbox."""

from collections import Counter
from collections.abc import Iterable
from threading import Lock
from typing import TYPE_CHECKING

from flask import Flask, request

from app.demo.microsoft.errors import GraphError, graph_error
from app.demo.microsoft.world import Account, World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_AT_ONCE = 4
_NEEDS = {"me": "User.Read", "mailboxSettings": "MailboxSettings.Read"}
_SUFFICES = {
    "User.Read": {"User.Read"},
    "MailboxSettings.Read": {"MailboxSettings.Read", "MailboxSettings.ReadWrite"},
    "Calendars.Read": {"Calendars.Read", "Calendars.ReadWrite"},
    "Calendars.ReadWrite": {"Calendars.ReadWrite"},
}


def let_in(world: World) -> Account:
    """Whose mailbox the current request may use. Raises GraphError 401 or 403."""
    kind, _, token = request.headers.get("Authorization", "").partition(" ")
    if kind != "Bearer" or not token:
        raise _unauthorized("Access token is empty.")
    access = world.access.get(token)
    if access is None or access.oid not in world.accounts:
        raise _unauthorized("IDX14100: JWT is not well formed.")
    if access.expires <= world.now():
        raise _unauthorized("Lifetime validation failed, the token is expired.")
    if not _SUFFICES[_needed()] & set(access.scope.split()):
        raise GraphError(403, "ErrorAccessDenied", "Access is denied. Check credentials and try again.")
    return world.accounts[access.oid]


class Throttle:
    """Outermost layer: refuses a fifth call that is under way for one mailbox."""

    def __init__(self, app: Flask, world: World) -> None:
        self._app, self._inner, self._world = app, app.wsgi_app, world
        self._lock = Lock()
        self._under_way: Counter[str] = Counter()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        access = self._world.access.get(str(environ.get("HTTP_AUTHORIZATION", "")).removeprefix("Bearer "))
        if access is None or not str(environ["PATH_INFO"]).startswith("/v1.0/"):
            return self._inner(environ, start_response)
        if not self._enter(access.oid):
            message = "Application is over its MailboxConcurrency limit."
            error = GraphError(429, "ApplicationThrottled", message, {"Retry-After": "1"})
            with self._app.app_context():
                return graph_error(error)(environ, start_response)
        try:
            return self._inner(environ, start_response)
        finally:
            with self._lock:
                self._under_way[access.oid] -= 1

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
