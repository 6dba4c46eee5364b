"""What counts as busy in a calendar: a plain form for the rep, the same one for a manager, and a way back."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.db import db, transaction
from app.ids import new_id
from app.models import Calendar, CalendarState, Connection, ConnectionState, Provider, Rep
from tests.fixtures.consoles import Browser

Open = Callable[[str | None], Browser]


@pytest.fixture
def calendar(app: Flask) -> Iterator[str]:
    """A calendar of Remy's at Google."""
    public_id = new_id("cal")
    with app.app_context(), transaction() as session:
        rep = session.scalars(select(Rep).where(Rep.name == "Remy")).one()
        connection = Connection(
            public_id=new_id("con"), rep_id=rep.id, provider=Provider.GOOGLE, account=public_id, scopes=[],
            state=ConnectionState.ACTIVE, updated_at=clock.now(),
        )  # fmt: skip
        connection.calendars.append(
            Calendar(
                public_id=public_id, rep_id=rep.id, remote_id="primary", name="Work", can_write=True,
                is_primary=True, checks_conflicts=True, is_destination=True, state=CalendarState.OK, warnings=[],
            )
        )  # fmt: skip
        session.add(connection)
        session.flush()
        key = connection.id
    yield public_id
    with app.app_context(), transaction() as session:
        session.delete(session.get_one(Connection, key))


def choices(app: Flask, public_id: str) -> dict[str, bool]:
    with app.app_context():
        return db.session.scalars(select(Calendar.busy_choices).where(Calendar.public_id == public_id)).one()


def test_a_rep_chooses_and_goes_back_to_the_usual(app: Flask, as_user: Open, calendar: str) -> None:
    browser, page = as_user("remy"), f"/app/calendars/{calendar}/busy"
    assert page in browser.get("/app/calendars").text
    shown = browser.get(page).text
    assert "Focus time" in shown and "Usually closed" in shown
    assert "Working elsewhere" not in shown, "Google does not tell it apart"
    assert browser.post(page, {"focus": "open", "tentative": "closes"}).status_code == 303
    assert choices(app, calendar) == {"focus": False}
    assert "focus time leaves time open" in browser.get("/app/calendars").text
    browser.post(page, {"usual": "yes", "focus": "open"})
    assert choices(app, calendar) == {}


def test_a_manager_chooses_for_a_rep(app: Flask, as_user: Open, calendar: str) -> None:
    browser, page = as_user("mia"), f"/admin/calendars/{calendar}/busy"
    assert page in browser.get(f"/admin/calendars/{calendar}").text
    browser.post(page, {"unanswered": "open"})
    assert choices(app, calendar) == {"unanswered": False}
    assert "Not answered yet leaves time open" in browser.get(f"/admin/calendars/{calendar}").text


def test_nobody_chooses_for_a_colleague(app: Flask, as_user: Open, calendar: str) -> None:
    browser, page = as_user("rosa"), f"/app/calendars/{calendar}/busy"
    assert browser.get(page).status_code == 404
    assert browser.post("/app/calendars", {"focus": "open"}, to=page).status_code == 404
    assert choices(app, calendar) == {}


def test_words_that_are_no_choice_change_nothing(app: Flask, as_user: Open, calendar: str) -> None:
    browser, page = as_user("remy"), f"/app/calendars/{calendar}/busy"
    browser.post(page, {"focus": "maybe", "oof": "open", "busy": "open"})
    assert choices(app, calendar) == {}
