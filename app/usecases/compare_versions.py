"""Say what differs between two versions of a router, in sentences."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from app.configuration.document import read_item
from app.db import Session, transaction
from app.errors import FieldError, Invalid, NotFound
from app.store.configuration import routers
from routing.diff import Change, diff_routers
from routing.router import parse_router

DRAFT = "draft"
PUBLISHED = "published"


@dataclass(frozen=True, slots=True)
class Comparison:
    """`before` and `after` are `draft`, or a version's number as text; `documents` are the two."""

    before: str
    after: str
    changes: tuple[Change, ...]
    documents: tuple[Mapping[str, Any], Mapping[str, Any]]

    def sentences(self) -> tuple[str, ...]:
        """One for each change; none when both say the same."""
        return tuple(change.sentence() for change in self.changes)

    def to_json(self) -> dict[str, Any]:
        """Plain JSON, without the documents."""
        changes = [change.to_json() for change in self.changes]
        return {"from": self.before, "to": self.after, "changes": changes}


def compare_versions(name: str, before: str, after: str) -> Comparison:
    """Compare two versions of a router: numbers, `published`, or `draft`.

    Raises NotFound, and Invalid when the draft cannot be read.
    """
    with transaction() as session:
        row = routers.find_router(session, name)
        if row is None:
            raise NotFound(f"There is no router called {name}")
        sides = [_number(which, row.published_version) for which in (before, after)]
        found = [row.draft if which == DRAFT else _version(session, name, which) for which in sides]
    documents = [each for each in found if each is not None]
    if len(documents) < 2:
        missing = sides[found.index(None)]
        raise NotFound(f"The router {name} has no {'draft' if missing == DRAFT else f'version {missing}'}")
    changes = diff_routers(*(parse_router(_read(name, each)) for each in documents))
    return Comparison(sides[0], sides[1], changes, (documents[0], documents[1]))


def sentences_between(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[str, ...]:
    """What differs between two published documents."""
    changes = diff_routers(parse_router(before), parse_router(after))
    return tuple(change.sentence() for change in changes)


def _number(which: str, published: int | None) -> str:
    return str(published or 0) if which == PUBLISHED else which


def _version(session: Session, name: str, which: str) -> Mapping[str, Any] | None:
    if not which.isdecimal() or len(which) > 9:
        raise Invalid([FieldError("version", "invalid", "must be a number, published, or draft")])
    return routers.find_version(session, name, int(which))


def _read(name: str, document: Mapping[str, Any]) -> Mapping[str, Any]:
    """In the library's spelling: a draft is kept as it was typed."""
    return read_item("routers", name, document, DRAFT)
