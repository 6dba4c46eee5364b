"""`SECRET_KEY` is replaced: people stay signed in; what the old one signed is over."""

from collections.abc import Callable, Iterator

import pytest
from flask import Flask

from app.services import configure_services
from app.tokens import Purpose, make_token, read_token
from tests.fixtures.consoles import Browser, csrf_of, running_app

Open = Callable[[str | None], Browser]
FORM = {"email": "stranger@acme.test", "password": "whatever-it-is"}


@pytest.fixture
def mailed(app: Flask) -> str:
    """The token of a link in a mail, made with the key that there was first."""
    token = make_token(Purpose.MANAGE, "bkg_1", 0)
    assert read_token(Purpose.MANAGE, token) == ("bkg_1", 0)
    return token


@pytest.fixture
def restarted(app: Flask, mailed: str) -> Iterator[Flask]:
    """The application over the same database, started again with another key."""
    with running_app(app.config["SQLALCHEMY_DATABASE_URI"], secret_key="another-key-" * 4) as built:
        yield built
    configure_services(app.extensions["settings"])


def carry_over(browser: Browser, to: Flask) -> Browser:
    """The same browser with all its cookies, before another server."""
    moved = Browser(to.test_client())
    for name in ("session", "visit"):
        cookie = browser.client.get_cookie(name)
        if cookie is not None:
            moved.client.set_cookie(name, cookie.value)
    return moved


def test_with_another_secret_key_people_stay_signed_in_and_can_work(restarted: Flask, as_user: Open) -> None:
    before = as_user("ada")
    assert before.get("/admin/").status_code == 200
    browser = carry_over(before, restarted)
    assert browser.get("/admin/").status_code == 200
    assert browser.post("/admin/", {}, to="/sign-out").location == "/sign-in", "a fresh form is taken"


def test_with_another_secret_key_links_that_were_mailed_open_nothing(mailed: str, restarted: Flask) -> None:
    assert read_token(Purpose.MANAGE, mailed) is None


def send_open_form(browser: Browser, to: Flask) -> int:
    """A form that was open in the browser is sent to the server that runs by now."""
    token = csrf_of(browser.get("/sign-in"))
    moved = carry_over(browser, to)
    return moved.client.post("/sign-in", data={"csrf_token": token, **FORM}).status_code


def test_control_what_the_key_signed_ends_with_it(app: Flask, restarted: Flask, as_user: Open) -> None:
    """Were people signed in by a signed cookie, as the secret of their forms is kept, they would be signed out."""
    assert send_open_form(as_user(None), app) == 422, (
        "the same key: the form is read, and the password refused"
    )
    assert send_open_form(as_user(None), restarted) == 400
