"""The queue on a screen: people see numbers until they have a lead, then the lead and what they can do for them."""

import re
from collections.abc import Callable

from flask import Flask
from sqlalchemy import select

from app.actor import SYSTEM
from app.db import db
from app.models import Booking, QueueEntry, QueueState, Rep, Request
from app.usecases.change_configuration import change_configuration
from app.usecases.export_configuration import export_item
from app.usecases.mail_booking_link import booking_link
from tests.fixtures.consoles import Browser, submit

Open = Callable[[str | None], Browser]


def set_desk(**settings: object) -> None:
    item = {"name": "desk", "members": ["remy@acme.test", "mia@acme.test"], **settings}
    change_configuration({"queues": {"desk": item}}, SYSTEM, "test")


def ask(email: str) -> None:
    """Somebody whom no rule sends to a rep."""
    router = {**export_item("routers", "inbound"), "rules": [], "catch_all": [{"queue": "desk"}]}
    change_configuration({"routers": {"inbound": router}}, SYSTEM, "test")
    submit(email, name=email.partition("@")[0].title())


def test_a_rep_takes_the_next_lead_unseen_books_for_them_and_has_the_meeting(
    app: Flask, as_user: Open
) -> None:
    with app.app_context():
        set_desk()
        ask("paula@queue.example")
    browser = as_user("remy")
    page = browser.get("/app/queue").text
    assert "1 lead waiting" in page and "Paula" not in page
    taken = browser.post("/app/queue", {"queue": "desk"}, to="/app/queue/next")
    shown = browser.get(taken.location).text
    assert "Paula" in shown and "Book for them" in shown
    start = re.search(r'<option value="([^"]+)">', shown)
    assert start is not None
    assert browser.post(taken.location, {"start": start[1]}, to=f"{taken.location}/book").status_code == 303
    with app.app_context():
        rep = db.session.scalars(select(Rep.email).join(Booking, Booking.rep_id == Rep.id)).one()
        assert rep == "remy@acme.test"
    assert browser.get(taken.location).status_code == 404  # settled
    assert "took the lead from a queue" in browser.get("/app/").text


def test_the_link_opens_the_takers_times_without_a_form(app: Flask, as_user: Open) -> None:
    with app.app_context():
        set_desk()
        ask("lena@queue.example")
    browser = as_user("remy")
    taken = browser.post("/app/queue", {"queue": "desk"}, to="/app/queue/next").location
    browser.post(taken, {}, to=f"{taken}/link")
    assert "they choose from your times" in browser.get(taken).text
    browser.post(taken, {}, to=f"{taken}/link")
    assert "within the hour" in browser.get("/app/queue").text
    with app.app_context():
        entry = db.session.scalars(
            select(QueueEntry).where(QueueEntry.public_id == taken.split("/")[-1])
        ).one()
        link = booking_link(db.session.get_one(Request, entry.request_id))
    address = link.partition("/f/")[2]
    page = as_user(None).get(f"/f/{address}")
    assert page.status_code == 200 and 'name="step" value="book"' in page.text
    assert as_user(None).get(f"/f/{address}".replace("&t=", "&t=x")).status_code == 404


def test_a_lead_is_given_back_settled_and_out_of_reach_for_others(app: Flask, as_user: Open) -> None:
    with app.app_context():
        set_desk()
        ask("olga@queue.example")
    browser = as_user("remy")
    taken = browser.post("/app/queue", {"queue": "desk"}, to="/app/queue/next").location
    assert as_user("rosa").get(taken).status_code == 404
    as_user("rosa").post("/app/time-off", {}, to=f"{taken}/done")
    browser.post(taken, {}, to=f"{taken}/release")
    assert "Given back to the queue" in browser.get("/app/queue").text
    again = browser.post("/app/queue", {"queue": "desk"}, to="/app/queue/next").location
    assert again == taken
    browser.post(taken, {}, to=f"{taken}/done")
    with app.app_context():
        public_id = taken.split("/")[-1]
        row = db.session.scalars(select(QueueEntry).where(QueueEntry.public_id == public_id)).one()
        assert row.state is QueueState.DONE and row.done_at is not None


def test_somebody_in_no_queue_reads_what_it_is(as_user: Open) -> None:
    browser = as_user("rosa")
    assert "You are in no queue" in browser.get("/app/queue").text
    browser.post("/app/time-off", {"queue": "desk"}, to="/app/queue/next")
    assert "not among the people of this queue" in browser.get("/app/queue").text


def test_where_people_may_choose_they_see_whom(app: Flask, as_user: Open) -> None:
    with app.app_context():
        set_desk(pull="any")
        ask("vera@queue.example")
    browser = as_user("remy")
    page = browser.get("/app/queue").text
    assert "Vera" in page
    address = re.search(r"/app/queue/que_\w+/claim", page)
    assert address is not None
    browser.post("/app/queue", {}, to=address[0])
    assert "This one is yours" in browser.get("/app/queue").text


def test_a_manager_gives_takes_back_and_settles_from_the_console(app: Flask, as_user: Open) -> None:
    with app.app_context():
        set_desk()
        ask("zoe@queue.example")
        entry = db.session.scalars(
            select(QueueEntry).where(QueueEntry.state == QueueState.OPEN).order_by(QueueEntry.id.desc())
        ).first()
        assert entry is not None
        address = f"/admin/queue-entries/{entry.public_id}"
    browser = as_user("mia")
    assert "Zoe" in browser.get("/admin/queues").text
    browser.post("/admin/queues", {"person": "remy@acme.test"}, to=f"{address}/assign")
    assert "Take back" in browser.get("/admin/queues").text
    assert "Zoe" in as_user("remy").get("/app/queue").text
    browser.post("/admin/queues", {}, to=f"{address}/release")
    assert "Zoe" not in as_user("remy").get("/app/queue").text
    browser.post("/admin/queues", {"person": "nobody@acme.test"}, to=f"{address}/assign")
    assert "There is no such person" in browser.get("/admin/queues").text
    browser.post("/admin/queues", {}, to=f"{address}/done")
    assert "Zoe" not in browser.get("/admin/queues").text


def test_an_admin_says_how_people_take_leads(app: Flask, as_user: Open) -> None:
    typed = {
        "members": "mia@acme.test",
        "pull": "any",
        "max_claims": "7",
        "due_hours": "4",
        "manager": "ada@acme.test",
    }
    assert as_user("ada").post("/admin/queues/desk", typed).status_code == 303
    with app.app_context():
        item = export_item("queues", "desk")
    assert (item["pull"], item["max_claims"], item["due_hours"], item["manager"]) == (
        "any",
        7,
        4,
        "ada@acme.test",
    )
