"""Put a router's draft into force, or go back to a version that was in force before."""

from app.actor import Actor
from app.configuration.plan import ConfigurationResult
from app.db import transaction
from app.errors import NotFound
from app.store.configuration import company, routers
from app.usecases.change_configuration import change_configuration


def publish_router(
    name: str, by: Actor, note: str = "", expected_revision: int | None = None
) -> ConfigurationResult:
    """Publish the draft as a new, immutable version; the draft is gone then.

    Raises NotFound without a draft, Invalid with everything that blocks it, Conflict as `change_configuration`.
    """
    with transaction() as session:
        company.lock_revision(session)
        row = routers.find_router(session, name)
        if row is None or row.draft is None:
            raise NotFound(f"The router {name} has no draft")
        source = f"publish {name}: {note}" if note else f"publish {name}"
        result = change_configuration(
            {"routers": {name: row.draft}}, by, source, expected_revision, places={("routers", name): ""}
        )
        routers.save_draft(row, None)
        return result


def restore_router(name: str, version: int, by: Actor) -> ConfigurationResult:
    """Publish what a version said once more, as a new version. Raises NotFound."""
    with transaction() as session:
        company.lock_revision(session)
        document = routers.find_version(session, name, version)
        if document is None:
            raise NotFound(f"The router {name} has no version {version}")
        return change_configuration({"routers": {name: document}}, by, f"restore {name} version {version}")
