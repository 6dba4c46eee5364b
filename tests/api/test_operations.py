"""Leads, decisions, bookings, ledgers, simulations and imports, over what the real use cases made."""

from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.actor import SYSTEM
from app.db import db
from app.models import Lead
from app.scopes import Scope
from app.usecases.capture_lead import Submission
from app.usecases.change_configuration import change_configuration
from app.usecases.run_replay import run_replay
from app.usecases.submit_request import submit_request
from tests.api.conftest import MakeClient

pytest_plugins = ["tests.fixtures.configuration"]

BASE = "/api/v1/admin"
ANSWERS = {"email": "priya@globex.com", "country": "US", "employees": "51-200"}


@pytest.fixture
def made(client: FlaskClient) -> dict[str, Any]:
    """Priya's request, routed to the general pool, where Ravi has time."""
    return submit_request(
        "demo", Submission(answers=ANSWERS, timezone="UTC", locale="en", source={}, key=None)
    )


def test_a_lead_is_listed_found_and_shown_with_what_they_answered(
    client: FlaskClient, made: dict[str, Any]
) -> None:
    leads = client.get(f"{BASE}/leads?words=globex").json
    assert [(lead["email"], lead["form"]) for lead in leads["leads"]] == [("priya@globex.com", "demo")]
    assert leads["next"] is None
    assert client.get(f"{BASE}/leads?words=nobody").json["leads"] == []
    lead = client.get(f"{BASE}/leads/{leads['leads'][0]['lead']}").json
    assert lead["requests"][0]["id"] == made["request"]["id"]
    assert lead["requests"][0]["answers"]["email"] == "priya@globex.com"
    assert lead["activities"] != []


def test_a_lead_on_a_list_is_found_and_taken_off_it(client: FlaskClient, made: dict[str, Any]) -> None:
    lead = db.session.scalars(select(Lead)).one()
    lead.nurture_list = "newsletter"
    db.session.commit()
    (line,) = client.get(f"{BASE}/leads?list=newsletter").json["leads"]
    assert line["nurture_list"] == "newsletter"
    assert client.get(f"{BASE}/leads?list=other").json["leads"] == []
    address = f"{BASE}/leads/{line['lead']}/nurture"
    assert client.delete(address).json == {"lead": line["lead"], "left": "newsletter"}
    assert client.delete(address).status_code == 404


def test_a_decision_explains_itself_and_comes_out_the_same_again(
    client: FlaskClient, made: dict[str, Any]
) -> None:
    decision = client.get(f"{BASE}/requests/{made['request']['id']}/decision").json
    assert decision["route"]["destinations"][0]["name"] == "general"
    assert decision["verification"]["route"] == "same"
    assert decision["sentences"][0]
    assert all({"code", "rep", "params"} == flip.keys() for flip in decision["flips"])
    (place,) = client.get(f"{BASE}/requests/{made['request']['id']}/times").json["places"]
    assert sum(cause["starts"] for cause in place["causes"]) == place["starts"] * len(place["reps"])


def test_what_is_not_there_is_not_found(client: FlaskClient) -> None:
    for path in (
        "leads/lead_x",
        "requests/req_x/decision",
        "requests/req_x/times",
        "bookings/bkg_x",
        "pools/nowhere/ledger",
    ):
        response = client.get(f"{BASE}/{path}")
        assert (response.status_code, response.json["code"]) == (404, "not-found"), path
    assert client.post(f"{BASE}/bookings/bkg_x/cancel", json={}).status_code == 404
    start = {"start": "2026-12-01T10:00:00Z"}
    assert client.post(f"{BASE}/bookings/bkg_x/reschedule", json=start).status_code == 404


def test_bookings_are_listed_by_what_became_of_them(client: FlaskClient) -> None:
    for which in ("upcoming", "past", "cancelled"):
        assert client.get(f"{BASE}/bookings?which={which}").json == {"bookings": [], "next": None}
    assert client.get(f"{BASE}/bookings?which=someday").json["errors"][0]["field"] == "which"


def test_a_pools_ledger_can_be_replayed(client: FlaskClient) -> None:
    ledger = client.get(f"{BASE}/pools/dach-ae/ledger").json
    assert ledger["is_replayable"] is True
    assert {(row["name"], row["weight"], row["lag"]) for row in ledger["standings"]} == {
        ("Remy", 2, 0.0),
        ("Rosa", 1, 0.0),
    }
    assert [entry["kind"] for entry in ledger["entries"]] == ["joined", "joined"]


def test_a_simulation_says_who_and_keeps_nothing(client: FlaskClient) -> None:
    body = {"form": "demo", "answers": ANSWERS, "timezone": "America/New_York"}
    trial = client.post(f"{BASE}/simulations", json=body).json
    assert trial["route"]["destinations"][0]["name"] == "general"
    assert trial["slots"]["days"] != []
    assert client.get(f"{BASE}/leads").json["leads"] == []


def test_a_simulation_of_other_rules_uses_them(client: FlaskClient) -> None:
    rules = {"name": "x", "rules": [], "catch_all": [{"queue": "managers"}]}
    body = {"form": "demo", "answers": ANSWERS, "router": rules}
    trial = client.post(f"{BASE}/simulations", json=body).json
    assert (trial["route"]["destinations"][0]["kind"], trial["assignment"]) == ("queue", None)


