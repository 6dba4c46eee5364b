"""Several Graph calls in one at the stand-in."""

from typing import Any

import pytest
import requests

from tests.demo.microsoft.running import PREFER, Microsoft, at


@pytest.fixture
def bearer(microsoft: Microsoft) -> dict[str, str]:
    return {"Authorization": f"Bearer {microsoft.access_token()}", "Prefer": PREFER}


def send(microsoft: Microsoft, bearer: dict[str, str], *parts: dict[str, Any]) -> requests.Response:
    return microsoft.session.post(f"{microsoft.graph}/$batch", json={"requests": parts}, headers=bearer)


def get(number: int, url: str, **more: Any) -> dict[str, Any]:
    return {"id": str(number), "method": "GET", "url": url, **more}


def post(number: int, body: dict[str, Any], **more: Any) -> dict[str, Any]:
    headers = {"Content-Type": "application/json"}
    return {
        "id": str(number),
        "method": "POST",
        "url": "/me/events",
        "body": body,
        "headers": headers,
        **more,
    }


FINE = at("2026-11-25T09:00:00", "2026-11-25T10:00:00")
WRONG = at("2026-11-25T10:00:00", "2026-11-25T09:00:00")


def test_each_part_has_its_own_answer_inside_a_success_and_in_any_order(
    microsoft: Microsoft, bearer: dict[str, str]
) -> None:
    answer = send(microsoft, bearer, get(1, "/me"), get(2, "/me/events/nothing"), post(3, FINE))
    assert answer.status_code == 200
    found = {each["id"]: each["status"] for each in answer.json()["responses"]}
    assert found == {"1": 200, "2": 404, "3": 201}
    assert [each["id"] for each in answer.json()["responses"]] != ["1", "2", "3"]
    assert len(microsoft.events()) == 1


def test_what_depends_on_a_failure_is_not_done(microsoft: Microsoft, bearer: dict[str, str]) -> None:
    answer = send(microsoft, bearer, post(1, WRONG), post(2, FINE, dependsOn=["1"]))
    assert {each["id"]: each["status"] for each in answer.json()["responses"]} == {"1": 400, "2": 424}
    assert microsoft.events() == []


def test_one_part_may_be_throttled_alone(microsoft: Microsoft, bearer: dict[str, str]) -> None:
    microsoft.ctl("fail", kind="status", path="*/calendars", status=429, retry_after=7)
    answer = send(microsoft, bearer, get(1, "/me"), get(2, "/me/calendars")).json()["responses"]
    throttled = next(each for each in answer if each["id"] == "2")
    assert (throttled["status"], throttled["headers"]["Retry-After"]) == (429, "7")
    assert next(each for each in answer if each["id"] == "1")["status"] == 200


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [get(number, "/me") for number in range(1, 22)],
        [get(1, "/me"), get(1, "/me")],
        [get(1, "/me"), get(2, "/me", dependsOn=["3"])],
        [get(1, "/me"), get(2, "/me"), get(3, "/me", dependsOn=["1"])],
        [{"id": "1", "method": "GET", "url": "https://elsewhere.test/me"}],
    ],
)
def test_a_batch_that_graph_would_not_take_is_refused(
    microsoft: Microsoft, bearer: dict[str, str], parts: list[dict[str, Any]]
) -> None:
    assert send(microsoft, bearer, *parts).status_code == 400
