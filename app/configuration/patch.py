"""What differs between two configurations, as a patch that can be applied and taken back.

A patch is `{"<collection>": {"<natural key>": {item} | null}}`: the item as it should be, whole, or null to archive
it. What there is one of has no key: `{"company": {"name": ..., "timezone": ...}}`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from app.configuration.document import (
    COLLECTIONS,
    COMPANY,
    Plain,
    ReadDocument,
    State,
    is_single,
    read_item,
)
from app.errors import FieldError, Invalid

Patch: TypeAlias = Mapping[str, Mapping[str, Any]]
Places: TypeAlias = Mapping[tuple[str, str], str]
_LONGEST_KEY = 320


@dataclass(frozen=True, slots=True)
class Change:
    """One item before and after; None is not there."""

    collection: str
    key: str
    before: Plain | None
    after: Plain | None

    @property
    def action(self) -> str:
        """`added`, `changed` or `archived`."""
        if self.before is None:
            return "added"
        return "archived" if self.after is None else "changed"


def place_of(places: Places, collection: str, key: str) -> str:
    """Where an item stands in what was sent: `pools[2]` in a document, `pools[dach-ae]` in a patch."""
    place = places.get((collection, key))
    if place is not None:
        return place
    return collection if is_single(collection) else f"{collection}[{key}]"


def below(place: str, path: str) -> str:
    """A path inside of an item: `pools[2]` and `queue` give `pools[2].queue`; an item may be the whole document."""
    return f"{place}.{path}" if place else path


def read_patch(patch: Any, places: Places) -> dict[str, dict[str, Plain | None]]:
    """The patch with its items in their plain form. Raises Invalid with every fault."""
    read: dict[str, dict[str, Plain | None]] = {}
    errors: list[FieldError] = []
    for collection, items in _collections(patch, errors).items():
        read[collection] = {}
        for key, item in items.items():
            try:
                read[collection][_key(collection, key)] = _read(collection, key, item, places)
            except Invalid as error:
                errors.extend(error.errors)
    if errors:
        raise Invalid(errors)
    return read


def merge(state: State, patch: Mapping[str, Mapping[str, Plain | None]]) -> State:
    """The configuration with a (read) patch applied; collections in their own order, new items last."""
    merged = {name: dict(state.get(name, {})) for name in COLLECTIONS}
    for collection, items in patch.items():
        for key, item in items.items():
            if item is None:
                merged[collection].pop(key, None)
            else:
                merged[collection][key] = item
    return merged


def difference(before: State, after: State) -> tuple[Change, ...]:
    """What differs, collection by collection in the order in which they refer to one another."""
    return tuple(
        Change(name, key, before.get(name, {}).get(key), after.get(name, {}).get(key))
        for name in COLLECTIONS
        for key in dict.fromkeys([*before.get(name, {}), *after.get(name, {})])
        if before.get(name, {}).get(key) != after.get(name, {}).get(key)
    )


def patch_of(changes: tuple[Change, ...]) -> dict[str, dict[str, Plain | None]]:
    """The patch that makes these changes."""
    patch: dict[str, dict[str, Plain | None]] = {}
    for change in changes:
        patch.setdefault(change.collection, {})[change.key] = change.after
    return patch


def inverse_of(changes: tuple[Change, ...]) -> dict[str, dict[str, Plain | None]]:
    """The patch that takes them back."""
    return patch_of(tuple(Change(c.collection, c.key, c.after, c.before) for c in changes))


def patch_of_document(document: ReadDocument, current: State, *, prune: bool) -> dict[str, Any]:
    """The patch that brings the current configuration to a document; what is absent goes only with `prune`, and
    only in collections that the document mentions at all."""
    patch: dict[str, dict[str, Plain | None]] = {name: dict(items) for name, items in document.state.items()}
    if prune:
        for name, items in patch.items():
            for key in current.get(name, {}):
                items.setdefault(key, None)
    return patch


def _collections(patch: Any, errors: list[FieldError]) -> dict[str, Mapping[str, Any]]:
    if not isinstance(patch, Mapping):
        raise Invalid([FieldError("", "wrong-type", "a patch is a mapping of collections")])
    found: dict[str, Mapping[str, Any]] = {}
    for name, items in patch.items():
        if name not in COLLECTIONS:
            known = ", ".join(COLLECTIONS)
            errors.append(
                FieldError(str(name)[:80], "unknown-field", f"is not known here; known are {known}")
            )
        elif not isinstance(items, Mapping):
            errors.append(FieldError(name, "wrong-type", "must be a mapping of keys to items"))
        elif is_single(name) and name not in items:
            found[name] = {name: items}
        else:
            found[name] = items
    return found


def _key(collection: str, key: str) -> str:
    return key.strip().lower() if collection == "reps" else key


def _read(collection: str, key: Any, item: Any, places: Places) -> Plain | None:
    place = place_of(places, collection, str(key)[:_LONGEST_KEY])
    if not isinstance(key, str) or len(key) > _LONGEST_KEY:
        raise Invalid([FieldError(place, "invalid", "keys are short text")])
    if item is not None:
        return read_item(collection, _key(collection, key), item, place)
    if collection == COMPANY:
        raise Invalid([FieldError(place, "missing", "the company cannot be archived")])
    return None
