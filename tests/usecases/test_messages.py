"""A rule that ends in a message: the prospect reads the form's own words, in a language they understand."""

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask

from app.usecases.capture_lead import Submission
from app.usecases.submit_request import submit_request
from tests.fixtures.company import ZONE, application_over, company_document
from widget.shapes import RequestMade

TITLES = {"en": "Acme is free for schools", "de": "Acme ist für Schulen kostenlos"}


@pytest.fixture
def app(fresh_database: str) -> Iterator[Flask]:
    """A company that answers students with a message."""
    document = company_document()
    rule = {
        "name": "students",
        "when": {"field": "email_domain", "op": "ends_with", "value": ".edu"},
        "action": {"message": "students"},
    }
    document["routers"][0]["rules"] = [rule]
    document["forms"][0]["messages"] = {"students": {"title": TITLES, "text": {"en": "Write to us."}}}
    with application_over(fresh_database, document) as application:
        yield application


def ask(locale: str) -> dict[str, Any]:
    made = submit_request("demo", Submission({"email": "sam@college.edu"}, ZONE, locale))
    return RequestMade.model_validate(made).next.model_dump()


@pytest.mark.parametrize(
    ("locale", "title"), [("en", "en"), ("de", "de"), ("de-AT", "de"), ("DE", "de"), ("fr-CA", "en")]
)
@pytest.mark.usefixtures("app")
def test_a_message_is_told_in_the_visitors_language_or_in_english(locale: str, title: str) -> None:
    told = ask(locale)
    assert (told["kind"], told["title"], told["text"]) == ("message", TITLES[title], "Write to us.")
