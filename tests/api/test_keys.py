"""Who may call what: every operation states a scope, and is closed without a key that has it."""

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from app.api.keyring import scope_of
from app.db import db
from app.models import ApiKey
from app.scopes import Scope
from tests.api.conftest import MakeClient

pytest_plugins = ["tests.fixtures.configuration"]


def operations(app: Flask) -> list[tuple[str, str, str]]:
    """(endpoint, method, path with placeholders filled in) of everything under the admin API."""
    return [
        (rule.endpoint, method, re.sub(r"<int:[^>]+>", "1", re.sub(r"<string:[^>]+>", "x", rule.rule)))
        for rule in app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/admin")
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"})
    ]


def test_every_operation_states_its_scope(api_app: Flask) -> None:
    assert len(operations(api_app)) > 15
    with api_app.test_request_context():
        assert [endpoint for endpoint, _, _ in operations(api_app) if scope_of(endpoint) is None] == []


def test_nobody_comes_in_without_a_key(api_app: Flask) -> None:
    for _, method, path in operations(api_app):
        response = api_app.test_client().open(path, method=method, data=b"{")
        assert (response.status_code, response.json["code"]) == (401, "unauthenticated"), path
        assert response.headers["WWW-Authenticate"] == "Bearer"


def test_a_key_opens_only_what_its_scopes_name(client_with: MakeClient, api_app: Flask) -> None:
    client = client_with(Scope.SIMULATE)
    with api_app.test_request_context():
        closed = [op for op in operations(api_app) if scope_of(op[0]) is not Scope.SIMULATE]
    for _, method, path in closed:
        response = client.open(path, method=method, data=b"{")
        assert (response.status_code, response.json["code"]) == (403, "forbidden"), path


@pytest.mark.parametrize(
    "header", ["Bearer sk_wrong", "Basic sk_wrong", "Bearer", "Bearer " + "x" * 5000, "sk_x"]
)
def test_a_wrong_key_is_no_key(api_app: Flask, header: str) -> None:
    response = api_app.test_client().get("/api/v1/admin/leads", headers={"Authorization": header})
    assert response.status_code == 401


def test_guessing_keys_is_limited(api_app: Flask) -> None:
    headers = {"Authorization": "Bearer sk_guess"}
    answers = [api_app.test_client().get("/api/v1/admin/leads", headers=headers) for _ in range(32)]
    assert [answer.status_code for answer in answers[:30]] == [401] * 30
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) <= 60


def test_a_made_key_works_is_shown_once_and_ends_when_revoked(client: FlaskClient, api_app: Flask) -> None:
    made = client.post("/api/v1/admin/keys", json={"name": "CRM", "scopes": ["leads:read"]})
    assert made.status_code == 201
    assert made.headers["Cache-Control"] == "no-store"
    secret = made.json["secret"]
    headers = {"Authorization": f"Bearer {secret}"}
    assert api_app.test_client().get("/api/v1/admin/leads", headers=headers).status_code == 200
    listed = client.get("/api/v1/admin/keys").text
    assert made.json["id"] in listed
    assert secret not in listed
    assert all(secret.encode() not in row.secret_hash for row in db.session.scalars(select(ApiKey)))
    assert client.delete(f"/api/v1/admin/keys/{made.json['id']}").status_code == 204
    assert api_app.test_client().get("/api/v1/admin/leads", headers=headers).status_code == 401


def test_a_key_cannot_make_a_stronger_key(client_with: MakeClient) -> None:
    client = client_with(Scope.KEYS_WRITE, Scope.LEADS_READ)
    body = {"name": "more", "scopes": ["configuration:write"]}
    assert client.post("/api/v1/admin/keys", json=body).status_code == 403
    body["scopes"] = ["leads:read"]
    assert client.post("/api/v1/admin/keys", json=body).status_code == 201


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "x", "scopes": []}, "scopes"),
        ({"name": "x", "scopes": ["everything"]}, "scopes[0]"),
        ({"name": "", "scopes": ["simulate"]}, "name"),
        ({"scopes": ["simulate"]}, "name"),
        ({"name": "x", "scopes": ["simulate"], "secret": "mine"}, "secret"),
    ],
)
def test_a_key_that_cannot_be_is_refused(client: FlaskClient, body: dict[str, object], field: str) -> None:
    response = client.post("/api/v1/admin/keys", json=body)
    assert (response.status_code, response.json["errors"][0]["field"]) == (422, field)


def test_an_unknown_key_cannot_be_ended(client: FlaskClient) -> None:
    assert client.delete("/api/v1/admin/keys/key_x").status_code == 404
