"""Who calls: the API key of the request, what it may do, and which operation asks for what."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import current_app, request

from app.actor import Actor
from app.clock import now
from app.db import transaction
from app.errors import Forbidden, Unauthenticated
from app.scopes import Scope
from app.store.keys import find_live_key, note_use
from app.web.limits import limit_calls
from app.web.policy import Policy, policy

View = TypeVar("View", bound=Callable[..., Any])

_MARK = "__scope__"
_CALLER = "scheduler.caller"
_WRONG_KEYS = 30
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Caller:
    """The key behind a request."""

    key: str
    scopes: frozenset[str]
    user_id: int | None

    @property
    def actor(self) -> Actor:
        """The key as somebody who changes things."""
        return Actor(self.key, self.user_id)


def needs(scope: Scope) -> Callable[[View], View]:
    """State the scope that an operation asks for; the API refuses operations that state none."""

    def mark(view: View) -> View:
        setattr(view, _MARK, scope)
        return policy(Policy.API_KEY)(view)

    return mark


def scope_of(endpoint: str) -> Scope | None:
    """The scope an operation asks for."""
    return getattr(current_app.view_functions.get(endpoint), _MARK, None)


def authenticate() -> None:
    """Find the caller and check the scope, before anything of the request is read. Raises 401 or 403."""
    if _CALLER not in request.environ:
        request.environ[_CALLER] = _find_caller()
    scope = scope_of(request.endpoint or "")
    if scope is None or scope not in caller().scopes:
        raise Forbidden(f"This key lacks the scope {scope}" if scope else "No key opens this")


def caller() -> Caller:
    """Who calls."""
    found: Caller = request.environ[_CALLER]
    return found


def _find_caller() -> Caller:
    scheme, _, secret = request.headers.get("Authorization", "").partition(" ")
    secret = secret.strip()
    if scheme.lower() != "bearer" or not secret:
        raise Unauthenticated("Send `Authorization: Bearer <API key>`")
    with transaction() as session:
        row = find_live_key(session, secret) if len(secret) <= _LONGEST else None
        if row is not None:
            note_use(row, now())
            return Caller(row.public_id, frozenset(row.scopes), row.user_id)
    limit_calls("wrong-key", _WRONG_KEYS, 60)
    raise Unauthenticated("This API key is unknown or was revoked")
