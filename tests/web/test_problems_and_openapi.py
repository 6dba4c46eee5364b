"""An API registered by `make_api` refuses clearly, whatever is sent, and describes itself."""

import pytest
from flask import Flask, Response
from flask.testing import FlaskClient
from jsonschema import Draft202012Validator
from pydantic import Field

from app.errors import SlotTaken, Unauthenticated, Unavailable
from app.web.openapi import Body, OptionalBody, answer, api_blueprint, make_api, refusals


class Thing(Body):
    """A body with rules."""

    name: str = Field(min_length=1, max_length=10)
    rules: list[int] = Field(default_factory=list)


class Reason(OptionalBody):
    """Nothing in it is needed."""

    reason: str | None = None


def make_app(*, authenticated: bool = True) -> Flask:
    app = Flask("test")
    api = api_blueprint("things", "/api/v1/things", security="apiKey", statuses=(429,))

    @api.post("", responses={201: Thing, **refusals(409)})
    def add_thing(body: Thing) -> Response:
        """Add a thing."""
        return answer(body, 201)

    @api.post("/taken", responses={204: None})
    def take(body: Reason) -> Response:
        """Take it."""
        if body.reason == "busy":
            raise Unavailable(retry_after=7)
        raise SlotTaken(alternatives=[{"start": "2026-11-23T10:00:00Z"}])

    @api.get("/broken", responses={200: Thing})
    def broken() -> Response:
        """Fail unexpectedly."""
        raise ZeroDivisionError("a secret detail")

    def authenticate() -> None:
        if not authenticated:
            raise Unauthenticated

    make_api(app).register(api, authenticate=authenticate, longest_body=1000)
    return app


@pytest.fixture
def client() -> FlaskClient:
    return make_app().test_client()


@pytest.mark.parametrize(
    ("body", "content_type", "status", "code"),
    [
        (b'{"name": "a"', "application/json", 400, "malformed"),
        (b"[1]", "application/json", 400, "malformed"),
        (b"", "application/json", 400, "malformed"),
        (b"", None, 400, "malformed"),
        (b'{"name": NaN}', "application/json", 400, "malformed"),
        (b'{"name": "a\\u0000"}', "application/json", 400, "malformed"),
        (b'{"name": "\\ud800"}', "application/json", 400, "malformed"),
        (b'{"name": "a", "name": "b"}', "application/json", 400, "malformed"),
        (b'{"name": "\xff"}', "application/json", 400, "malformed"),
        (b'{"rules": ' + b"[" * 400 + b"]" * 400 + b"}", "application/json", 422, "validation"),
        (b"name=a", "application/x-www-form-urlencoded", 415, "unsupported-media-type"),
        (b'{"name": "' + b"a" * 1000 + b'"}', "application/json", 413, "too-large"),
        (b'{"name": "a", "color": "red"}', "application/json", 422, "validation"),
    ],
)
def test_every_unusable_body_has_its_answer(
    client: FlaskClient, body: bytes, content_type: str | None, status: int, code: str
) -> None:
    response = client.post("/api/v1/things", data=body, content_type=content_type)
    assert (response.status_code, response.json["code"]) == (status, code)
    assert response.mimetype == "application/problem+json"


def test_a_wrong_field_is_named_by_its_exact_path(client: FlaskClient) -> None:
    response = client.post("/api/v1/things", json={"name": "a", "rules": [1, "x"], "hue": 1})
    named = {(error["field"], error["code"]) for error in response.json["errors"]}
    assert named == {("rules[1]", "wrong-type"), ("hue", "unknown-field")}


def test_a_stranger_is_refused_before_the_body_is_looked_at() -> None:
    response = (
        make_app(authenticated=False).test_client().post("/api/v1/things", data=b"{", content_type="text/x")
    )
    assert (response.status_code, response.headers["WWW-Authenticate"]) == (401, "Bearer")


def test_a_refusal_carries_what_the_next_step_needs(client: FlaskClient) -> None:
    assert client.post("/api/v1/things/taken").json["alternatives"][0]["start"] == "2026-11-23T10:00:00Z"
    assert client.post("/api/v1/things/taken", json={"reason": "busy"}).headers["Retry-After"] == "7"


def test_a_wrong_method_says_which_are_right(client: FlaskClient) -> None:
    response = client.delete("/api/v1/things")
    assert (response.status_code, response.json["code"]) == (405, "method-not-allowed")
    assert set(response.headers["Allow"].split(", ")) == {"OPTIONS", "POST"}


def test_an_unknown_address_is_a_problem_too(client: FlaskClient) -> None:
    assert client.get("/api/v1/nowhere").json["code"] == "not-found"


def test_nul_in_an_address_is_not_found_and_in_a_query_is_invalid(client: FlaskClient) -> None:
    assert client.get("/api/v1/things/%00").status_code == 404
    assert client.get("/api/v1/things/broken?a=%00").status_code == 422


def test_an_unexpected_error_tells_nothing() -> None:
    app = make_app()
    app.config["PROPAGATE_EXCEPTIONS"] = False
    response = app.test_client().get("/api/v1/things/broken")
    assert (response.status_code, response.json["code"]) == (500, "internal")
    assert b"secret" not in response.data


def test_pages_outside_the_api_keep_their_own_error_page() -> None:
    app = make_app()
    app.extensions["error_page"] = lambda problem: (f"<h1>{problem.title}</h1>", problem.status)
    assert app.test_client().get("/nowhere").data == b"<h1>Not Found</h1>"


def test_the_document_describes_the_refusals(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").json
    operation = document["paths"]["/api/v1/things"]["post"]
    assert document["openapi"].startswith("3.1")
    assert set(operation["responses"]) == {"201", "400", "401", "403", "409", "413", "415", "422", "429"}
    assert set(operation["responses"]["409"]["content"]) == {"application/problem+json"}
    assert operation["security"] == [{"apiKey": []}]
    assert operation["requestBody"]["required"] is True


def test_answers_keep_to_the_document(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").json
    problem = client.post("/api/v1/things", json={}).json
    Draft202012Validator(document["components"]["schemas"]["Problem"]).validate(problem)


def test_two_models_of_one_name_are_noticed() -> None:
    def other() -> type[Body]:
        class Thing(Body):
            size: int

        return Thing

    other_thing = other()
    app = make_app()
    api = api_blueprint("others", "/api/v1/others")

    @api.get("", responses={200: other_thing})
    def get_other() -> Response:
        """Another."""
        raise NotImplementedError

    make_api(app).register(api)
    with pytest.raises(ValueError, match="called Thing and differ"):
        make_api(app).document()
