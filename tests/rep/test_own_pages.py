"""A rep's own pages: only their own time, only their own calendars, and what is on them."""

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app.clock import now
from app.db import db
from app.ids import new_id
from app.models import (
    Calendar,
    CalendarMode,
    CalendarState,
    Connection,
    ConnectionState,
    Provider,
    Rep,
    TimeOff,
)
from app.usecases.export_configuration import export_item
from tests.fixtures.consoles import Browser, book, submit

Open = Callable[[str | None], Browser]

WEEK = {"timezone": "Europe/Berlin", "weekly.mon": "10:00-12:00, 13:00-15:00", "weekly.tue": "10:00-12:00"}


def rep_of(name: str) -> Rep:
    return db.session.scalars(select(Rep).where(Rep.email == f"{name}@acme.test")).one()


def connect(name: str, *, state: ConnectionState = ConnectionState.ACTIVE) -> tuple[str, str]:
    """A Google account with one calendar; the ids of both."""
    rep = rep_of(name)
    rep.calendar_mode = CalendarMode.CONNECTED
    connection = Connection(
        public_id=new_id("conn"),
        rep_id=rep.id,
        provider=Provider.GOOGLE,
        account=new_id("acc"),
        email=rep.email,
        state=state,
        updated_at=now(),
    )
    db.session.add(connection)
    db.session.flush()
    calendar = Calendar(
        public_id=new_id("cal"),
        rep_id=rep.id,
        connection_id=connection.id,
        remote_id="primary",
        name=f"{rep.name} at work",
        can_write=True,
        is_primary=True,
        checks_conflicts=True,
        is_destination=False,
        state=CalendarState.OK,
        synced_at=now(),
    )
    db.session.add(calendar)
    db.session.commit()
    return connection.public_id, calendar.public_id


def test_my_day_says_who_comes_and_why_to_me(app: Flask, as_user: Open) -> None:
    with app.app_context():
        book(submit())
    page = as_user("remy").get("/app/").text
    assert "Priya" in page
    assert "Why you:" in page
    assert "healthcare at least 2" in page
    assert "Priya" not in as_user("rosa").get("/app/").text


def test_a_day_without_meetings_says_what_will_be_there(as_user: Open) -> None:
    assert "No meetings ahead" in as_user("rosa").get("/app/").text


def test_own_hours_become_a_schedule_of_ones_own(app: Flask, as_user: Open) -> None:
    browser = as_user("rosa")
    assert "You share the hours of" in browser.get("/app/hours").text
    assert browser.post("/app/hours", WEEK).status_code == 303
    with app.app_context():
        assert export_item("reps", "rosa@acme.test")["schedule"] == "rosa@acme.test"
        assert export_item("schedules", "rosa@acme.test")["weekly"]["mon"] == ["10:00-12:00", "13:00-15:00"]
        assert export_item("schedules", "office")["weekly"]["mon"] == ["08:00-18:00"]
    page = browser.get("/app/hours").text
    assert "You share the hours of" not in page
    assert "10:00-12:00, 13:00-15:00" in page


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"weekly.mon": "9 to 5"}, "hours-mon-error"),
        ({"weekly.tue": "10:00-12:00, 11:00-13:00"}, "hours-tue-error"),
        ({"timezone": "Mars/Olympus"}, "f-timezone-error"),
        ({"overrides": "2026-13-01"}, "f-overrides-error"),
    ],
)
def test_hours_that_cannot_be_are_refused_beside_their_day(
    as_user: Open, typed: dict[str, str], field: str
) -> None:
    answer = as_user("remy").post("/app/hours", {**WEEK, **typed})
    assert answer.status_code == 422
    assert field in answer.text
    assert next(iter(typed.values())) in answer.text


def test_time_off_is_kept_listed_and_taken_back(app: Flask, as_user: Open) -> None:
    browser = as_user("remy")
    off = {"from": "2030-12-20", "to": "2030-12-27", "note": "Skiing"}
    assert browser.post("/app/time-off", off).status_code == 303
    assert "Skiing" in browser.get("/app/time-off").text
    with app.app_context():
        row = db.session.scalars(select(TimeOff)).one()
        assert (row.starts_on, row.ends_on) == (date(2030, 12, 20), date(2030, 12, 27))
        address = f"/app/time-off/{row.public_id}/remove"
    assert as_user("rosa").post("/app/time-off", {}, to=address).status_code == 303
    assert "Skiing" in browser.get("/app/time-off").text  # it was not Rosa's to take back
    browser.post("/app/time-off", {}, to=address)
    assert "Skiing" not in browser.get("/app/time-off").text


