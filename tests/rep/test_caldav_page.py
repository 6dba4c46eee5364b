"""The CalDAV form on a rep's calendars page: what is wrong is said, and a password is never shown again."""

from collections.abc import Callable

import pytest
from flask import Flask

from tests.fixtures.consoles import Browser

Open = Callable[[str | None], Browser]
TO = "/app/calendars/connect-caldav"
TYPED = {"url": "https://cal.acme.test/", "username": "remy", "password": "horse-battery"}


def test_the_form_asks_for_an_app_password_that_browsers_do_not_fill_in(app: Flask, as_user: Open) -> None:
    page = as_user("remy").get("/app/calendars").text
    form = page.partition('id="connect-caldav"')[2].partition("</form>")[0]
    assert "App password" in form
    assert 'type="password"' in form
    assert 'autocomplete="off"' in form


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"url": "http://cal.acme.test/"}, "beginning with https://"),
        ({"url": "https://127.0.0.1/"}, "check the address"),
        ({"username": ""}, "Missing"),
    ],
)
def test_what_is_wrong_is_said_without_the_password(
    app: Flask, as_user: Open, change: dict[str, str], said: str
) -> None:
    browser = as_user("remy")
    assert browser.post("/app/calendars", TYPED | change, to=TO).status_code == 303
    page = browser.get("/app/calendars").text
    assert said in page
    assert TYPED["password"] not in page


def test_nobody_connects_without_being_signed_in(app: Flask, as_user: Open) -> None:
    assert app.test_client().post(TO, data=TYPED).status_code in (302, 303, 400, 401, 403)
