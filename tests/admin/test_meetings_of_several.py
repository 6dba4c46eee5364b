"""Meetings of several people in the consoles: everybody with their role, for the manager, the rep and the colleague."""

from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select

from app.actor import SYSTEM
from app.db import db
from app.models import Booking, Rep
from app.usecases.change_configuration import apply_document
from tests.fixtures.consoles import Browser, acme_document, book, submit

Open = Callable[[str | None], Browser]


@pytest.fixture(scope="module")
def booked(app: Flask) -> tuple[str, str]:
    """Remy meets Priya, with Rosa as the secondary: the meeting and the lead."""
    document = acme_document()
    document["pools"] = [
        {"name": name, "queue": "desk", "members": [{"rep": f"{rep}@acme.test"}]}
        for name, rep in (("seniors", "remy"), ("juniors", "rosa"))
    ]
    document["routers"][0]["rules"] = []
    action = {"pool": "seniors", "with": [{"role": "secondary", "pool": "juniors"}]}
    document["routers"][0]["catch_all"] = [action, {"queue": "desk"}]
    office = {"timezone": "Europe/Berlin", "schedule": "office", "calendars": "none"}
    document["reps"].append({"email": "jo@acme.test", "name": "Jo", **office})
    with app.app_context():
        apply_document(document, SYSTEM, "test", prune=True)
        made = book(submit(), 3)
        row = db.session.scalars(select(Booking).where(Booking.public_id == made)).one()
        return made, row.lead.public_id


def test_the_colleagues_day_shows_the_meeting_their_role_and_why(
    as_user: Open, booked: tuple[str, str]
) -> None:
    page = as_user("rosa").get("/app/").text
    assert booked[0] in page
    assert "you are the secondary" in page
    assert "Rosa takes part as secondary, from pool juniors." in page
    assert "Remy, Rosa (secondary)" in page
    assert f"/app/meetings/{booked[0]}/skip" in page, "a seat can be given on like a meeting"
    assert f"/app/meetings/{booked[0]}/accept" not in page, "whose meeting it is answers for it"


def test_the_reps_own_day_names_the_colleague(as_user: Open, booked: tuple[str, str]) -> None:
    page = as_user("remy").get("/app/").text
    assert "Remy, Rosa (secondary)" in page
    assert f"/app/meetings/{booked[0]}/skip" in page


def test_a_colleague_cannot_answer_for_the_rep(as_user: Open, booked: tuple[str, str]) -> None:
    address = f"/app/meetings/{booked[0]}"
    assert as_user("rosa").post("/app/", {}, to=f"{address}/accept").status_code == 303
    assert "accepted by" not in as_user("mia").get(f"/admin/meetings/{booked[0]}").text


@pytest.mark.parametrize("where", ["/admin/meetings", "/admin/meetings/{}", "/admin/leads/{lead}"])
def test_managers_see_everybody_with_their_role(as_user: Open, booked: tuple[str, str], where: str) -> None:
    page = as_user("mia").get(where.format(booked[0], lead=booked[1]))
    assert page.status_code == 200
    assert "Rosa" in page.text and "secondary" in page.text


def test_the_meetings_page_says_why_each_has_their_seat(as_user: Open, booked: tuple[str, str]) -> None:
    page = as_user("mia").get(f"/admin/meetings/{booked[0]}").text
    assert "Who else takes part" in page
    assert "Rosa takes part as secondary, from pool juniors. Nobody else could take this time." in page


def test_a_seat_that_nobody_else_can_take_stays_and_the_page_says_so(
    as_user: Open, booked: tuple[str, str]
) -> None:
    rosa, page = as_user("rosa"), f"/app/meetings/{booked[0]}/skip"
    assert "You are the secondary at Remy’s meeting." in rosa.get(page).text
    assert rosa.post(page, {"reason": "Not my field"}).status_code == 303
    assert "Nobody else who could be secondary is free then" in rosa.get("/app/").text


def test_a_manager_replaces_the_colleague_by_name_with_a_reason(
    app: Flask, as_user: Open, booked: tuple[str, str]
) -> None:
    with app.app_context():
        rosa, jo = (_rep(name) for name in ("rosa", "jo"))
    mia, page = as_user("mia"), f"/admin/meetings/{booked[0]}"
    assert "Let somebody else come along" in mia.get(page).text
    seat = {"colleague": rosa, "rep": jo}
    assert mia.post(page, {**seat, "reason": ""}, to=f"{page}/seat").status_code == 422
    assert mia.post(page, {**seat, "reason": "ill"}, to=f"{page}/seat").status_code == 303
    assert "Jo takes part as secondary" in mia.get(page).text
    back = {"colleague": jo, "rep": rosa, "reason": "well again"}
    assert mia.post(page, back, to=f"{page}/seat").status_code == 303
    assert "Rosa takes part as secondary" in mia.get(page).text
    rosas = as_user("rosa")
    assert rosas.post("/app/", {**seat, "reason": "x"}, to=f"{page}/seat").status_code in {403, 404}


def _rep(name: str) -> str:
    return db.session.scalars(select(Rep.public_id).where(Rep.email == f"{name}@acme.test")).one()
