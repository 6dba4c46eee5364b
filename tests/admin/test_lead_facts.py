"""What is worked out about leads: written, checked and switched off in the console, and shown with each lead."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.db import db
from app.models import Lead
from tests.fixtures.consoles import Browser, submit

Open = Callable[[str | None], Browser]
SCORING = """
items:
  - {name: from Germany, when: {field: country, op: eq, value: DE}, points: 30}
  - {name: webinar, kind: engagement, when: {field: kind, op: eq, value: webinar}, points: 20, half_life: 30}
priorities: [{name: high, at_least: 30}]
"""
QUALIFICATION = """
icp: {when: {field: industry, op: eq, value: healthcare}}
verdicts:
  - {name: no e-mail like this, verdict: needs_review, when: {field: email_domain, op: eq, value: odd.example}}
paths: {needs_review: {queue: desk}}
"""


def save(browser: Browser, section: str, text: str, wish: str = "save") -> tuple[int, str]:
    seen = browser.get(f"/admin/lead-facts/{section}").text.split('name="seen" value="')[1].split('"')[0]
    answer = browser.post(f"/admin/lead-facts/{section}", {"document": text, "seen": seen, "wish": wish})
    return answer.status_code, answer.text


def test_each_section_begins_with_something_to_start_from(as_user: Open) -> None:
    for section in ("scoring", "qualification", "enrichment"):
        page = as_user("ada").get(f"/admin/lead-facts/{section}").text
        assert "Nothing here yet" in page
        assert "Start with this" in page
    assert as_user("ada").get("/admin/lead-facts/horoscope").status_code == 404


def test_a_fault_is_told_with_its_line_and_path(as_user: Open) -> None:
    status, page = save(as_user("ada"), "scoring", SCORING.replace("op: eq, value: DE", "op: is, value: DE"))
    assert status == 422
    assert "Line 3" in page
    assert "items[0].when.op" in page


def test_a_manager_may_look_and_not_write(as_user: Open) -> None:
    assert "Start with this" not in as_user("mia").get("/admin/lead-facts/scoring").text
    assert as_user("mia").post("/admin/lead-facts/scoring", {"document": SCORING}).status_code == 403


def test_a_saved_scorecard_is_read_back_in_words_and_judges_the_next_lead(app: Flask, as_user: Open) -> None:
    ada = as_user("ada")
    assert save(ada, "scoring", SCORING)[0] == 303
    assert save(ada, "qualification", QUALIFICATION)[0] == 303
    page = ada.get("/admin/lead-facts/scoring").text
    assert "country is DE" in page
    assert "half every 30 days" in page
    assert "in force" in page
    with app.app_context():
        submit("scored@clinic.example", name="Priya")
        lead = db.session.scalars(select(Lead).where(Lead.email == "scored@clinic.example")).one().public_id
    page = ada.get(f"/admin/leads/{lead}").text
    assert "What we made of this lead" in page
    assert "from Germany" in page
    assert "Priority high" in page
    assert "Fits the profile" in page
    assert "Priority high" in ada.get("/admin/leads").text


def test_a_made_up_lead_lists_every_contribution(app: Flask, as_user: Open) -> None:
    lead = {
        "form": "demo",
        "answer.email": "a@odd.example",
        "answer.country": "DE",
        "timezone": "Europe/Berlin",
    }
    page = (
        as_user("mia").post("/admin/routers/inbound/try", {**lead, "behaviors": "webinar: security, 30"}).text
    )
    assert "What is made of this lead" in page
    assert "+10" in page
    assert "30 days before" in page
    assert "Needs review" in page
    wrong = as_user("mia").post("/admin/routers/inbound/try", {**lead, "behaviors": "Web inar!"})
    assert wrong.status_code == 422
    assert "Line 1 must read like" in wrong.text


@pytest.mark.parametrize("section", ["scoring", "qualification"])
def test_a_section_can_be_switched_off(as_user: Open, section: str) -> None:
    ada = as_user("ada")
    assert (
        ada.post(f"/admin/lead-facts/{section}", {}, to=f"/admin/lead-facts/{section}/stop").status_code
        == 303
    )
    assert "Nothing here yet" in ada.get(f"/admin/lead-facts/{section}").text
