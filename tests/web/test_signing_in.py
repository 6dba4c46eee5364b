"""Signing in: the same answer for every kind of stranger, a fresh secret each time, an end that is final."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock, passwords
from app.db import db
from app.models import User, UserSession
from app.store.people import hash_secret
from app.usecases import sign_in as use_case
from tests.fixtures.consoles import PASSWORD, Browser

Open = Callable[[str | None], Browser]


def secret_of(browser: Browser) -> str:
    cookie = browser.client.get_cookie("session")
    assert cookie is not None
    return cookie.value


def test_the_right_password_leads_to_the_first_page_of_the_role(as_user: Open) -> None:
    assert as_user(None).sign_in("ada@acme.test").location == "/admin/"
    assert as_user(None).sign_in("remy@acme.test").location == "/app/"


def test_the_case_of_an_address_does_not_matter(as_user: Open) -> None:
    assert as_user(None).sign_in(" Ada@ACME.test ").status_code == 303


@pytest.mark.parametrize("email", ["ada@acme.test", "nobody@acme.test", ""])
def test_wrong_credentials_get_one_answer_whoever_it_is(as_user: Open, email: str) -> None:
    answer = as_user(None).sign_in(email, "not the password")
    assert answer.status_code == 422
    assert "do not match an account" in answer.text


def test_an_unknown_address_costs_a_verification_too(
    app: Flask, monkeypatch: pytest.MonkeyPatch, as_user: Open
) -> None:
    seen: list[str | None] = []
    real = passwords.is_password
    monkeypatch.setattr(
        passwords, "is_password", lambda stored, given: seen.append(stored) or real(stored, given)
    )
    as_user(None).sign_in("stranger@acme.test", "whatever")
    assert seen == [None]


def test_a_closed_account_cannot_sign_in_and_its_sessions_are_over(app: Flask, as_user: Open) -> None:
    browser = as_user("rosa")
    with app.app_context():
        rosa = db.session.execute(select(User).where(User.email == "rosa@acme.test")).scalar_one()
        rosa.is_active = False
        db.session.commit()
    assert browser.get("/app/").status_code == 303
    assert as_user(None).sign_in("rosa@acme.test").status_code == 422
    with app.app_context():
        db.session.execute(select(User).where(User.email == "rosa@acme.test")).scalar_one().is_active = True
        db.session.commit()


def test_only_the_hash_of_the_secret_is_stored(app: Flask, as_user: Open) -> None:
    secret = secret_of(as_user("ada"))
    with app.app_context():
        hashes = db.session.scalars(select(UserSession.secret_hash)).all()
    assert hash_secret(secret) in hashes
    assert secret.encode() not in hashes


def test_signing_in_again_replaces_the_session(app: Flask, as_user: Open) -> None:
    browser = as_user("mia")
    before = secret_of(browser)
    with app.app_context():
        new = use_case.sign_in("mia@acme.test", PASSWORD, replaces=before)
        assert new.secret != before
        assert use_case.recall(before) is None
        assert use_case.recall(new.secret) is not None


def test_signing_out_ends_the_session_on_the_server(app: Flask, as_user: Open) -> None:
    browser = as_user("ada")
    secret = secret_of(browser)
    assert browser.post("/admin/", {}, to="/sign-out").location == "/sign-in"
    with app.app_context():
        assert use_case.recall(secret) is None


@pytest.mark.parametrize(
    ("name", "idle", "absolute"), [("ada", 1, 12), ("mia", 8, 7 * 24), ("remy", 8, 7 * 24)]
)
def test_a_session_ends_unused_and_at_the_latest(app: Flask, name: str, idle: int, absolute: int) -> None:
    start = clock.now()
    try:
        with app.app_context():
            secret = use_case.sign_in(f"{name}@acme.test", PASSWORD).secret
            clock.replace(lambda: start + timedelta(hours=idle, minutes=-2))
            assert use_case.recall(secret) is not None
            clock.replace(lambda: start + timedelta(hours=2 * idle, minutes=-1))
            assert use_case.recall(secret) is None
            clock.replace(lambda: start)
            secret = use_case.sign_in(f"{name}@acme.test", PASSWORD).secret
            row = db.session.execute(
                select(UserSession).where(UserSession.secret_hash == hash_secret(secret))
            ).scalar_one()
            row.seen_at = start + timedelta(hours=absolute)
            db.session.commit()
            clock.replace(lambda: start + timedelta(hours=absolute, seconds=5))
            assert use_case.recall(secret) is None
    finally:
        clock.replace(None)


def test_ten_failures_close_an_account_for_a_while_even_to_the_right_password(
    app: Flask, as_user: Open
) -> None:
    browser = as_user(None)
    answers = [browser.sign_in("guessed@acme.test", f"guess {n}").status_code for n in range(11)]
    assert answers == [422] * 10 + [429]
    assert "Try again in" in browser.sign_in("guessed@acme.test").text


def test_a_successful_sign_in_forgets_earlier_failures(app: Flask) -> None:
    with app.app_context():
        for _ in range(3):
            for _ in range(4):
                with pytest.raises(use_case.WrongCredentials):
                    use_case.sign_in("remy@acme.test", "wrong")
            assert use_case.sign_in("remy@acme.test", PASSWORD)


def test_a_stale_hash_is_renewed_at_the_next_sign_in(app: Flask) -> None:
    from argon2 import PasswordHasher

    with app.app_context():
        remy = db.session.execute(select(User).where(User.email == "remy@acme.test")).scalar_one()
        remy.password_hash = PasswordHasher(time_cost=1, memory_cost=8192).hash(PASSWORD)
        db.session.commit()
        use_case.sign_in("remy@acme.test", PASSWORD)
        db.session.expire_all()
        assert not passwords.is_outdated(
            db.session.scalar(select(User.password_hash).where(User.email == "remy@acme.test")) or ""
        )


def test_the_way_back_leads_only_to_our_own_pages(as_user: Open) -> None:
    fields = {"email": "ada@acme.test", "password": PASSWORD}
    good = as_user(None).post("/sign-in?next=/admin/leads", fields)
    assert good.location == "/admin/leads"
    for trick in ("//evil.test", "https://evil.test", "/\\evil.test", "javascript:alert(1)", "/%09/evil"):
        assert as_user(None).post(f"/sign-in?next={trick}", fields).location in {"/admin/", "/%09/evil"}


def test_reading_pages_makes_no_session(app: Flask, as_user: Open) -> None:
    with app.app_context():
        before = db.session.scalar(select(func.count()).select_from(UserSession))
    as_user(None).get("/sign-in")
    as_user(None).get("/healthz")
    with app.app_context():
        assert db.session.scalar(select(func.count()).select_from(UserSession)) == before
