"""The end of a connection, as far as our own rows go."""

from app import clock
from app.db import Session
from app.models import Connection, ConnectionState
from app.store.availability import touch_reps
from app.store.records import add_audit


def close_connection(session: Session, connection: Connection, by: str) -> None:
    """Forget what opened it. Its calendars close no time and take no meetings any more."""
    connection.state, connection.secret, connection.error = ConnectionState.DISCONNECTED, None, None
    connection.updated_at = clock.now()
    for calendar in connection.calendars:
        calendar.is_destination = calendar.checks_conflicts = False
    forget_places(connection)
    touch_reps(session, {connection.rep_id})
    add_audit(session, by, "connection.ended", "connection", connection.public_id)


def forget_places(connection: Connection) -> None:
    """Read its calendars from the beginning next time: a place in the changes belongs to who was let in."""
    for calendar in connection.calendars:
        calendar.token = None
