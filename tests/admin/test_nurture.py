"""Nurture lists in the console: seen, filtered, taken away as a file, and left again."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.db import db
from app.models import Lead
from tests.fixtures.consoles import Browser, submit

Open = Callable[[str | None], Browser]


@pytest.fixture(autouse=True)
def listed(app: Flask) -> None:
    """Priya on a list, with a name that a spreadsheet would take for a formula; Jo on none."""
    with app.app_context():
        submit("jo@shop.example", name="Jo", country="FR", industry="retail")
        submit("pat@clinic.example", name="=1+1")
        lead = db.session.scalars(select(Lead).where(Lead.email == "pat@clinic.example")).one()
        lead.nurture_list = "newsletter"
        db.session.commit()


def address(app: Flask) -> str:
    with app.app_context():
        lead = db.session.scalars(select(Lead).where(Lead.email == "pat@clinic.example")).one()
        return f"/admin/leads/{lead.public_id}"


def test_a_list_is_a_filter_and_a_file(as_user: Open) -> None:
    browser = as_user("mia")
    page = browser.get("/admin/leads?list=newsletter").text
    assert "newsletter (1)" in page
    assert "=1+1" in page
    assert "Jo<" not in page
    answer = browser.get("/admin/leads/lists.csv?list=newsletter")
    assert (answer.status_code, answer.mimetype) == (200, "text/csv")
    rows = answer.text.splitlines()
    assert rows[0] == "list,since,email,name,company,lead"
    assert ",pat@clinic.example,'=1+1," in rows[1]
    assert len(browser.get("/admin/leads/lists.csv?list=other").text.splitlines()) == 1


def test_somebody_is_taken_off_a_list_on_their_page(app: Flask, as_user: Open) -> None:
    browser = as_user("mia")
    page = browser.get(address(app)).text
    assert "On the list <b>newsletter</b>" in page
    assert browser.post(address(app), {}, to=f"{address(app)}/leave-list").status_code == 303
    after = browser.get(address(app)).text
    assert "On the list" not in after
    assert "Taken off the list" in after
    assert browser.post(address(app), {}, to=f"{address(app)}/leave-list").status_code == 404
