"""The whole application on a real server, with Acme at work in it, and a browser signed in to it."""

import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page
from sqlalchemy import select
from werkzeug.serving import make_server

from app.actor import SYSTEM
from app.db import transaction
from app.models import (
    AlertKind,
    Calendar,
    CalendarState,
    Connection,
    ConnectionState,
    Provider,
    ReadingCause,
    Rep,
)
from app.store.alerts import raise_alert, settle_alert
from app.store.readings import add_reading
from app.usecases.change_configuration import change_configuration
from tests.fixtures.consoles import app, book, start_session, submit

__all__ = ["app"]

Visit = Callable[..., Page]
GERMAN = {"field": "country", "op": "eq", "value": "DE"}
JUDGED = {
    "scoring": {
        "items": [{"name": "from Germany", "when": GERMAN, "points": 30}],
        "priorities": [{"name": "high", "at_least": 30}],
    },
    "qualification": {
        "icp": {"when": GERMAN},
        "verdicts": [
            {
                "name": "no e-mail like this",
                "verdict": "needs_review",
                "when": {"field": "email", "op": "missing"},
            }
        ],
        "paths": {"needs_review": {"queue": "desk"}},
    },
}
"""What leads are judged by."""


@pytest.fixture(scope="module")
def server(app: Flask) -> Iterator[str]:
    """The address of the running application; some leads have come and gone."""
    with app.app_context():
        change_configuration(JUDGED, SYSTEM, "test")
        book(submit())
        submit("jo@shop.example", name="Jo", country="FR", industry="retail")
        connect("rosa@acme.test")
        trouble()
    running = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=running.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{running.server_port}"
    running.shutdown()
    running.server_close()


def trouble() -> None:
    """One alert that is there, and one that is over."""
    at = datetime.now(UTC)
    with transaction() as session:
        raise_alert(session, AlertKind.MISCONFIGURED, "google/sign-in", at=at, reason="invalid_client")
        raise_alert(session, AlertKind.OUTAGE, "microsoft", at=at, reason="Graph answered 503")
        settle_alert(session, AlertKind.OUTAGE, "microsoft", at=at)


def connect(email: str) -> None:
    """A calendar of a rep that was read, once in vain, and whose service tells us of changes."""
    now = datetime.now(UTC)
    with transaction() as session:
        rep = session.scalars(select(Rep).where(Rep.email == email)).one()
        calendar = Calendar(
            public_id="cal_rosa",
            rep_id=rep.id,
            remote_id="rosa",
            name="Rosa",
            can_write=True,
            is_primary=True,
            checks_conflicts=True,
            is_destination=True,
            state=CalendarState.OK,
            known_from=now - timedelta(days=7),
            known_until=now + timedelta(days=90),
            synced_at=now,
            next_sync_at=now + timedelta(minutes=5),
        )
        connection = Connection(
            public_id="conn_rosa",
            rep_id=rep.id,
            provider=Provider.MICROSOFT,
            account="rosa",
            email=email,
            state=ConnectionState.ACTIVE,
            updated_at=now,
            calendars=[calendar],
        )
        session.add(connection)
        session.flush()
        add_reading(session, calendar.id, ReadingCause.CONNECTED, now, now, was_full=True, changed=12)
        add_reading(session, calendar.id, ReadingCause.DUE, now, now, error="Graph answered 503")


@pytest.fixture
def visit(app: Flask, server: str, chromium: Browser) -> Iterator[Visit]:
    """Open a page as somebody; errors on the browser's console fail the test."""
    errors: list[str] = []
    contexts = []

    def go(name: str, address: str, **look: object) -> Page:
        context = chromium.new_context(**{"viewport": {"width": 1280, "height": 800}, **look})  # type: ignore[arg-type]
        contexts.append(context)
        with app.app_context():
            secret = start_session(f"{name}@acme.test")
        context.add_cookies([{"name": "session", "value": secret, "url": server}])
        context.set_default_timeout(8000)
        page = context.new_page()
        page.on("console", lambda line: _note(errors, line.type, line.text))
        page.goto(server + address)
        return page

    yield go
    for context in contexts:
        context.close()
    assert errors == []


def _note(errors: list[str], kind: str, text: str) -> None:
    """Chromium reports a page with faults (422) as an error too; that one is meant."""
    if kind == "error" and "status of 422" not in text:
        errors.append(text)
