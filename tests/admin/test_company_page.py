"""Connecting everybody, in the console: keys in, nobody forgotten, nothing secret shown."""

import io
import json
import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.actor import SYSTEM
from app.db import db, transaction
from app.factory import create_app
from app.models import CompanyGrant, Connection, ConnectionState, Rep, User
from app.services import services
from app.store.pages.company import load_company_page
from app.usecases.check_calendars import defer_due_calendars
from app.usecases.create_user import create_user
from app.usecases.remind_to_connect import remind_missing
from app.usecases.save_company_grant import save_google_key
from tests.demo.google.running import COMPANY_SCOPES, SERVICE, SERVICE_ID
from tests.demo.microsoft.running import APP
from tests.fixtures.consoles import PASSWORD, Browser, start_session
from tests.fixtures.outside import REMY, ROSA, Outside, rep_of

PAGE = "/admin/company-connection"
Counting = Callable[[], AbstractContextManager[list[str]]]
SOMEBODY = "somebody@acme.test"
pytestmark = pytest.mark.parametrize("reps", [(REMY, SOMEBODY)], indirect=True)


@pytest.fixture
def consoles(outside: Outside) -> Iterator[Flask]:
    """The consoles beside the public application, over the same database and with the same settings."""
    app = create_app(services().settings)
    app.testing = True
    yield app
    with app.app_context():
        db.session.remove()
        db.engine.dispose()


def browser(consoles: Flask, email: str = "ada@acme.test", role: str = "admin") -> Browser:
    if db.session.scalar(select(User.id).where(User.email == email)) is None:
        create_user(email, email.partition("@")[0].title(), role, PASSWORD, SYSTEM)
    made = Browser(consoles.test_client())
    made.client.set_cookie("session", start_session(email))
    return made


def count_calendars() -> None:
    with transaction() as session:
        for rep in session.scalars(select(Rep)):
            rep.calendar_mode = "connected"


def let_sign_in(email: str) -> None:
    create_user(email, email, "rep", PASSWORD, SYSTEM)
    with transaction() as session:
        rep_of(email).user_id = session.scalars(select(User.id).where(User.email == email)).one()


def test_a_pasted_key_connects_who_can_be_and_the_page_says_who_is_missing_and_why(
    outside: Outside, consoles: Flask
) -> None:
    count_calendars()
    ada = browser(consoles)
    assert "0 of 2 reps connected" in ada.get(PAGE).text
    answer = ada.post(PAGE, {"key": outside.google.company_key()}, to=f"{PAGE}/google")
    assert answer.status_code == 303
    outside.work()
    page = ada.get(PAGE).text
    assert "1 of 2 reps connected" in page and "By the company" in page
    assert "Unknown there" in page
    assert SERVICE in page and SERVICE_ID in page and all(scope in page for scope in COMPANY_SCOPES)


def test_the_key_as_a_file_does_the_same_and_is_shown_again_nowhere(
    outside: Outside, consoles: Flask
) -> None:
    ada, key = browser(consoles), outside.google.company_key()
    file = (io.BytesIO(b"\xef\xbb\xbf" + key.encode()), "key.json")
    assert ada.post(PAGE, {"file": file}, to=f"{PAGE}/google").status_code == 303
    assert db.session.scalars(select(CompanyGrant.account)).one() == SERVICE
    secret = json.loads(key)["private_key"].splitlines()[5]
    for page in (PAGE, "/admin/settings/audit", "/admin/calendars"):
        assert secret not in ada.get(page).text


def test_a_faulty_key_is_refused_beside_its_field_and_not_repeated(outside: Outside, consoles: Flask) -> None:
    key = json.loads(outside.google.company_key()) | {"token_uri": "https://elsewhere.example/token"}
    answer = browser(consoles).post(PAGE, {"key": json.dumps(key)}, to=f"{PAGE}/google")
    assert answer.status_code == 422 and "another token server" in answer.text
    assert key["private_key_id"] not in answer.text and "elsewhere" not in answer.text
    assert db.session.scalars(select(CompanyGrant)).all() == []


def test_a_faulty_application_says_what_is_wrong_and_forgets_the_secret(
    outside: Outside, consoles: Flask
) -> None:
    form = {"tenant": "common", "client_id": APP.client_id, "client_secret": "a-secret-value"}
    answer = browser(consoles).post(PAGE, form, to=f"{PAGE}/microsoft")
    assert answer.status_code == 422 and "tenant&#39;s id or domain" in answer.text
    assert "a-secret-value" not in answer.text and APP.client_id in answer.text


