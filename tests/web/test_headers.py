"""The header matrix, checked per class of route on real answers."""

import re
from collections.abc import Callable, Iterator

import pytest
from flask import Blueprint, Flask

from app.web.headers import allow_form_targets, allow_framing
from app.web.policy import Policy, policy
from app.web.route_class import RouteClass
from tests.fixtures.consoles import Browser, running_app

Open = Callable[[str | None], Browser]

samples = Blueprint("samples", __name__)


@samples.get("/embed-sample")
@policy(Policy.PUBLIC, route_class=RouteClass.EMBED)
def embed_sample() -> str:
    allow_framing("https://acme.test")
    return "framed"


@samples.get("/hook-sample")
@policy(Policy.PUBLIC, route_class=RouteClass.HOOK)
def hook_sample() -> str:
    return "ok"


@samples.get("/connect-sample")
@policy(Policy.PUBLIC)
def connect_sample() -> str:
    allow_form_targets("https://accounts.example")
    return "form"


@pytest.fixture(scope="module")
def secure(module_database: str) -> Iterator[Flask]:
    """The application as it stands behind https."""
    with running_app(module_database, public_base_url="https://meet.acme.test") as app:
        app.register_blueprint(samples)
        yield app


@pytest.mark.parametrize(
    ("address", "ancestors"),
    [("/sign-in-missing", "'none'"), ("/embed-sample", "https://acme.test"), ("/hook-sample", "'none'")],
)
def test_who_may_frame_an_answer(secure: Flask, address: str, ancestors: str) -> None:
    policy_line = secure.test_client().get(address).headers["Content-Security-Policy"]
    assert policy_line.endswith(f"frame-ancestors {ancestors}")


def test_every_answer_is_https_only_and_never_sniffed(secure: Flask) -> None:
    for address in ("/healthz", "/embed-sample", "/hook-sample", "/favicon.ico"):
        headers = secure.test_client().get(address).headers
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert int(re.findall(r"max-age=(\d+)", headers["Strict-Transport-Security"])[0]) >= 31_536_000


def test_plain_http_promises_nothing_about_https(app: Flask) -> None:
    assert "Strict-Transport-Security" not in app.test_client().get("/healthz").headers


def test_console_pages_are_isolated_and_never_stored(as_user: Open) -> None:
    headers = as_user("ada").get("/admin/").headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Cross-Origin-Opener-Policy"] == headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert headers["X-Robots-Tag"] == "noindex"
    assert "camera=()" in headers["Permissions-Policy"]
    assert headers["Referrer-Policy"] == "same-origin"


def test_each_answer_has_its_own_nonce_and_every_script_carries_it(as_user: Open) -> None:
    browser = as_user("ada")
    first, second = browser.get("/admin/"), browser.get("/admin/")
    nonces = [
        re.findall(r"'nonce-([^']+)'", page.headers["Content-Security-Policy"])[0] for page in (first, second)
    ]
    assert nonces[0] != nonces[1]
    scripts = re.findall(r"<script[^>]*>", first.text)
    assert scripts
    assert all(f'nonce="{nonces[0]}"' in script for script in scripts)


def test_a_policy_never_allows_inline_script_or_style(as_user: Open) -> None:
    assert "unsafe" not in as_user("ada").get("/admin/").headers["Content-Security-Policy"]


def test_a_page_can_name_where_its_forms_end(secure: Flask) -> None:
    line = secure.test_client().get("/connect-sample").headers["Content-Security-Policy"]
    assert "form-action 'self' https://accounts.example;" in line


def test_hooks_say_nothing_and_set_nothing(secure: Flask) -> None:
    answer = secure.test_client().get("/hook-sample")
    assert answer.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_cookies_are_bound_to_the_host_over_https(secure: Flask) -> None:
    assert secure.config["SESSION_COOKIE_NAME"] == "__Host-visit"
    assert secure.config["SIGN_IN_COOKIE_NAME"] == "__Host-session"
    assert secure.config["SESSION_COOKIE_SECURE"] is True


def test_the_session_cookie_is_out_of_reach_of_scripts_and_other_sites(as_user: Open) -> None:
    lines = as_user(None).sign_in("ada@acme.test").headers.getlist("Set-Cookie")
    session = next(line for line in lines if line.startswith("session="))
    assert "HttpOnly" in session
    assert "SameSite=Lax" in session
    assert "Path=/" in session


def test_a_given_request_id_is_kept_only_when_it_is_harmless(app: Flask) -> None:
    client = app.test_client()
    assert (
        client.get("/healthz", headers={"X-Request-Id": "abc-12345"}).headers["X-Request-Id"] == "abc-12345"
    )
    assert client.get("/healthz", headers={"X-Request-Id": "<x>"}).headers["X-Request-Id"] != "<x>"
