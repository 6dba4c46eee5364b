"""Make and end keys for the admin API. A key is shown once, when it is made."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from app.actor import Actor
from app.clock import now
from app.db import transaction
from app.errors import FieldError, Forbidden, Invalid, NotFound
from app.ids import new_secret
from app.scopes import Scope
from app.store import keys
from app.store.records import add_audit

PREFIX = "sk_"
"""By it a key is recognised where it should not be: in a repository, in a log."""


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key just made: `secret` is kept nowhere else."""

    id: str
    secret: str


def create_api_key(
    name: str, scopes: Iterable[str], by: Actor, *, within: Collection[str] | None = None
) -> NewKey:
    """Make a key with these scopes. `within`: the scopes of the key that asks, which it cannot exceed.

    Raises Invalid (an unknown scope, none at all, a name that is none) and Forbidden.
    """
    wanted = list(dict.fromkeys(scopes))
    _check(name, wanted)
    if within is not None and not set(wanted) <= set(within):
        raise Forbidden("A key cannot make a key that may do more than itself")
    secret = PREFIX + new_secret()
    with transaction() as session:
        row = keys.add_key(session, name.strip(), wanted, secret, by.user_id)
        add_audit(session, by.name, "key.created", "key", row.public_id, scopes=wanted)
        return NewKey(row.public_id, secret)


def revoke_api_key(public_id: str, by: Actor) -> None:
    """End a key at once; one that is over stays so. Raises NotFound."""
    with transaction() as session:
        row = keys.find_key(session, public_id)
        if row is None:
            raise NotFound("There is no such key")
        if row.revoked_at is None:
            row.revoked_at = now()
            add_audit(session, by.name, "key.revoked", "key", public_id)


def _check(name: str, scopes: list[str]) -> None:
    errors = []
    if not name.isprintable() or not 1 <= len(name.strip()) <= 200:
        errors.append(FieldError("name", "invalid", "must be one line of 1 to 200 characters"))
    if not scopes:
        errors.append(FieldError("scopes", "missing", "must name at least one scope"))
    for index, scope in enumerate(scopes):
        if scope not in set(Scope):
            errors.append(
                FieldError(f"scopes[{index}]", "unknown-value", f"must be one of {', '.join(Scope)}")
            )
    if errors:
        raise Invalid(errors)
