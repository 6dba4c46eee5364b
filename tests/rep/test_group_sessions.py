"""A session that prospects share, as its rep and a manager see it; and what the public pages ask there."""

from collections.abc import Callable
from datetime import datetime
from itertools import count
from typing import Any

import pytest
from flask import Flask

from app.actor import SYSTEM
from app.db import db
from app.models import Booking, BookingState, Rep
from app.usecases.book_meeting import BookingOrder, book_meeting
from app.usecases.change_configuration import apply_document
from tests.fixtures.consoles import Browser, acme_document, submit

Open = Callable[[str | None], Browser]
_number = count(1)


@pytest.fixture
def session(app: Flask) -> tuple[str, list[str]]:
    """Ana, Bo and Cy share a demo for eight; whose it is, and their bookings."""
    with app.app_context():
        document: dict[str, Any] = acme_document()
        document["meeting_types"][0] |= {"seats": 8, "name": "Group demo"}
        apply_document(document, SYSTEM, "test")
        here = f"share{next(_number)}.example"
        made = [submit(f"{name.lower()}@{here}", name=name) for name in ("Ana", "Bo", "Cy")]
        start = made[0]["slots"]["days"][-1]["slots"][0]["start"]
        order = BookingOrder(datetime.fromisoformat(start))
        bookings = [book_meeting(each["request"]["id"], order) for each in made]
        rep = db.session.get_one(Rep, row(bookings[0]).rep_id).email
        return rep.partition("@")[0], bookings


def row(booking: str) -> Booking:
    db.session.rollback()
    return db.session.query(Booking).filter_by(public_id=booking).one()


def test_the_rep_reads_who_comes_and_calls_the_session_off_for_all(
    app: Flask, as_user: Open, session: tuple[str, list[str]]
) -> None:
    name, bookings = session
    browser = as_user(name)
    page = browser.get("/app/").text
    assert "3 of 8 seats taken" in page and page.count("Cancel session") == 1
    assert all(f'id="{booking}"' in page for booking in bookings)
    assert f"/app/meetings/{bookings[0]}/skip" not in page, "a session is not given on"
    answer = browser.post("/app/", {}, to=f"/app/meetings/{bookings[0]}/cancel")
    assert answer.status_code == 303
    with app.app_context():
        assert {row(booking).state for booking in bookings} == {BookingState.CANCELLED}


def test_a_manager_reads_who_shares_it_and_why_the_second_came_there(
    as_user: Open, session: tuple[str, list[str]]
) -> None:
    page = as_user("mia").get(f"/admin/meetings/{session[1][1]}").text
    assert "3 of 8 seats taken" in page and "Ana" in page and "Cy" in page
    assert "1 of 8 seats were taken" in page, "why this rep: the session had begun to fill"
    assert "Give it to somebody else" not in page


def test_the_page_without_script_asks_for_no_guests(app: Flask, session: tuple[str, list[str]]) -> None:
    with app.app_context():
        made = submit("dee@share.example", name="Dee")["request"]
    client = app.test_client()
    page = client.post("/f/demo", data={"step": "times", "request": made["id"], "token": made["token"]})
    assert page.status_code == 200 and 'name="notes"' in page.text and 'name="guests"' not in page.text