def test_a_part_of_a_day_can_be_taken_off(app: Flask, as_user: Open) -> None:
    off = {"from": "2030-11-05", "start": "13:00", "end": "15:00"}
    assert as_user("remy").post("/app/time-off", off).status_code == 303
    with app.app_context():
        row = db.session.scalars(select(TimeOff).where(TimeOff.starts_on == date(2030, 11, 5))).one()
        assert row.minutes == [13 * 60, 15 * 60]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"from": "2030-02-30"}, "f-from-error"),
        ({"from": "2030-12-20", "to": "2030-12-01"}, "problems"),
        ({"from": "2030-12-20", "start": "15:00", "end": "13:00"}, "problems"),
        ({"from": "2030-12-20", "cover": "nobody"}, "f-cover-error"),
    ],
)
def test_impossible_time_off_is_refused_and_stays_typed(
    as_user: Open, typed: dict[str, str], field: str
) -> None:
    answer = as_user("remy").post("/app/time-off", typed)
    assert answer.status_code == 422
    assert field in answer.text
    assert typed["from"] in answer.text


def test_a_rep_chooses_what_closes_their_time_and_where_meetings_go(app: Flask, as_user: Open) -> None:
    with app.app_context():
        _, calendar = connect("remy")
    browser = as_user("remy")
    assert "Remy at work" in browser.get("/app/calendars").text
    assert (
        browser.post("/app/calendars", {"conflicts": [calendar], "destination": calendar}).status_code == 303
    )
    with app.app_context():
        row = db.session.scalars(select(Calendar).where(Calendar.public_id == calendar)).one()
        assert row.is_destination
    browser.post("/app/calendars", {})
    assert "Choose which calendar we check" in browser.get("/app/calendars").text


def test_calendars_of_others_are_out_of_reach(app: Flask, as_user: Open) -> None:
    with app.app_context():
        connection, calendar = connect("rosa")
    browser = as_user("remy")
    browser.post("/app/calendars", {"conflicts": [calendar], "destination": calendar})
    assert "Not saved" in browser.get("/app/calendars").text
    address = f"/app/calendars/{connection}/disconnect"
    assert browser.post("/app/calendars", {}, to=address).status_code == 404
    with app.app_context():
        row = db.session.scalars(select(Connection).where(Connection.public_id == connection)).one()
        assert row.state is ConnectionState.ACTIVE


def test_a_dead_grant_says_what_it_means_and_what_to_do(app: Flask, as_user: Open) -> None:
    with app.app_context():
        connect("rosa", state=ConnectionState.NEEDS_RECONNECT)
    page = as_user("rosa").get("/app/").text
    assert "sign in to your calendar again" in page
    assert "not offered to anybody" in page
    console = as_user("ada").get("/admin/calendars").text
    assert "no longer lets us in" in console


def test_a_provider_that_is_not_set_up_cannot_be_connected(as_user: Open) -> None:
    browser = as_user("remy")
    assert browser.post("/app/calendars", {}, to="/app/calendars/connect/google").status_code == 303
    assert "admin must set this provider up" in browser.get("/app/calendars").text
    assert browser.post("/app/calendars", {}, to="/app/calendars/connect/aol").status_code == 404


def test_a_sign_in_that_nobody_began_is_refused(as_user: Open) -> None:
    browser = as_user("remy")
    assert browser.get("/oauth/google/callback?state=made-up&code=x").location == "/app/calendars"
    assert "begin again" in browser.get("/app/calendars").text


def test_what_comes_back_to_an_ended_session_is_not_carried_along(as_user: Open) -> None:
    assert as_user(None).get("/oauth/google/callback?state=s&code=secret").location == "/sign-in"


