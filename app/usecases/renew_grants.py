"""Keep grants alive that nothing else uses: services let refresh tokens die when they lie idle for months."""

from datetime import timedelta

from app import clock
from app.db import transaction
from app.queue import BACKGROUND, defer
from app.store.calendars import list_idle_connections
from app.usecases.calendar_services import SIGN_IN
from app.usecases.open_calendar import renewed_token

IDLE = timedelta(days=7)


def defer_renewals() -> int:
    """Defer a renewal for each grant that was not renewed for a week; returns how many were added."""
    with transaction() as session:
        idle = list_idle_connections(session, tuple(SIGN_IN), clock.now() - IDLE)
        return sum(
            defer(session, "renew_grant", once=f"renew:{key}", priority=BACKGROUND, connection=key)
            for key in idle
        )


def renew_grant(connection: int) -> None:
    """Renew one grant. Raises CalendarError; a dead one closes the rep and is told to them, as anywhere else."""
    renewed_token(connection, None)
