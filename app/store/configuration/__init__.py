"""Rows as the plain items of the configuration document and back, one small adapter per collection.

Each adapter module has `read(session)` (key → item, archived rows left out), `write(session, key, item, writer)`
(adds, changes, or brings back) and `archive(session, key, at)`. Items are plain JSON with every field there.
"""

from datetime import datetime
from typing import Any, Protocol

from sqlalchemy.orm import Session

from app.store.configuration import (
    company,
    enrichment,
    forms,
    meeting_types,
    pools,
    queues,
    reps,
    routers,
    schedules,
    standards,
    territories,
)
from app.store.configuration.writer import Writer


class Adapter(Protocol):
    """How one collection is read and written."""

    def read(self, session: Session) -> dict[str, dict[str, Any]]: ...
    def write(self, session: Session, key: str, item: dict[str, Any], writer: Writer) -> None: ...
    def archive(self, session: Session, key: str, at: datetime) -> None: ...


ADAPTERS: dict[str, Adapter] = {
    "company": company,
    "schedules": schedules,
    "territories": territories,
    "reps": reps,
    "meeting_types": meeting_types,
    "queues": queues,
    "pools": pools,
    "routers": routers,
    "forms": forms,
    "enrichment": enrichment,
    "scoring": standards.Standard("scoring"),
    "qualification": standards.Standard("qualification"),
}
"""In the order in which they refer to one another: write forwards, archive backwards."""

__all__ = ["ADAPTERS", "Writer", "archive_item", "read_collection", "read_state", "write_item"]


def read_state(session: Session) -> dict[str, dict[str, dict[str, Any]]]:
    """The whole configuration: collection → key → item."""
    return {name: read_collection(session, name) for name in ADAPTERS}


def read_collection(session: Session, collection: str) -> dict[str, dict[str, Any]]:
    """One collection: key → item."""
    found: dict[str, dict[str, Any]] = ADAPTERS[collection].read(session)
    return found


def write_item(session: Session, collection: str, key: str, item: dict[str, Any], writer: Writer) -> None:
    """Bring the rows of one item to what it says."""
    ADAPTERS[collection].write(session, key, item, writer)


def archive_item(session: Session, collection: str, key: str, at: datetime) -> None:
    """Take one item out of use; its rows stay, for what refers to them."""
    ADAPTERS[collection].archive(session, key, at)
