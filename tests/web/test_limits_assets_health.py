"""Limits that all processes share, files that browsers may keep, and what operators ask."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app import clock
from app.db import db, transaction
from app.errors import RateLimited
from app.store.lives import begin_life
from app.store.rate_counters import count_call, remove_expired_counters
from app.web.limits import caller_address, limit_calls
from tests.fixtures.consoles import Browser, running_app

Open = Callable[[str | None], Browser]


@pytest.mark.parametrize(
    ("address", "bucket"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::9", "2001:db8:1:2::/64"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("not an address", "unknown"),
    ],
)
def test_a_caller_is_their_address_or_the_network_they_can_roam_in(
    app: Flask, address: str, bucket: str
) -> None:
    with app.test_request_context(environ_base={"REMOTE_ADDR": address}):
        assert caller_address() == bucket


def test_the_call_beyond_the_limit_is_refused_until_the_window_ends(app: Flask) -> None:
    at = datetime(2026, 11, 24, 10, 0, 20, tzinfo=UTC)
    clock.replace(lambda: at)
    try:
        with app.test_request_context(environ_base={"REMOTE_ADDR": "192.0.2.1"}):
            for _ in range(3):
                limit_calls("sample", 3, 60)
            with pytest.raises(RateLimited) as refusal:
                limit_calls("sample", 3, 60)
            assert refusal.value.retry_after == 40
            clock.replace(lambda: at + timedelta(seconds=40))
            limit_calls("sample", 3, 60)
    finally:
        clock.replace(None)


def test_two_processes_count_into_one_window(app: Flask) -> None:
    counted = []
    with running_app(app.extensions["settings"].database_url) as other:
        for each in (app, other, app, other):
            with each.app_context():
                counted.append(count_call(db.session(), "shared", 60, datetime(2026, 11, 24, tzinfo=UTC)))
                db.session.commit()
    assert counted == [1, 2, 3, 4]


def test_counters_of_past_windows_are_removed(app: Flask) -> None:
    at = datetime(2026, 11, 24, tzinfo=UTC)
    with app.app_context():
        count_call(db.session(), "old", 60, at)
        remove_expired_counters(db.session(), at + timedelta(hours=1))
        assert count_call(db.session(), "old", 60, at) == 1
        db.session.rollback()


def test_a_forwarded_address_counts_only_from_a_trusted_proxy(app: Flask) -> None:
    forwarded = {"X-Forwarded-For": "203.0.113.9"}
    seen: list[str] = []
    with running_app(app.extensions["settings"].database_url, trusted_proxies=1) as trusting:
        for each in (app, trusting):
            with each.test_request_context(
                headers=forwarded, environ_base={"REMOTE_ADDR": "127.0.0.1"}
            ) as at:
                environ = at.request.environ
            if each is trusting:
                assert isinstance(each.wsgi_app, ProxyFix)
                each.wsgi_app(environ, lambda *_: None)
            seen.append(environ["REMOTE_ADDR"])
    assert seen == ["127.0.0.1", "203.0.113.9"]


def test_files_are_kept_for_a_year_under_the_name_of_their_content(as_user: Open) -> None:
    browser = as_user(None)
    page = browser.get("/sign-in").text
    names = re.findall(r'"(/static/[^"]+)"', page)
    assert len(names) >= 4
    for name in names:
        answer = browser.get(name)
        assert answer.status_code == 200
        assert "immutable" in answer.headers["Cache-Control"]
    stale = re.sub(r"\.[0-9a-f]{12}\.", ".000000000000.", names[0])
    assert browser.get(stale).headers["Cache-Control"] == "no-cache"


def test_only_our_own_files_are_served(as_user: Open) -> None:
    for name in ("/static/nothing.css", "/static/..%2f__init__.py", "/static/console"):
        assert as_user(None).get(name).status_code == 404


def test_alive_and_ready_are_two_questions(app: Flask) -> None:
    client = app.test_client()
    assert client.get("/healthz").json == {"status": "ok"}
    ready = client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json["checks"]["migrations"] == "ok"
    assert ready.json["checks"]["worker"].startswith("silent")


def test_an_empty_database_is_not_ready_and_says_what_to_do(postgres: object) -> None:
    url = postgres.create_database("not_migrated")  # type: ignore[attr-defined]
    with running_app(url) as bare:
        answer = bare.test_client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json["checks"]["database"] == "unreachable, or never migrated"


def test_metrics_are_for_neighbors_only(app: Flask) -> None:
    client = app.test_client()
    assert "# TYPE scheduler_bookings gauge" in client.get("/metrics").text
    assert client.get("/metrics", environ_base={"REMOTE_ADDR": "93.184.216.34"}).status_code == 404
    assert client.get("/metrics", headers={"X-Forwarded-For": "203.0.113.9"}).status_code == 404


def test_error_pages_say_what_to_do_and_carry_the_id(as_user: Open) -> None:
    answer = as_user(None).get("/no-such-page")
    assert answer.status_code == 404
    assert "There is nothing at this address" in answer.text
    assert answer.headers["X-Request-Id"] in answer.text


def test_the_api_answers_with_problem_documents_instead(app: Flask) -> None:
    answer = app.test_client().get("/api/v1/nothing")
    assert answer.mimetype == "application/problem+json"
    assert answer.json["code"] == "not-found"


def test_a_restored_database_serves_and_says_so_everywhere_until_it_is_finished(
    app: Flask, as_user: Open
) -> None:
    client, told = app.test_client(), "nothing goes out"
    with app.app_context(), transaction() as session:
        begin_life(session, "test").identity = "another"
    ready = client.get("/readyz")
    assert ready.status_code == 200 and told in ready.json["checks"]["life"]
    assert 'scheduler_paused{why="none"} 1.0' in client.get("/metrics").text
    assert told in as_user("ada").get("/admin/").text
    with app.app_context(), transaction() as session:
        begin_life(session, "test")
    assert client.get("/readyz").json["checks"]["life"] == "ok"
    assert 'scheduler_paused{why="none"} 0.0' in client.get("/metrics").text
    assert told not in as_user("ada").get("/admin/").text
