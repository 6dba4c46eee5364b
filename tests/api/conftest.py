"""The admin API on a configured company, with a key that may do everything."""

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.actor import SYSTEM
from app.api.setup import register_admin_api
from app.scopes import Scope
from app.usecases.change_configuration import apply_document
from app.usecases.create_api_key import create_api_key
from tests.configuration.sample import sample_document

MakeClient = Callable[..., FlaskClient]


@pytest.fixture
def api_app(configured_app: Flask, monkeypatch: pytest.MonkeyPatch) -> Flask:
    """The admin API and the completed sample; Ravi, who needs no calendar, works every day."""
    monkeypatch.setenv("SECRET_REMY_FEED", "https://calendars.acme.test/remy.ics")
    document = sample_document()
    document["schedules"][0]["weekly"] = {day: ["00:00-24:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
    apply_document(document, SYSTEM)
    register_admin_api(configured_app)
    return configured_app


@pytest.fixture
def client_with(api_app: Flask) -> MakeClient:
    """A function that makes a client whose key has some scopes, or all of them."""

    def make(*scopes: Scope) -> FlaskClient:
        key = create_api_key("tests", scopes or tuple(Scope), SYSTEM)
        client = api_app.test_client()
        client.environ_base["HTTP_AUTHORIZATION"] = f"Bearer {key.secret}"
        return client

    return make


@pytest.fixture
def client(client_with: MakeClient) -> FlaskClient:
    """A client that may do everything."""
    return client_with()
