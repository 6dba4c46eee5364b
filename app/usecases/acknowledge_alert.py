"""Somebody takes note of a trouble: it stays on its page until it is over, and asks for nobody any longer."""

from app import clock
from app.actor import Actor
from app.db import transaction
from app.errors import NotFound
from app.store.alerts import find_alert
from app.store.records import add_audit


def acknowledge_alert(alert: str, by: Actor) -> None:
    """Note who has seen it; the first one counts. Raises NotFound."""
    with transaction() as session:
        row = find_alert(session, alert)
        if row is None:
            raise NotFound("There is no such alert.")
        if row.acknowledged_at is not None or row.settled_at is not None:
            return
        row.acknowledged_at, row.acknowledged_by = clock.now(), by.name
        add_audit(session, by.name, "alert.acknowledged", "alert", row.public_id, kind=row.kind.value)