def test_forms_may_end_at_the_providers_and_nowhere_else(as_user: Open) -> None:
    policy = as_user("remy").get("/app/calendars").headers["Content-Security-Policy"]
    assert "form-action 'self' https://accounts.google.com https://login.microsoftonline.com;" in policy


def test_the_assignment_history_shows_turns_and_place(app: Flask, as_user: Open) -> None:
    page = as_user("remy").get("/app/history").text
    assert "Took a turn" in page
    assert "of 2" in page


def test_a_cover_is_shown_to_both(as_user: Open) -> None:
    off = {"from": "2031-03-03", "to": "2031-03-14", "cover": "rosa@acme.test", "note": "Alps"}
    assert as_user("remy").post("/app/time-off", off).status_code == 303
    assert "Covered by <b>Rosa</b>" in as_user("remy").get("/app/time-off").text
    shown = as_user("rosa").get("/app/time-off").text
    assert "You cover for" in shown and "<b>Remy</b>" in shown and "Alps" not in shown


def test_a_trip_is_kept_listed_and_taken_back(app: Flask, as_user: Open) -> None:
    browser = as_user("remy")
    assert "No trips ahead" in browser.get("/app/time-off").text
    trip = {"trip_from": "2030-12-01", "trip_timezone": "Asia/Tokyo", "trip_note": "Fair"}
    assert browser.post("/app/time-off", trip, "/app/travel").status_code == 303
    page = browser.get("/app/time-off").text
    assert "Fair" in page
    with app.app_context():
        saved = export_item("reps", "remy@acme.test")["travel"]
        assert saved == [{"from": "2030-12-01", "to": "2030-12-01", "timezone": "Asia/Tokyo", "note": "Fair"}]
    public_id = page.split("/app/travel/")[1].split("/")[0]
    assert as_user("rosa").post("/app/time-off", {}, f"/app/travel/{public_id}/remove").status_code == 303
    with app.app_context():
        assert "travel" in export_item("reps", "remy@acme.test"), "nobody else takes it back"
    browser.post("/app/time-off", {}, f"/app/travel/{public_id}/remove")
    with app.app_context():
        assert "travel" not in export_item("reps", "remy@acme.test")


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ({"trip_timezone": "Asia/Atlantis"}, "is no time zone"),
        ({"trip_from": "2030-12-04", "trip_to": "2030-12-03"}, "before it starts"),
        ({"trip_from": "2030-11-30", "trip_to": "2030-12-01"}, "wo trips cover 2030-12-01"),
    ],
)
def test_a_trip_that_cannot_be_is_refused_with_words(
    as_user: Open, typed: dict[str, str], words: str
) -> None:
    browser = as_user("remy")
    trip = {"trip_from": "2030-12-01", "trip_to": "2030-12-02", "trip_timezone": "Asia/Tokyo"}
    browser.post("/app/time-off", trip, "/app/travel")
    answer = browser.post(
        "/app/time-off", {**trip, "trip_from": "2031-01-01", "trip_to": "2031-01-02", **typed}, "/app/travel"
    )
    assert answer.status_code == 422
    assert words in answer.text


def test_a_part_of_a_day_is_off_and_the_rest_of_it_is_not(app: Flask, as_user: Open) -> None:
    off = {"from": "2031-03-07", "start": "13:00", "end": "15:30"}
    assert as_user("remy").post("/app/time-off", off).status_code == 303
    with app.app_context():
        partly = select(TimeOff).where(TimeOff.starts_on == date(2031, 3, 7))
        assert db.session.scalars(partly).one().minutes == [780, 930]
    assert "13:00–15:30" in as_user("remy").get("/app/time-off").text


def test_a_calendar_that_was_read_too_long_ago_says_that_i_am_not_offered(app: Flask, as_user: Open) -> None:
    with app.app_context():
        _, calendar = connect("remy")
        row = db.session.scalars(select(Calendar).filter_by(public_id=calendar)).one()
        row.state, row.synced_at = CalendarState.FAILING, now() - timedelta(hours=5)
        db.session.commit()
        assert "You are still offered" in as_user("remy").get("/app/calendars").text
        row.synced_at = now() - timedelta(hours=7)
        db.session.commit()
    assert "last read too long ago" in as_user("remy").get("/app/calendars").text
    assert "Read too long ago" in as_user("ada").get("/admin/calendars").text
