"""Hand out what is configured, as a document or a single item, without any secret."""

from typing import Any

from app.configuration.document import COLLECTIONS, write_document, write_item
from app.configuration.text import write_yaml
from app.db import transaction
from app.errors import NotFound
from app.store import configuration as store
from app.store.configuration import company


def export_configuration() -> dict[str, Any]:
    """The whole configuration as a document (plain data) with its revision; applying it changes nothing."""
    with transaction() as session:
        return write_document(store.read_state(session), company.current_revision(session))


def export_yaml() -> str:
    """The same as YAML."""
    return write_yaml(export_configuration())


def export_item(collection: str, key: str) -> dict[str, Any]:
    """One item as it stands in the document: change it and send it back in a patch. Raises NotFound."""
    with transaction() as session:
        item = store.read_collection(session, collection).get(key) if collection in COLLECTIONS else None
    if item is None:
        raise NotFound(f"There is no {collection}[{key}]")
    return write_item(collection, item)
