"""What leads did, told by systems with a key; and what was made of leads, as the API tells it."""

from typing import Any

import pytest
from flask.testing import FlaskClient

from app.scopes import Scope
from app.usecases.capture_lead import Submission
from app.usecases.submit_request import submit_request
from tests.api.conftest import MakeClient

pytest_plugins = ["tests.fixtures.configuration"]

BASE = "/api/v1/admin"
WEBINAR = {"kind": "webinar", "topic": "security", "at": "2026-11-01T15:00:00Z"}
PATCH = {
    "scoring": {
        "items": [
            {
                "name": "webinar",
                "kind": "engagement",
                "when": {"field": "kind", "op": "eq", "value": "webinar"},
                "points": 20,
            }
        ],
        "priorities": [{"name": "high", "at_least": 20}],
        "deal_value": "seats * 5",
    },
    "qualification": {"icp": {"when": {"field": "country", "op": "eq", "value": "US"}}},
}


def ask(email: str) -> None:
    answers = {"email": email, "country": "US", "employees": "51-200"}
    submit_request("demo", Submission(answers=answers, timezone="UTC", locale="en"))


def test_what_a_system_tells_counts_and_is_shown_with_the_lead(client: FlaskClient) -> None:
    assert client.patch(f"{BASE}/configuration", json={"patch": PATCH}).status_code == 200
    told = client.post(f"{BASE}/behaviors", json={"email": "priya@globex.com", "behaviors": [WEBINAR]})
    assert (told.status_code, told.json["added"]) == (200, 1)
    lead = told.json["lead"]
    again = client.post(f"{BASE}/leads/{lead}/behaviors", json={"behaviors": [WEBINAR, {"kind": "page"}]})
    assert again.json == {"lead": lead, "added": 1}
    ask("priya@globex.com")
    shown = client.get(f"{BASE}/leads/{lead}").json
    assert [(each["kind"], each["reported_by"]) for each in shown["behaviors"]] == [
        ("page", "api"),
        ("webinar", "api"),
    ]
    made = shown["requests"][0]["judgment"]
    assert (made["score"]["total"], made["score"]["priority"]) == (20, "high")
    assert made["score"]["contributions"][0]["item"] == "webinar"
    assert made["deal_value"] == {"value": None, "used": {}, "missing": ["seats"], "problem": None}
    assert (made["qualification"]["is_icp"], made["qualification"]["icp_version"]) == (True, 2)
    assert (made["lead_type"], shown["requests"][0]["rescored"]) == ("hot", None)
    line = client.get(f"{BASE}/leads").json["leads"][0]
    assert (line["score"], line["priority"]) == (20, "high")


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"email": "nobody", "behaviors": [WEBINAR]}, "email"),
        ({"email": "a@globex.com", "behaviors": []}, "behaviors"),
        ({"email": "a@globex.com", "behaviors": [{**WEBINAR, "kind": "Web Inar"}]}, "behaviors[0].kind"),
        (
            {"email": "a@globex.com", "behaviors": [{**WEBINAR, "at": "2999-01-01T00:00:00Z"}]},
            "behaviors[0].at",
        ),
        (
            {"email": "a@globex.com", "behaviors": [{**WEBINAR, "reported_by": "api"}]},
            "behaviors[0].reported_by",
        ),
        ({"email": "a@globex.com", "behaviors": [{**WEBINAR, "topic": "x" * 121}]}, "behaviors[0].topic"),
        ({"email": "a@globex.com", "behaviors": [WEBINAR] * 101}, "behaviors"),
    ],
)
def test_a_wrong_behavior_is_refused_with_its_path(
    client: FlaskClient, body: dict[str, Any], field: str
) -> None:
    refused = client.post(f"{BASE}/behaviors", json=body)
    assert refused.status_code == 422
    assert [error["field"] for error in refused.json["errors"]] == [field]


def test_telling_needs_its_own_scope(client_with: MakeClient) -> None:
    body = {"email": "priya@globex.com", "behaviors": [WEBINAR]}
    assert client_with(Scope.LEADS_READ).post(f"{BASE}/behaviors", json=body).status_code == 403
    assert client_with(Scope.LEADS_WRITE).post(f"{BASE}/behaviors", json=body).status_code == 200


def test_a_made_up_lead_is_judged_with_what_it_did(client: FlaskClient) -> None:
    client.patch(f"{BASE}/configuration", json={"patch": PATCH})
    body = {"form": "demo", "answers": {"email": "a@globex.com"}, "behaviors": [WEBINAR]}
    found = client.post(f"{BASE}/simulations", json=body).json
    assert found["judgment"]["score"]["total"] == 20
    assert found["facts"]["webinar_topic"] == ["security"]
