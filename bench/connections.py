"""Accounts that were connected: grants that hold for longer than the benchmark, and channels that services tell by."""

from datetime import UTC, datetime, timedelta

from sqlalchemy import select, text

from app.db import transaction
from app.models import Connection
from app.services import services
from app.usecases.push_channels import digest

SECRET = "bench"
_CHANNELS = """
INSERT INTO push_channels (public_id, calendar_id, secret_hash, remote_id, state, expires_at)
SELECT 'chan_' || place, id, :hash, 'resource-' || place, 'open', now() + interval '6 days'
FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM calendars) AS numbered
"""


def grant() -> dict[str, str]:
    """What a connection keeps of a grant."""
    later = (datetime.now(UTC) + timedelta(hours=12)).isoformat()
    return {"access_token": SECRET, "secret": SECRET, "expires_at": later}


def sign_in() -> None:
    """Every rep's account is connected."""
    with transaction() as session:
        for connection in session.scalars(select(Connection)):
            connection.secret = services().secrets.seal(connection.public_id, grant())


def watch() -> None:
    """Every calendar has a channel, `chan_1` and so on."""
    with transaction() as session:
        session.execute(text(_CHANNELS), {"hash": digest(SECRET)})
