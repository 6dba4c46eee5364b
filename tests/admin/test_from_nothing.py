"""An admin sets a company up from nothing, page by page, and a prospect books through it."""

from collections.abc import Iterator

import pytest
from flask import Flask

from app.actor import SYSTEM
from app.usecases.capture_lead import Submission
from app.usecases.create_user import create_user
from app.usecases.submit_request import submit_request
from tests.fixtures.consoles import PASSWORD, Browser, book, running_app

RULES = """
rules:
  - name: Germany
    when: {field: country, op: eq, value: DE}
    action: {pool: sales}
catch_all: [{queue: desk}]
"""


@pytest.fixture
def empty_app(fresh_database: str) -> Iterator[Flask]:
    with running_app(fresh_database) as app:
        with app.app_context():
            create_user("ada@acme.test", "Ada", "admin", PASSWORD, SYSTEM)
        yield app


def test_a_prospect_books_through_what_an_admin_built_from_nothing(empty_app: Flask) -> None:
    ada = Browser(empty_app.test_client())
    assert ada.sign_in("ada@acme.test").status_code == 303
    for page in (
        "leads",
        "meetings",
        "routers",
        "pools",
        "territories",
        "queues",
        "reps",
        "schedules",
        "forms",
    ):
        assert 'class="empty"' in ada.get(f"/admin/{page}").text, page
    week = {f"weekly.{day}": "08:00-18:00" for day in ("mon", "tue", "wed", "thu", "fri")}
    member = {"members-0-in": "on", "members-0-rep": "rosa@acme.test"}
    question = {
        "fields-0-name": "email",
        "fields-0-type": "email",
        "fields-0-label": "E-mail",
        "fields-0-required": "on",
    }
    country = {"fields-1-name": "country", "fields-1-type": "country", "fields-1-label": "Country"}
    steps = (
        ("settings", {"name": "Acme", "timezone": "Europe/Berlin"}),
        ("schedules/new", {"name": "office", "timezone": "Europe/Berlin", **week}),
        (
            "reps/new",
            {
                "email": "Rosa@acme.test",
                "name": "Rosa",
                "timezone": "Europe/Berlin",
                "schedule": "office",
                "active": "on",
                "calendars": "on",
            },
        ),
        ("queues/new", {"name": "desk", "members": "ada@acme.test"}),
        (
            "pools/new",
            {
                "name": "sales",
                "queue": "desk",
                "distribution": "round_robin",
                "offering": "flexible",
                **member,
            },
        ),
        ("meeting-types/new", {"slug": "intro", "name": "Intro call", "minutes": "30"}),
        ("routers/new", {"name": "inbound", "document": RULES, "wish": "draft"}),
        ("routers/inbound/edit", {"document": RULES, "wish": "publish"}),
        ("routers/inbound/checks", {}, "routers/inbound/publish"),
        (
            "forms/new",
            {
                "slug": "demo",
                "router": "inbound",
                "meeting_type": "intro",
                "origins": "https://acme.test",
                **question,
                **country,
            },
        ),
    )
    for page, fields, *to in steps:
        answer = ada.post(f"/admin/{page}", fields, *(f"/admin/{address}" for address in to))
        assert answer.status_code == 303, (page, answer.text)
    with empty_app.app_context():
        made = submit_request(
            "demo", Submission({"email": "priya@clinic.example", "country": "DE"}, "Europe/Berlin", "en")
        )
        assert made["next"] == {"kind": "offer"}
        assert book(made).startswith("bkg_")
    assert (
        "Rosa got it" in ada.get(ada.get("/admin/leads").text.split('data-row href="')[1].split('"')[0]).text
    )
