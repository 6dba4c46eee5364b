"""A database that does not answer is a service that is busy, said plainly, never a stack trace."""

from flask import Flask

from app.config import load_settings
from app.crypto import new_key
from app.factory import Surface, create_app
from tests.fixtures.company import SECRET


def unreachable() -> Flask:
    settings = load_settings(
        database_url="postgresql://nobody@127.0.0.1:1/none",
        secret_key=SECRET,
        token_keys=new_key(),
        log_level="CRITICAL",
    )
    return create_app(settings, Surface.PUBLIC)


def test_the_api_says_busy_and_when_to_come_back() -> None:
    answer = unreachable().test_client().get("/api/v1/forms/demo")
    assert answer.status_code == 503
    assert answer.mimetype == "application/problem+json" and (answer.json or {})["code"] == "unavailable"
    assert int(answer.headers["Retry-After"]) > 0


def test_a_page_says_busy() -> None:
    answer = unreachable().test_client().get("/f/demo")
    assert answer.status_code == 503 and "Traceback" not in answer.text


def test_alive_is_not_ready() -> None:
    client = unreachable().test_client()
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
