"""Leads in the console: found, explained from the stored record, and told in the order of what happened."""

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.db import db
from app.models import Lead, RequestFacts
from tests.fixtures.consoles import Browser, book, submit

Open = Callable[[str | None], Browser]


@pytest.fixture(scope="module", autouse=True)
def leads(app: Flask) -> None:
    """Priya is booked, Jo is choosing, Ed could not be found a place without the desk."""
    with app.app_context():
        book(submit())
        submit("jo@shop.example", name="Jo", country="FR", industry="retail")


def address_of(app: Flask, email: str) -> str:
    with app.app_context():
        lead = db.session.scalars(select(Lead).where(Lead.email == email)).one()
        return f"/admin/leads/{lead.public_id}"


def test_the_list_shows_where_each_lead_stands(as_user: Open) -> None:
    page = as_user("mia").get("/admin/leads").text
    assert "Priya" in page
    assert "Booked" in page
    assert "with Remy" in page


@pytest.mark.parametrize(
    ("query", "there", "absent"),
    [
        ("state=booked", "Priya", "Jo<"),
        ("state=offered", "Jo<", "Priya"),
        ("q=SHOP.example", "Jo<", "Priya"),
        ("q=%25", "Nothing matches", "Priya"),
        ("state=invented", "Priya", "Nothing matches"),
    ],
)
def test_filters_live_in_the_address(as_user: Open, query: str, there: str, absent: str) -> None:
    page = as_user("mia").get(f"/admin/leads?{query}").text
    assert there in page
    assert absent not in page


def test_a_lead_says_who_got_it_by_which_rule_and_who_was_passed_over(app: Flask, as_user: Open) -> None:
    page = as_user("mia").get(address_of(app, "priya@clinic.example")).text
    assert "Why this rep" in page
    assert "Remy got it" in page
    assert "Healthcare in DACH" in page
    assert 'data-outcome="winner"' in page
    assert "healthcare missing" in page  # Rosa, who has no such skill


def test_a_lead_without_a_meeting_says_where_it_may_go(app: Flask, as_user: Open) -> None:
    page = as_user("mia").get(address_of(app, "jo@shop.example")).text
    assert "Where this lead may go" in page
    assert "Waits in the queue" in page


def test_what_happened_is_told_newest_first(app: Flask, as_user: Open) -> None:
    page = as_user("mia").get(address_of(app, "priya@clinic.example")).text
    assert page.index("Meeting booked") < page.index("Routed") < page.index("Request arrived")


def test_an_erased_lead_keeps_its_decision_and_nothing_of_the_person(app: Flask, as_user: Open) -> None:
    with app.app_context():
        book(submit("gone@clinic.example", name="Gone"), 4)
        lead = db.session.scalars(select(Lead).where(Lead.email == "gone@clinic.example")).one()
        address = f"/admin/leads/{lead.public_id}"
        lead.email = lead.name = lead.company = None
        for facts in db.session.scalars(select(RequestFacts)):
            if facts.answers.get("name") == "Gone":
                db.session.delete(facts)
        db.session.commit()
    page = as_user("mia").get(address).text
    assert "Erased" in page
    assert "Why this rep" in page


def test_a_lead_that_is_not_there_is_not_found(as_user: Open) -> None:
    assert as_user("ada").get("/admin/leads/lead_nothing").status_code == 404


def test_what_a_prospect_typed_is_shown_as_text(app: Flask, as_user: Open) -> None:
    with app.app_context():
        submit("x@shop.example", name="<script>alert(1)</script>", country="FR")
    for address in ("/admin/leads", address_of(app, "x@shop.example"), "/admin/"):
        page = as_user("ada").get(address).text
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert" in page


def test_meetings_are_listed_by_when_they_are(as_user: Open) -> None:
    browser = as_user("mia")
    assert "Priya" in browser.get("/admin/meetings").text
    assert "No past meetings" in browser.get("/admin/meetings?which=past").text
    assert "Priya" in browser.get("/admin/meetings?which=nonsense").text


def test_today_says_who_waits(as_user: Open) -> None:
    page = as_user("mia").get("/admin/").text
    assert "Needs somebody" in page
    assert "has not chosen a time" in page


def test_why_these_times_adds_up_and_names_what_would_open_more(app: Flask, as_user: Open) -> None:
    mia = as_user("mia")
    lead = mia.get(address_of(app, "jo@shop.example")).text
    link = re.search(r'href="(/admin/requests/req_[^"]+/times)"', lead)
    assert link
    page = mia.get(link.group(1)).text
    assert "different times on offer" in page
    assert "Outside working hours" in page
    assert "With a booking window of 19 days" in page
    assert "Remy" in page
    assert mia.get("/admin/requests/req_x/times").status_code == 404
    assert as_user("remy").get(link.group(1)).status_code == 403
