"""Faults, log, clock and reset, around an application of two lines."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
from flask import Flask, Response, jsonify, request

from app.demo.stand_in import Clock, Fault, Outbox, StandIn, install, serve

NOW = datetime(2026, 11, 21, 12, 0, tzinfo=UTC)


class Running:
    """The application, and how often it did its work."""

    def __init__(self) -> None:
        self.done = 0
        self.resets = 0
        self.parts = StandIn(Clock(lambda: NOW), Outbox())
        self.url = ""
        self.session = requests.Session()
        self.session.trust_env = False

    def work(self, path: str = "/task", **body: Any) -> requests.Response:
        return self.session.post(self.url + path, json=body)

    def ctl(self, call: str, **body: Any) -> Any:
        answer = self.session.post(f"{self.url}/__ctl/{call}", json=body)
        assert answer.ok
        return answer.json()

    def log(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.session.get(f"{self.url}/__ctl/log").json()
        return found


@pytest.fixture
def running() -> Iterator[Running]:
    made, app = Running(), Flask(__name__)

    @app.post("/<path>")
    def work(path: str) -> Response:
        made.done += 1
        return jsonify({"path": path, "got": request.get_json(silent=True)})

    def refuse(fault: Fault) -> Response:
        response = jsonify({"reason": fault.reason})
        response.status_code = fault.status
        return response

    def reset() -> None:
        made.resets += 1

    install(app, made.parts, refuse=refuse, on_reset=reset)
    with serve(app) as server, made.session:
        made.url = server.url
        yield made


def test_a_scripted_refusal_comes_as_often_as_asked_and_no_work_is_done(running: Running) -> None:
    running.ctl("fail", kind="status", status=429, reason="slow", times=2)
    assert [running.work().status_code for _ in range(3)] == [429, 429, 200]
    assert running.done == 1


def test_a_fault_waits_for_its_request(running: Running) -> None:
    running.ctl("fail", kind="status", path="/other", method="POST", skip=1)
    assert running.work().ok
    assert running.work("/other").ok
    assert running.work("/other").status_code == 503


def test_a_reset_before_does_nothing_and_a_reset_after_has_done_it(running: Running) -> None:
    for kind, done in (("reset-before", 0), ("reset-after", 1)):
        running.ctl("fail", kind=kind)
        with pytest.raises(requests.ConnectionError):
            running.work(some="body")
        assert running.done == done
    assert running.work().ok


def test_an_answer_can_be_cut_short_or_be_another_s(running: Running) -> None:
    running.ctl("fail", kind="truncate")
    running.ctl("fail", kind="not-json")
    for _ in range(2):
        answer = running.work()
        assert answer.ok
        with pytest.raises(ValueError):
            answer.json()


def test_an_answer_can_be_late(running: Running) -> None:
    running.ctl("fail", kind="delay", delay=0.2)
    began = time.monotonic()
    assert running.work().ok
    assert time.monotonic() - began >= 0.2


def test_the_body_is_logged_and_still_reaches_the_application(running: Running) -> None:
    assert running.work(name="Priya").json()["got"] == {"name": "Priya"}
    [entry] = running.log()
    assert (entry["method"], entry["path"], entry["body"]) == ("POST", "/task", {"name": "Priya"})
    assert entry["status"] == 200


def test_forms_are_not_logged_for_they_carry_secrets(running: Running) -> None:
    running.session.post(f"{running.url}/token", data={"client_secret": "hush"})
    assert "hush" not in str(running.log())


def test_reset_forgets_everything(running: Running) -> None:
    running.ctl("fail", kind="status")
    running.ctl("clock", advance=60)
    running.work()
    running.ctl("reset")
    assert running.parts.clock() == NOW
    assert (running.log(), running.resets) == ([], 1)
    assert running.work().ok


def test_a_page_of_another_origin_cannot_use_the_control_api(running: Running) -> None:
    """A form needs no permission to post across origins, JSON does."""
    for call in ("fail", "clock", "reset"):
        answer = running.session.post(f"{running.url}/__ctl/{call}", data={"kind": "status"})
        assert answer.status_code == 415
    assert running.resets == 0
