"""Calendars whose id is good no longer, mailboxes that are renamed, and accounts that are somebody else's."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text, update

from app import clock
from app import services as app_services
from app.db import db, transaction
from app.errors import Conflict
from app.models import AlertKind, Calendar, CalendarState, Connection, Provider, Rep, User
from app.store.alerts import list_open_alerts
from app.usecases import connect_calendar, sync_calendar
from app.usecases.calendar_services import Flow, GoogleService
from app.usecases.connect_calendar import choose_calendars, finish_connecting, start_connecting
from app.usecases.watch_alerts import watch_alerts
from calendars.providers.base import CalendarError, RemoteCalendar
from calendars.providers.google import GoogleCalendar
from calendars.providers.grant import Grant
from tests.demo.google.running import RAVI
from tests.faults.living import calendar_of
from tests.fixtures.consoles import running_app, start_session
from tests.fixtures.outside import REMY, ROSA, Outside, calendars_of, fault, rep_of, sign_in

ONE_EACH = pytest.mark.parametrize(("reps", "email"), [((REMY,), REMY), ((ROSA,), ROSA)], indirect=["reps"])
BOTH = pytest.mark.parametrize("reps", [(REMY, ROSA)], indirect=True)
Page = Callable[[str], str]
RENAMED = "remy.newname@acme.test"


@pytest.fixture
def calendars_page(outside: Outside, fresh_database: str) -> Page:
    """A rep's page of calendars, by an application that has the consoles."""

    def opened(email: str) -> str:
        with transaction() as session:
            user = session.scalars(select(User.id).where(User.email == email)).one()
            session.execute(update(Rep).where(Rep.email == email).values(user_id=user))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(
                app_services, "_current", None
            )  # and back to those of the one that serves prospects
            with running_app(fresh_database) as consoles, consoles.app_context():
                browser = consoles.test_client()
                browser.set_cookie("session", start_session(email))
                answer = browser.get("/app/calendars")
        assert answer.status_code == 200
        return answer.text

    return opened


def alerts() -> list[AlertKind]:
    watch_alerts()
    db.session.rollback()
    return [alert.kind for alert in list_open_alerts(db.session())]


def lose(outside: Outside, email: str) -> str:
    """The calendar that closes the rep's time is there no more, and is read; its state."""
    outside.connect_and_read(email)
    side: Any = outside.google if email == REMY else outside.microsoft
    with fault(side, "status", "*alendar*", status=404, reason="notFound"):
        assert not sync_calendar.sync_calendar(calendar_of(email).public_id)
    return calendar_of(email).state.value


@ONE_EACH
def test_a_calendar_that_is_gone_closes_its_rep_and_everybody_concerned_is_told(
    outside: Outside, calendars_page: Page, monkeypatch: pytest.MonkeyPatch, email: str
) -> None:
    assert lose(outside, email) == "gone"
    assert outside.ask()[1] == []
    assert alerts() == [AlertKind.CALENDAR_STALE]
    assert "A calendar of yours is gone" in calendars_page(email)
    later = clock.now() + timedelta(minutes=7)
    monkeypatch.setattr(clock, "_replacement", lambda: later)
    watch_alerts()
    outside.work()
    [mail] = [each for each in outside.mail.to(email) if "cannot be read" in str(each["Subject"])]
    body = mail.get_body(("plain",))
    assert body is not None and "Choose another calendar to check" in body.get_content()


@ONE_EACH
def test_control_who_takes_a_calendar_that_is_gone_for_trouble_that_passes_goes_on_offering(
    outside: Outside, monkeypatch: pytest.MonkeyPatch, email: str
) -> None:
    note = sync_calendar._note_failure

    def belittle(calendar: str, error: CalendarError, *rest: Any) -> None:
        note(calendar, CalendarError(str(error), code="unavailable", permanent=False), *rest)

    monkeypatch.setattr(sync_calendar, "_note_failure", belittle)
    assert lose(outside, email) == "failing"
    assert outside.ask()[1] and alerts() == []


def rename(patch: pytest.MonkeyPatch, **more: str) -> None:
    """From now on Remy's mailbox has another address, and the id of its calendar is another one with it."""
    finish, list_all = GoogleService.finish, GoogleCalendar.list_calendars

    def finish_renamed(service: GoogleService, flow: Flow, answer: Mapping[str, str], now: datetime) -> Grant:
        return replace(finish(service, flow, answer, now), email=RENAMED, **more)

    def list_renamed(google: GoogleCalendar) -> tuple[RemoteCalendar, ...]:
        return tuple(replace(each, id="primary") if each.is_primary else each for each in list_all(google))

    patch.setattr(GoogleService, "finish", finish_renamed)
    patch.setattr(GoogleCalendar, "list_calendars", list_renamed)


def connections() -> list[str]:
    """The ids of all connections."""
    db.session.rollback()
    return list(db.session.scalars(select(Connection.public_id)))


def test_a_renamed_mailbox_is_the_same_account_and_its_lost_calendar_closes_until_another_is_chosen(
    outside: Outside, calendars_page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside.connect_and_read(REMY)
    known = connections()
    rename(monkeypatch)
    outside.connect(REMY)
    assert connections() == known and RENAMED in calendars_page(REMY)
    found: dict[str, Calendar] = {each.remote_id: each for each in calendars_of(REMY)}
    new = found["primary"]
    assert sync_calendar.sync_calendar(new.public_id)
    assert found[REMY].state is CalendarState.GONE
    assert outside.ask()[1] == [], "it closed time, and nobody can say whether it still would"
    choose_calendars(rep_of(REMY).id, {new.public_id}, new.public_id)
    assert outside.ask("later@globex.test")[1]


def test_control_who_goes_by_the_address_takes_the_same_account_for_another(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside.connect_and_read(REMY)
    known = connections()
    rename(monkeypatch, account=RENAMED)
    outside.connect(REMY)
    assert len(connections()) == len(known) + 1


def connect_as_rosa(outside: Outside, account: str) -> None:
    """Rosa signs in at Google with somebody's account."""
    session_id = sign_in(ROSA)
    url = start_connecting(Provider.GOOGLE, rep_of(ROSA).id, session_id, None)
    finish_connecting(Provider.GOOGLE, session_id, outside.google.allow(url, account))


@BOTH
def test_whose_account_it_is_can_be_seen_and_that_of_a_colleague_is_refused(
    outside: Outside, calendars_page: Page
) -> None:
    outside.connect(REMY)
    with pytest.raises(Conflict, match="another rep"):
        connect_as_rosa(outside, REMY)
    assert REMY not in calendars_page(ROSA)
    connect_as_rosa(outside, RAVI)
    assert RAVI in calendars_page(ROSA), "not hers: she can see it, and give it up"


@BOTH
def test_control_without_look_and_constraint_two_reps_share_one_account(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside.connect(REMY)
    monkeypatch.setattr(connect_calendar, "find_account", lambda *asked: None)
    with transaction() as session:
        session.execute(text("DROP INDEX uq_connections_account"))
    connect_as_rosa(outside, REMY)
    assert len(connections()) == 2
