"""What a configuration names and does not hold: addresses of feeds and keys of providers, kept sealed or told by the
environment."""

from collections.abc import Collection, Mapping
from typing import Any

from app.actor import Actor
from app.clock import now
from app.configuration.document import Plain, State
from app.configuration.patch import Change
from app.configuration.secrets import find_key, find_secret, variable_of
from app.crypto import SecretUnreadable
from app.db import Session
from app.errors import FieldError
from app.services import services
from app.store import configuration as store
from app.store.configuration import feeds, reps


def writer_for(by: Actor, source: str) -> store.Writer:
    """What a change is written with: who and when, and how secrets are found, sealed and opened."""
    return store.Writer(
        at=now(), user_id=by.user_id, note=source[:200], find_secret=find_secret, seal=_seal, open=_open
    )


def refresh_feeds(
    session: Session,
    after: State,
    changes: Collection[Change],
    patch: Mapping[str, Any],
    writer: store.Writer,
) -> None:
    """An address may have changed behind its secret's name although no word of the document did."""
    changed = {change.key for change in changes if change.collection == "reps"}
    for key in patch.get("reps", {}):
        item: Plain | None = after["reps"].get(key.strip().lower())
        if not item or item["email"] in changed or not reps.feed_secrets(item):
            continue
        if reps.refresh_feeds(session, item["email"], item, writer):
            reps.bump_time(session, {item["email"]})


def unresolved_feeds(session: Session, after: State) -> list[FieldError]:
    """Feeds whose address nobody told us."""
    with_feeds = {key for key, item in after["reps"].items() if reps.feed_secrets(item)}
    return [
        FieldError(
            f"reps[{email}].calendars",
            "unresolved-secret",
            f"nobody told us the address of {name}: set {variable_of(name)} and apply again; "
            "until then the rep is not offered",
        )
        for email, name in feeds.list_unresolved(session, with_feeds)
    ]


def missing_keys(after: State) -> list[FieldError]:
    """Providers that cannot be asked, because nobody told us their key. Raises Invalid when it is no key."""
    providers = after["enrichment"].get("enrichment", {}).get("providers", ())
    return [
        FieldError(
            f"enrichment.providers[{index}].secret",
            "unresolved-secret",
            f"nobody told us the key {provider['secret']}: set {variable_of(provider['secret'])} for every "
            f"process; until then {provider['name']} is not asked",
        )
        for index, provider in enumerate(providers)
        if provider["secret"] and find_key(provider["secret"]) is None
    ]


def _seal(owner: str, address: str) -> bytes:
    return services().secrets.seal(owner, {"url": address})


def _open(owner: str, sealed: bytes) -> str | None:
    try:
        value = services().secrets.open(owner, sealed)
    except SecretUnreadable:
        return None
    return str(value["url"]) if isinstance(value, dict) and "url" in value else None
