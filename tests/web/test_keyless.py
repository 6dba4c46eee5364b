"""The public process holds no key of what is encrypted: prospects are served to the end without one."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.db import db, transaction
from app.models import Booking, Calendar, CalendarState, ChannelState, Connection, Provider, PushChannel, Rep
from app.services import services
from app.usecases.push_channels import digest
from tests.fixtures.company import ZONE, application_over, company_document, first_starts
from tests.fixtures.outside import jobs


@pytest.fixture
def keyless(fresh_database: str) -> Iterator[Flask]:
    """The public surface over a configured company, without TOKEN_KEYS and without the providers' secrets."""
    with application_over(fresh_database, company_document(reps=1)):
        watch()
    with application_over(fresh_database, token_keys="") as app:
        yield app


def watch() -> None:
    """A calendar whose service tells us of changes."""
    now = clock.now()
    with transaction() as session:
        rep = session.scalars(select(Rep)).one()
        calendar = Calendar(
            public_id="cal_1",
            rep_id=rep.id,
            remote_id="primary",
            name="Work",
            can_write=True,
            is_primary=True,
            checks_conflicts=False,
            is_destination=False,
            state=CalendarState.OK,
        )
        connection = Connection(
            public_id="conn_1", rep_id=rep.id, provider=Provider.GOOGLE, account="1", updated_at=now
        )
        connection.state, connection.calendars = "active", [calendar]
        session.add(connection)
        session.flush()
        channel = PushChannel(
            public_id="chan_1",
            calendar_id=calendar.id,
            secret_hash=digest("told"),
            remote_id="resource",
            state=ChannelState.OPEN,
            expires_at=now + timedelta(days=5),
        )
        session.add(channel)


def test_a_prospect_books_moves_and_calls_off_without_any_key_there(keyless: Flask) -> None:
    client = keyless.test_client()
    body = {"answers": {"email": "priya@globex.test"}, "timezone": ZONE, "locale": "en"}
    made = client.post("/api/v1/forms/demo/requests", json=body).json or {}
    bearer = {"Authorization": f"Bearer {made['request']['token']}"}
    address = f"/api/v1/requests/{made['request']['id']}"
    times = first_starts(made)
    held = client.post(f"{address}/holds", json={"start": times[0]}, headers=bearer)
    assert held.status_code == 201
    booked = client.post(f"{address}/bookings", json={"start": times[0]}, headers=bearer)
    assert booked.status_code == 201
    assert db.session.scalars(select(Booking)).one()
    with pytest.raises(ValueError, match="Fernet"):
        services().secrets.seal("anything", "at all")


def test_a_calendar_service_is_heard_without_any_key_there(keyless: Flask) -> None:
    headers = {
        "X-Goog-Channel-ID": "chan_1",
        "X-Goog-Channel-Token": "told",
        "X-Goog-Resource-ID": "resource",
    }
    assert keyless.test_client().post("/hooks/google", headers=headers).status_code == 204
    assert [job["task_name"] for job in jobs("todo")] == ["sync_calendar"]
