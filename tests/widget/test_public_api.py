"""The public contract, call by call, as a browser on an allowed page uses it."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.fixtures.company import ZONE, application_over, company_document, first_starts

ORIGIN = {"Origin": "https://acme.test"}


@pytest.fixture(scope="module")
def served(module_database: str) -> Iterator[Flask]:
    with application_over(module_database, company_document(reps=2)) as app:
        app.extensions["settings"].__dict__["rate_limit_scale"] = 1000
        yield app


@pytest.fixture
def client(served: Flask) -> FlaskClient:
    return served.test_client()


def bearer(made: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": f"Bearer {made['request']['token']}", **ORIGIN}


def submit(client: FlaskClient, email: str, **answers: Any) -> dict[str, Any]:
    body = {"answers": {"email": email, **answers}, "timezone": ZONE, "locale": "de-DE"}
    answer = client.post("/api/v1/forms/demo/requests", json=body, headers=ORIGIN)
    assert answer.status_code == 201, answer.text
    return dict(answer.json or {})


def book(client: FlaskClient, made: dict[str, Any], start: str, **body: Any) -> TestResponse:
    address = f"/api/v1/requests/{made['request']['id']}/bookings"
    return client.post(address, json={"start": start, **body}, headers=bearer(made))


def problem(answer: TestResponse, status: int, code: str) -> dict[str, Any]:
    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json"), answer.text
    found = dict(answer.json or {})
    assert found["code"] == code and found["detail"]
    return found


def test_a_form_tells_everything_the_widget_needs_and_nothing_about_reps(client: FlaskClient) -> None:
    answer = client.get("/api/v1/forms/demo", headers=ORIGIN)
    assert answer.status_code == 200
    form = answer.json or {}
    assert [field["name"] for field in form["fields"]] == ["email", "name", "country"]
    assert form["meeting_type"]["minutes"] == 30
    assert "rep1" not in answer.text and "acme.test" not in answer.text


def test_a_submission_is_answered_with_the_first_times_in_one_round_trip(client: FlaskClient) -> None:
    made = submit(client, "one@globex.test")
    assert made["next"]["kind"] == "offer"
    assert first_starts(made)[0].endswith("+01:00")
    assert "rep" not in str(made["slots"])


def test_where_there_is_nothing_to_choose_the_answer_has_no_times_at_all(client: FlaskClient) -> None:
    made = submit(client, "again@globex.test")
    book(client, made, first_starts(made)[0])
    body = {"answers": {"email": "again@globex.test"}, "timezone": ZONE}
    second = client.post("/api/v1/forms/demo/requests", json=body, headers=ORIGIN).json or {}
    assert second["next"]["kind"] == "message"
    assert "slots" not in second


def test_only_an_unusable_address_is_refused_everything_else_is_kept_as_typed(client: FlaskClient) -> None:
    body = {"answers": {"email": "nobody"}, "timezone": ZONE}
    refusal = problem(client.post("/api/v1/forms/demo/requests", json=body), 422, "validation")
    assert refusal["errors"][0]["field"] == "email"
    assert submit(client, "odd@globex.test", country="Atlantis", unheard_of={"deep": [1, 2]}, name=7)


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"answers": {"email": "a@b.test"}, "rep_id": 3}, "rep_id"),
        ({"timezone": ZONE}, "answers"),
        ({"answers": {"email": "a@b.test"}, "locale": "<script>"}, "locale"),
    ],
)
def test_what_is_not_in_the_contract_is_refused_by_name(
    client: FlaskClient, body: dict[str, Any], field: str
) -> None:
    refusal = problem(client.post("/api/v1/forms/demo/requests", json=body), 422, "validation")
    assert field in {error["field"] for error in refusal["errors"]}


def test_slots_are_told_in_the_zone_asked_for_and_at_most_31_days_at_a_time(client: FlaskClient) -> None:
    made = submit(client, "zone@globex.test")
    address = f"/api/v1/requests/{made['request']['id']}/slots"
    answer = client.get(f"{address}?timezone=Asia/Kathmandu", headers=bearer(made))
    assert (answer.json or {})["timezone"] == "Asia/Kathmandu"
    assert first_starts({"slots": answer.json})[0].endswith("+05:45")
    asked = client.get(f"{address}?from=2026-12-01&to=2027-03-01", headers=bearer(made))
    assert (asked.json or {})["window"] == {"from": "2026-12-01", "to": "2026-12-31"}
    problem(client.get(f"{address}?timezone=Mars/Olympus", headers=bearer(made)), 422, "validation")


def test_a_lead_is_not_lost_because_its_browser_names_a_zone_nobody_knows(client: FlaskClient) -> None:
    body = {"answers": {"email": "mars@globex.test"}, "timezone": "Mars/Olympus"}
    answer = client.post("/api/v1/forms/demo/requests", json=body)
    assert answer.status_code == 201 and (answer.json or {})["slots"]["timezone"] == ZONE


def test_a_time_that_was_never_on_offer_is_answered_like_one_that_is_gone(client: FlaskClient) -> None:
    made = submit(client, "never@globex.test")
    for start in ("0001-01-01T00:00:00+14:00", "2026-12-01T09:00:30Z", "9999-12-31T23:59:00-12:00"):
        assert problem(book(client, made, start), 409, "slot-taken")["alternatives"]


def test_a_booking_answers_with_its_links_and_the_same_key_answers_the_same(client: FlaskClient) -> None:
    made = submit(client, "book@globex.test")
    headers = bearer(made) | {"Idempotency-Key": "one-attempt"}
    address = f"/api/v1/requests/{made['request']['id']}/bookings"
    one, other = first_starts(made)[:2]
    first = client.post(address, json={"start": one, "guests": ["Guest@Globex.test"]}, headers=headers)
    assert first.status_code == 201
    booking = (first.json or {})["booking"]
    assert booking["state"] == "confirmed" and booking["rep"]["name"]
    again = client.post(address, json={"start": one, "guests": ["Guest@Globex.test"]}, headers=headers)
    assert again.json == first.json
    problem(client.post(address, json={"start": other}, headers=headers), 422, "idempotency-mismatch")
    problem(book(client, made, other), 409, "already-booked")


def test_a_taken_time_is_refused_with_the_nearest_that_are_free(client: FlaskClient) -> None:
    first, second, late = (submit(client, f"race{n}@globex.test") for n in range(3))
    start = first_starts(late)[20]
    assert book(client, first, start).status_code == book(client, second, start).status_code == 201
    refusal = problem(book(client, late, start), 409, "slot-taken")
    assert start not in {slot["start"] for slot in refusal["alternatives"]}
    assert len(refusal["alternatives"]) > 1


def test_a_hold_is_made_replaced_and_given_back(client: FlaskClient) -> None:
    made = submit(client, "hold@globex.test")
    address = f"/api/v1/requests/{made['request']['id']}/holds"
    answer = client.post(address, json={"start": first_starts(made)[30]}, headers=bearer(made))
    assert answer.status_code == 201
    hold = (answer.json or {})["hold"]
    assert client.delete(f"{address}/{hold['id']}", headers=bearer(made)).status_code == 204
    problem(client.delete(f"{address}/{hold['id']}", headers=bearer(made)), 404, "not-found")


def test_tokens_open_their_own_thing_only_and_wrong_looks_like_missing(client: FlaskClient) -> None:
    mine, other = submit(client, "mine@globex.test"), submit(client, "other@globex.test")
    address = f"/api/v1/requests/{mine['request']['id']}/slots"
    problem(client.get(address), 401, "unauthenticated")
    wrong = client.get(address, headers=bearer(other))
    missing = client.get("/api/v1/requests/req_nobody/slots", headers=bearer(other))
    assert problem(wrong, 404, "not-found") == problem(missing, 404, "not-found")


def test_a_page_that_the_form_does_not_list_is_refused_and_its_browser_told_nothing(
    client: FlaskClient,
) -> None:
    evil = {"Origin": "https://evil.test"}
    answer = client.get("/api/v1/forms/demo", headers=evil)
    problem(answer, 403, "origin-refused")
    assert "Access-Control-Allow-Origin" not in answer.headers
    allowed = client.get("/api/v1/forms/demo", headers=ORIGIN)
    assert allowed.headers["Access-Control-Allow-Origin"] == ORIGIN["Origin"]
    assert "Access-Control-Allow-Credentials" not in allowed.headers


def test_a_preflight_is_answered_for_listed_pages(client: FlaskClient) -> None:
    asked = ORIGIN | {
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "idempotency-key",
    }
    answer = client.options("/api/v1/requests/req_x/bookings", headers=asked)
    assert answer.status_code == 204
    assert "Idempotency-Key" in answer.headers["Access-Control-Allow-Headers"]


def test_the_manage_token_shows_moves_and_cancels(client: FlaskClient) -> None:
    made = submit(client, "manage@globex.test")
    booking = (book(client, made, first_starts(made)[40]).json or {})["booking"]
    token = booking["manage_url"].partition("?t=")[2]
    headers, address = {"Authorization": f"Bearer {token}", **ORIGIN}, f"/api/v1/bookings/{booking['id']}"
    assert (client.get(address, headers=headers).json or {})["booking"]["id"] == booking["id"]
    slots = client.get(f"{address}/slots?timezone={ZONE}", headers=headers).json
    start = first_starts({"slots": slots})[-1]
    moved = client.post(f"{address}/reschedule", json={"start": start}, headers=headers)
    assert moved.status_code == 200
    ics = client.get(f"{address}/invite.ics", headers=headers)
    assert ics.mimetype == "text/calendar" and b"METHOD" not in ics.data and b"BEGIN:VEVENT" in ics.data
    link = booking["ics_url"].partition("/api")[2]
    assert client.get(f"/api{link}").status_code == 200
    cancelled = client.post(f"{address}/cancel", json={"reason": "no time"}, headers=headers)
    assert (cancelled.json or {})["booking"]["state"] == "cancelled"
    problem(client.post(f"{address}/reschedule", json={"start": start}, headers=headers), 409, "conflict")
    problem(client.get(address, headers=bearer(made)), 404, "not-found")


def test_no_answer_sets_a_cookie(client: FlaskClient) -> None:
    made = submit(client, "cookie@globex.test")
    answers = [
        client.get("/api/v1/forms/demo"),
        client.get(f"/api/v1/requests/{made['request']['id']}/slots", headers=bearer(made)),
        client.get("/widget.js"),
    ]
    assert all("Set-Cookie" not in answer.headers for answer in answers)


def test_a_submission_may_say_what_the_visitor_did(client: FlaskClient) -> None:
    did = [{"kind": "webinar", "topic": "security", "at": "2026-11-03T15:00:00Z"}, {"odd": [1]}]
    body = {"answers": {"email": "did@globex.test"}, "timezone": ZONE, "context": {"behaviors": did}}
    address = "/api/v1/forms/demo/requests"
    assert client.post(address, json=body, headers=ORIGIN).status_code == 201
    too_many = {**body, "context": {"behaviors": did * 30}}
    problem(client.post(address, json=too_many, headers=ORIGIN), 422, "validation")