@pytest.mark.parametrize(
    ("change", "status", "field"),
    [
        ({"form": "nowhere"}, 404, None),
        ({"timezone": "Mars/Olympus"}, 422, "timezone"),
        ({"router": {"rules": []}}, 422, "router.name"),
        ({"answers": {}}, 422, None),
        ({"answers": "all"}, 422, "answers"),
    ],
)
def test_a_simulation_that_cannot_be_is_refused(
    client: FlaskClient, change: dict[str, Any], status: int, field: str | None
) -> None:
    response = client.post(f"{BASE}/simulations", json={"form": "demo", "answers": ANSWERS, **change})
    assert response.status_code == status
    assert field is None or response.json["errors"][0]["field"] == field


def test_accounts_come_in_after_a_dry_run(client: FlaskClient) -> None:
    body = {"csv": "domain,name,owner\nglobex.com,Globex,rosa@acme.test\n", "dry_run": True}
    assert client.post(f"{BASE}/accounts/import", json=body).json["is_applied"] is False
    body["dry_run"] = False
    report = client.post(f"{BASE}/accounts/import", json=body).json
    assert (report["added"], report["is_applied"], report["errors"]) == (1, True, [])
    bad = client.post(f"{BASE}/accounts/import", json={"csv": "domain\nnonsense\n"}).json
    assert bad["errors"][0]["field"] == "line 2: domain"


def test_a_correction_is_written_and_shown_and_needs_its_own_scope(
    client: FlaskClient, client_with: MakeClient
) -> None:
    body = {"rep": "remy@acme.test", "turns": 2, "reason": "was ill"}
    url = f"{BASE}/pools/dach-ae/adjustments"
    assert client_with(Scope.DECISIONS_READ).post(url, json=body).status_code == 403
    newest = client.post(url, json=body).json["entries"][0]
    assert (newest["kind"], newest["turns"], newest["reason"]) == ("adjusted", 2.0, "was ill")
    assert client.post(url, json={**body, "rep": "nobody@acme.test"}).status_code == 404
    assert client.post(url, json={**body, "turns": 0}).status_code == 422


def test_credits_that_wait_are_listed_and_decided(client: FlaskClient) -> None:
    assert client.get(f"{BASE}/credits").json == {"credits": []}
    assert client.post(f"{BASE}/credits/crd_x/accept").status_code == 404
    assert client.post(f"{BASE}/credits/crd_x/refuse").status_code == 404


def test_an_outcome_is_one_of_three_and_of_a_meeting_there_is(client: FlaskClient) -> None:
    url = f"{BASE}/bookings/bkg_x/outcome"
    assert client.post(url, json={"outcome": "no_show"}).status_code == 404
    assert client.post(url, json={"outcome": "won"}).status_code == 422


def test_a_replay_is_started_followed_and_read(client: FlaskClient, made: dict[str, Any]) -> None:
    body = {"router": "inbound", "rules": "published", "since": "7d"}
    started = client.post(f"{BASE}/replays", json=body)
    assert started.status_code == 202
    assert started.json["state"] == "waiting"
    run_replay(started.json["id"])
    replay = client.get(f"{BASE}/replays/{started.json['id']}").json
    assert replay["result"]["changes"]["identical"] == replay["result"]["requests"] == 1
    assert replay["sentences"]
    assert replay["not_known"]
    assert [each["id"] for each in client.get(f"{BASE}/replays").json["replays"]] == [replay["id"]]
    lines = client.get(f"{BASE}/replays/{replay['id']}/changes.csv")
    assert lines.mimetype == "text/csv"
    assert lines.text.startswith("request,created_at")
    assert client.post(f"{BASE}/replays/{replay['id']}/cancel").status_code == 409


def test_a_replay_that_cannot_be_is_refused(client: FlaskClient, client_with: MakeClient) -> None:
    for body, status in (
        ({"router": "nowhere"}, 404),
        ({"router": "inbound", "rules": "version"}, 422),
        ({"router": "inbound", "rules": "published", "since": "soon"}, 422),
    ):
        assert client.post(f"{BASE}/replays", json=body).status_code == status, body
    assert client.get(f"{BASE}/replays/rpl_x").status_code == 404
    assert client_with(Scope.LEADS_READ).post(f"{BASE}/replays", json={"router": "x"}).status_code == 403


def test_experiments_are_listed_with_what_is_known(client: FlaskClient) -> None:
    assert client.get(f"{BASE}/experiments").json == {"experiments": []}
    general = {"name": "old", "share": 50, "pool": "general"}
    split = {"name": "who", "variants": [general, {"name": "new", "share": 50, "queue": "managers"}]}
    everybody = {"rules": [], "catch_all": [{"split": split}, {"queue": "managers"}]}
    change_configuration({"routers": {"inbound": everybody}}, SYSTEM, "test")
    submit_request("demo", Submission(answers=ANSWERS, timezone="UTC", locale="en", source={}, key=None))
    (found,) = client.get(f"{BASE}/experiments").json["experiments"]
    assert (found["name"], found["router"], found["rule"], found["state"]) == (
        "who",
        "inbound",
        "",
        "running",
    )
    assert sum(arm["units"] for arm in found["result"]["variants"]) == 1
    assert found["sentences"][0].startswith("Not enough data")
    assert not found["result"]["stop"]


def test_a_queue_is_listed_and_nothing_is_claimed_for_strangers(client: FlaskClient) -> None:
    assert client.get(f"{BASE}/queues/managers/entries").json == {"entries": []}
    assert client.get(f"{BASE}/queues/nowhere/entries").status_code == 404
    somebody = {"person": "nobody@acme.test"}
    assert client.post(f"{BASE}/queues/managers/claim", json=somebody).status_code == 404
    assert client.post(f"{BASE}/queue-entries/que_x/assign", json=somebody).status_code == 404
    for verb in ("release", "done"):
        assert client.post(f"{BASE}/queue-entries/que_x/{verb}").status_code == 404