def test_giving_it_up_says_first_how_many_hang_on_it(outside: Outside, consoles: Flask) -> None:
    save_google_key(outside.google.company_key(), SYSTEM)
    outside.work()
    ada = browser(consoles)
    page = ada.get(PAGE).text
    assert "1 rep hangs on this key" in re.sub(r"\s+", " ", page)
    ada.post(PAGE, {}, to=f"{PAGE}/google/end")
    outside.work()
    assert db.session.scalars(select(CompanyGrant)).all() == []
    assert {row.state for row in db.session.scalars(select(Connection))} == {ConnectionState.DISCONNECTED}


def test_those_who_are_missing_are_reminded_once_in_some_days(
    outside: Outside, consoles: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    count_calendars()
    ada = browser(consoles)
    for email in (REMY, SOMEBODY):
        let_sign_in(email)
    save_google_key(outside.google.company_key(), SYSTEM)
    outside.work()
    ada.post(PAGE, {}, to=f"{PAGE}/remind")
    ada.post(PAGE, {}, to=f"{PAGE}/remind")
    outside.settle()
    [mail] = outside.mail.messages
    assert mail["To"].addresses[0].addr_spec == SOMEBODY
    assert "/app/calendars" in mail.get_body(("plain",)).get_content()
    assert "just now" in ada.get(PAGE).text
    later = clock.now() + timedelta(days=4)
    monkeypatch.setattr(clock, "_replacement", lambda: later)
    assert remind_missing(SYSTEM).mailed == 1
    monkeypatch.undo()
    outside.settle()
    assert len(outside.mail.messages) == 2, "control: later they are"


def test_who_connects_before_the_mail_goes_out_gets_none(outside: Outside, consoles: Flask) -> None:
    let_sign_in(REMY)
    browser(consoles).post(PAGE, {}, to=f"{PAGE}/remind")
    outside.connect(REMY)
    outside.settle()
    assert outside.mail.messages == []


def test_who_cannot_sign_in_is_not_mailed_and_said_so(outside: Outside, consoles: Flask) -> None:
    ada = browser(consoles)
    answer = ada.post(PAGE, {}, to=f"{PAGE}/remind")
    assert "cannot sign in" in ada.get(answer.headers["Location"]).text
    outside.settle()
    assert outside.mail.messages == []
    assert "cannot sign in here yet" in ada.get(PAGE).text


def test_a_dead_key_is_said_at_the_top_with_what_it_means(outside: Outside, consoles: Flask) -> None:
    save_google_key(outside.google.company_key(), SYSTEM)
    outside.work()
    outside.google.ctl("delete-keys", email=SERVICE)
    with transaction() as session:
        for row in session.scalars(select(Connection)):
            row.secret, row.calendars[0].next_sync_at = None, clock.now()
    defer_due_calendars()
    outside.work()
    page = browser(consoles).get(PAGE).text
    assert "does not take the company’s key" in page and "Does not work" in page


def test_a_manager_sees_and_reminds_but_changes_no_key_and_a_rep_sees_nothing(
    outside: Outside, consoles: Flask
) -> None:
    mia = browser(consoles, "mia@acme.test", "manager")
    assert "Connect with this key" not in mia.get(PAGE).text
    assert mia.post(PAGE, {"key": outside.google.company_key()}, to=f"{PAGE}/google").status_code == 403
    assert mia.post(PAGE, {}, to=f"{PAGE}/google/end").status_code == 403
    assert mia.post(PAGE, {}, to=f"{PAGE}/remind").status_code == 303
    let_sign_in(REMY)
    remy = Browser(consoles.test_client())
    remy.client.set_cookie("session", start_session(REMY))
    assert remy.get(PAGE).status_code == 403


def test_a_rep_reads_that_the_company_connected_them_and_cannot_give_it_up(
    outside: Outside, consoles: Flask
) -> None:
    let_sign_in(REMY)
    save_google_key(outside.google.company_key(), SYSTEM)
    outside.work()
    remy = Browser(consoles.test_client())
    remy.client.set_cookie("session", start_session(REMY))
    page = remy.get("/app/calendars").text
    assert "Connected by your company" in page and "disconnect-1" not in page


def test_the_page_asks_as_often_for_many_reps_as_for_few(outside: Outside, count_queries: Counting) -> None:
    with count_queries() as few:
        load_company_page(db.session())
    with transaction() as session:
        pattern = rep_of(REMY)
        for number in range(30):
            email = f"rep{number}@acme.test"
            values = {
                "email": email,
                "name": email,
                "timezone": pattern.timezone,
                "calendar_mode": "connected",
            }
            session.add(Rep(public_id=f"rep_{email}", schedule_id=pattern.schedule_id, **values))
    with count_queries() as many:
        assert len(load_company_page(db.session()).rows) == 31
    assert len(many) == len(few)
    assert ROSA not in {row.rep.email for row in load_company_page(db.session()).rows}
