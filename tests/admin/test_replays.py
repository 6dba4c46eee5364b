"""Replays in the console: started with two choices, watched, stopped, read."""

from collections.abc import Callable

from flask import Flask

from app.usecases.capture_lead import Submission
from app.usecases.run_replay import run_replay
from app.usecases.submit_request import submit_request
from tests.fixtures.consoles import Browser

Open = Callable[[str | None], Browser]
REPLAY = "/admin/routers/inbound/replay"


def started(browser: Browser, rules: str = "1") -> str:
    answer = browser.post(REPLAY, {"rules": rules, "since": "30d"})
    assert answer.status_code == 303
    return str(answer.headers["Location"])


def test_a_replay_is_started_watched_and_read(app: Flask, as_user: Open) -> None:
    with app.app_context():
        submit_request("demo", Submission({"email": "priya@globex.test"}, "UTC", "en"))
    mia = as_user("mia")
    assert "See what a draft would have done" in mia.get(REPLAY).text
    page = started(mia)
    waiting = mia.get(page).text
    assert "Waiting for a worker" in waiting
    assert "data-follow" in waiting
    with app.app_context():
        run_replay(page.rpartition("/")[2])
    done = mia.get(page).text
    assert "1 request replayed: 1 decided identically" in done
    assert "Not known, and not guessed" in done
    assert "data-follow" not in done
    assert "Version 1" in mia.get(REPLAY).text


def test_a_replay_that_runs_can_be_stopped(as_user: Open) -> None:
    mia = as_user("mia")
    page = started(mia)
    mia.post(page, {}, to=f"{page}/cancel")
    assert "It was stopped before it ended." in mia.get(page).text


def test_what_cannot_be_replayed_is_said_beside_the_choices(as_user: Open) -> None:
    answer = as_user("ada").post(REPLAY, {"rules": "draft", "since": "30d"})
    assert answer.status_code == 422
    assert "has no draft" in answer.text


def test_reps_neither_start_nor_read_replays(as_user: Open) -> None:
    page = started(as_user("ada"))
    remy = as_user("remy")
    for answer in (remy.get(REPLAY), remy.get(page), remy.get(f"{page}/changes.csv")):
        assert answer.status_code == 403
