"""The served OpenAPI document is true: schemathesis calls every operation with what it allows and what it does not.

The library's own pytest integration is not used; a fixture makes the application, and hypothesis drives each
operation's cases through it.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from tests.fixtures.company import application_over, company_document

PUBLIC = r"^/api/v1/(forms|requests|bookings)"
OPERATIONS = (
    "GET /api/v1/forms/{form}",
    "POST /api/v1/forms/{form}/requests",
    "GET /api/v1/requests/{request}/slots",
    "POST /api/v1/requests/{request}/holds",
    "DELETE /api/v1/requests/{request}/holds/{hold}",
    "POST /api/v1/requests/{request}/bookings",
    "GET /api/v1/bookings/{booking}",
    "GET /api/v1/bookings/{booking}/slots",
    "POST /api/v1/bookings/{booking}/reschedule",
    "POST /api/v1/bookings/{booking}/cancel",
    "GET /api/v1/bookings/{booking}/invite.ics",
)

# without a server in between, the library does not unpack what it says it can read
UNPACKED = {"Accept-Encoding": "identity"}
ANSWERS = {"POST /api/v1/forms/{form}/requests"}


@pytest.fixture(scope="module")
def served(module_database: str) -> Iterator[Flask]:
    with application_over(module_database, company_document(reps=2)) as app:
        app.extensions["settings"].__dict__["rate_limit_scale"] = 1000
        yield app


@pytest.fixture(scope="module")
def operations(served: Flask) -> dict[str, Any]:
    """Every public operation of the document, by its label."""
    schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", served).include(path_regex=PUBLIC)
    return {operation.label: operation for operation in (found.ok() for found in schema.get_all_operations())}


def test_the_document_describes_the_contract_and_nothing_else(operations: dict[str, Any]) -> None:
    assert sorted(operations) == sorted(OPERATIONS)


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("label", OPERATIONS)
def test_an_operation_keeps_the_contract(
    label: str, mode: GenerationMode, operations: dict[str, Any]
) -> None:
    @settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(case=operations[label].as_strategy(generation_mode=mode))
    def drive(case: schemathesis.Case) -> None:
        # which e-mail addresses can be written to is more than a schema can say
        case.call_and_validate(
            headers=UNPACKED, excluded_checks=[positive_data_acceptance] if label in ANSWERS else []
        )

    drive()
