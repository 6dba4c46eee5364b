"""The served description is valid OpenAPI 3.1, names every operation, and answers keep to what it says."""

import re

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase, given, settings
from jsonschema import Draft202012Validator
from schemathesis import GenerationMode, checks

from app.actor import SYSTEM
from app.scopes import Scope
from app.usecases.create_api_key import create_api_key

pytest_plugins = ["tests.fixtures.configuration"]


def test_every_route_is_described(api_app: Flask) -> None:
    document = api_app.extensions["api"].document()
    described = {(path, method.upper()) for path, item in document["paths"].items() for method in item}
    routed = {
        (re.sub(r"<[^:>]+:([^>]+)>", r"{\1}", rule.rule), method)
        for rule in api_app.url_map.iter_rules()
        if rule.rule.startswith("/api/v1/admin")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routed <= described


def test_names_of_operations_are_unique_and_refusals_are_problems(api_app: Flask) -> None:
    document = api_app.extensions["api"].document()
    operations = [operation for item in document["paths"].values() for operation in item.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(set(names)) == len(names)
    for operation in operations:
        assert operation["summary"]
        assert operation["security"] == [{"apiKey": []}]
        for status, response in operation["responses"].items():
            assert int(status) < 400 or set(response["content"]) == {"application/problem+json"}


def test_every_schema_is_one_and_every_reference_leads_somewhere(api_app: Flask) -> None:
    document = api_app.extensions["api"].document()
    for schema in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)
    named = set(re.findall(r"#/components/schemas/([\w.-]+)", str(document)))
    assert named <= set(document["components"]["schemas"])


QUIET = settings(
    max_examples=8,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.mark.parametrize("mode", list(GenerationMode))
@pytest.mark.parametrize(
    "part", ["configuration", "routers", "keys", "leads", "requests", "bookings", "pools", "sim", "accounts"]
)
def test_whatever_is_sent_the_answer_keeps_to_the_document(
    api_app: Flask, part: str, mode: GenerationMode, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.api.keyring._WRONG_KEYS", 100_000)  # it tries a wrong key every time
    key = create_api_key("schemathesis", tuple(Scope), SYSTEM).secret
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", api_app)
    operations = [
        result.ok() for result in schema.include(path_regex=f"^/api/v1/admin/{part}").get_all_operations()
    ]
    assert operations
    for operation in operations:

        @QUIET
        @given(case=operation.as_strategy(mode))
        def check(case: schemathesis.Case) -> None:
            # a document of the right shape may still name a pool that is not there
            case.call_and_validate(
                # identity: without a server in between, the library does not unpack what it says it can read
                headers={"Authorization": f"Bearer {key}", "Accept-Encoding": "identity"},
                excluded_checks=[checks.positive_data_acceptance],
            )

        check()
