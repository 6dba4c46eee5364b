"""The configuration over HTTP: export, plan, apply, patch, undo, drafts."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator

pytest_plugins = ["tests.fixtures.configuration"]

BASE = "/api/v1/admin/configuration"


@pytest.fixture
def document(client: FlaskClient) -> dict[str, Any]:
    found: dict[str, Any] = client.get(BASE).json
    return found


def test_what_is_exported_applies_without_a_change(client: FlaskClient, document: dict[str, Any]) -> None:
    response = client.put(f"{BASE}?prune=true", json=document)
    assert (response.status_code, response.json["revision"], response.json["changes"]) == (200, 1, [])
    assert "remy-feed" in client.get(BASE).text
    assert "calendars.acme.test" not in client.get(BASE).text


def test_the_export_fits_the_served_schema(client: FlaskClient, document: dict[str, Any]) -> None:
    schema = client.get(f"{BASE}/schema").json
    assert list(Draft202012Validator(schema).iter_errors(document)) == []


def test_a_plan_names_the_change_and_applying_makes_it(client: FlaskClient, document: dict[str, Any]) -> None:
    document["meeting_types"][0]["minutes"] = 45
    plan = client.post(f"{BASE}/plan", json=document).json
    assert plan["changes"][0]["sentences"] == ["Meeting type demo: minutes: 30 becomes 45."]
    assert client.get(BASE).json["revision"] == 1
    result = client.put(BASE, json=document).json
    assert (result["revision"], len(result["changes"])) == (2, 1)


def test_an_outdated_document_is_a_conflict(client: FlaskClient, document: dict[str, Any]) -> None:
    patch = {"company": {"name": "Acme SE", "timezone": "UTC"}}
    assert client.patch(BASE, json={"patch": patch, "expected_revision": 1}).status_code == 200
    response = client.put(BASE, json=document)
    assert (response.status_code, response.json["code"], response.json["revision"]) == (409, "conflict", 2)
    assert client.patch(BASE, json={"patch": patch, "expected_revision": 1}).status_code == 409


def test_faults_are_named_by_their_place_in_what_was_sent(
    client: FlaskClient, document: dict[str, Any]
) -> None:
    document["pools"][1]["queue"] = "nowhere"
    by_document = client.put(BASE, json=document)
    assert by_document.status_code == 422
    assert by_document.json["errors"] == [
        {
            "field": "pools[1].queue",
            "code": "unknown-reference",
            "message": "there is no queue called nowhere",
        }
    ]
    patch = {"patch": {"queues": {"managers": {"members": "mia"}}, "rooms": {}}}
    by_patch = client.patch(BASE, json=patch)
    named = {(error["field"], error["code"]) for error in by_patch.json["errors"]}
    assert named == {("queues[managers].members", "wrong-type"), ("rooms", "unknown-field")}


def test_a_change_is_listed_and_can_be_taken_back(client: FlaskClient, document: dict[str, Any]) -> None:
    patch = {"queues": {"managers": {"members": ["mia@acme.test", "ada@acme.test"]}}}
    assert client.post(f"{BASE}/patches/plan", json={"patch": patch}).json["changes"] != []
    client.patch(BASE, json={"patch": patch})
    changes = client.get(f"{BASE}/changes").json
    assert [change["revision"] for change in changes["changes"]] == [2, 1]
    assert (changes["changes"][0]["source"], changes["next"]) == ("api", None)
    assert client.get(f"{BASE}/changes?before=2").json["changes"][0]["revision"] == 1
    assert client.post(f"{BASE}/changes/2/undo").json["revision"] == 3
    assert client.get(BASE).json["queues"] == document["queues"]
    assert client.post(f"{BASE}/changes/99/undo").status_code == 404


def test_a_draft_is_reviewed_and_published(client: FlaskClient, document: dict[str, Any]) -> None:
    router = document["routers"][0]
    router["rules"] = router["rules"][:1]
    router["rules"][0]["fallback"] = [{"pool": "nowhere"}]
    review = client.put("/api/v1/admin/routers/inbound/draft", json=router).json
    assert (review["errors"][0]["field"], review["plan"]) == ("rules[0].fallback[0].pool", None)
    assert client.post("/api/v1/admin/routers/inbound/publish", json={}).status_code == 422
    router["rules"][0]["fallback"] = [{"pool": "general"}]
    review = client.put("/api/v1/admin/routers/inbound/draft", json=router).json
    assert (review["errors"], review["check"]["coverage"]["verdict"]) == ([], "uncovered")
    changes = client.get("/api/v1/admin/routers/inbound/changes").json
    assert (changes["from"], changes["to"]) == ("1", "draft")
    assert "was removed." in changes["changes"][0]["sentence"]
    published = client.post("/api/v1/admin/routers/inbound/publish", json={"note": "only owners"})
    assert published.json["revision"] == 2
    assert client.post("/api/v1/admin/routers/inbound/publish", json={}).status_code == 404
    assert client.get("/api/v1/admin/routers/inbound/changes?from=2&to=2").json["changes"] == []
    assert client.get("/api/v1/admin/routers/inbound/changes").status_code == 404


def test_rules_are_checked_before_they_are_kept(client: FlaskClient, document: dict[str, Any]) -> None:
    router = document["routers"][0]
    router["rules"] = [{**router["rules"][0], "name": str(number)} for number in range(2)]
    check = client.post("/api/v1/admin/routers/inbound/check", json={"document": router}).json["check"]
    duplicate = next(each for each in check["findings"] if each["code"] == "duplicate")
    assert (duplicate["severity"], duplicate["path"]) == ("warning", "rules[1]")
    assert duplicate["remedy"] == "Take one of the two out."
    current = client.post("/api/v1/admin/routers/inbound/check", json={}).json
    assert (current["errors"], current["check"]["changes"]) == ([], [])
    assert client.post("/api/v1/admin/routers/nowhere/check", json={}).status_code == 404


def test_a_territorys_definitions_are_read_back_with_the_time_each_held(
    client: FlaskClient, document: dict[str, Any]
) -> None:
    address = f"{BASE.removesuffix('configuration')}territories/dach/versions"
    pool = document["pools"][0]["name"]
    moved = {**next(each for each in document["territories"] if each["name"] == "dach"), "pool": pool}
    assert client.patch(BASE, json={"patch": {"territories": {"dach": moved}}}).status_code == 200
    newest, first = client.get(address).json["versions"]
    assert (newest["version"], newest["until"], newest["definition"]["pool"]) == (2, None, pool)
    assert (first["until"], first["definition"]["pool"]) == (newest["since"], None)
    assert client.get(address.replace("dach", "mars")).status_code == 404
