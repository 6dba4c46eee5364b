"""The pool's page: who is next and why, shares against what is set, and every setting of the document in the form."""

from collections.abc import Callable
from datetime import timedelta

from flask import Flask
from sqlalchemy import select, update

from app.clock import now
from app.db import db
from app.models import AssignmentRecord, Booking, Outcome
from app.usecases.export_configuration import export_item
from tests.fixtures.consoles import Browser, book, submit

Open = Callable[[str | None], Browser]
PAGE = "/admin/pools/everybody"

FORM = {
    "queue": "desk",
    "distribution": "round_robin",
    "offering": "balanced",
    "max_ahead": "3",
    "max_credit": "10",
    "when_everybody_is_out": "next_day_back",
    "performance": "held",
    "credits_per_month": "5",
    "credit_for": ["cancellation", "no_show", "skip"],
    "reset": "never",
    "members-0-rep": "remy@acme.test",
    "members-0-in": "on",
    "members-0-percent": "60",
    "members-0-cap": "70",
    "members-1-rep": "rosa@acme.test",
    "members-1-in": "on",
    "members-1-new_per_day": "4",
    "members-1-new_per_week": "12",
}

PLAIN = {
    key: value
    for key, value in FORM.items()
    if not key.endswith(("percent", "cap", "new_per_day", "new_per_week"))
}
PLAIN |= {"performance": "", "offering": "flexible"}


def saved(app: Flask) -> dict[str, object]:
    with app.app_context():
        return export_item("pools", "everybody")


def test_every_setting_is_saved_from_the_form_and_shown_again(app: Flask, as_user: Open) -> None:
    browser = as_user("ada")
    assert browser.post(PAGE, FORM).status_code == 303
    pool = saved(app)
    assert (pool["offering"], pool["max_ahead"], pool["when_everybody_is_out"], pool["performance"]) == (
        "balanced",
        3,
        "next_day_back",
        "held",
    )
    assert pool["members"] == [
        {"rep": "remy@acme.test", "percent": "60%", "cap": "70%"},
        {"rep": "rosa@acme.test", "new_per_day": 4, "new_per_week": 12},
    ]
    shown = browser.get(PAGE).text
    assert 'name="members-0-percent" value="60"' in shown and "<details" in shown
    assert "60.0 % set" in shown and "(between 0 and 70 %)" in shown
    assert "Factor" in shown and "new weights are worked out every night" in shown


def test_shares_that_cannot_be_are_told_with_their_place(as_user: Open) -> None:
    answer = as_user("ada").post(PAGE, {**FORM, "members-1-percent": "50"})
    assert answer.status_code == 422
    assert "members[1].percent" in answer.text and "110%" in answer.text


def test_the_page_says_who_is_next_and_why(app: Flask, as_user: Open) -> None:
    as_user("ada").post(PAGE, PLAIN)
    with app.app_context():
        book(submit("one@clinic1.example", industry="retail"))
        winner = db.session.scalars(select(Booking).order_by(Booking.id.desc())).first()
        assert winner is not None
        got = winner.rep.name
    other = {"Remy": "Rosa", "Rosa": "Remy"}[got]
    shown = as_user("mia").get(PAGE).text
    assert f"<b>{other}</b> is next: owed +0.50 turns, and due first." in shown


def test_somebody_who_has_had_enough_today_is_passed_over_in_words(app: Flask, as_user: Open) -> None:
    limited = {**FORM, "performance": "", "members-0-percent": "", "members-0-cap": ""}
    names = {"Remy": "0", "Rosa": "1"}
    with app.app_context():
        got = db.session.scalars(select(Booking)).first()
        assert got is not None
        row = names[got.rep.name]
    as_user("ada").post(
        PAGE, {**limited, f"members-{row}-new_per_day": "1", f"members-{row}-new_per_week": "1"}
    )
    assert "was given enough new meetings for today (1 of 1 a day)" in as_user("ada").get(PAGE).text


def test_a_single_expert_who_takes_everything_is_pointed_out(app: Flask, as_user: Open) -> None:
    as_user("ada").post(PAGE, PLAIN)
    with app.app_context():
        db.session.execute(update(AssignmentRecord).values(created_at=now() - timedelta(days=60)))
        db.session.commit()
        for number in range(5):
            book(submit(f"p{number}@clinic{number}.example"), 3 * number)
    for page in (PAGE, "/admin/"):
        assert "Remy took 5 of 5 leads for healthcare in 30 days" in as_user("mia").get(page).text


def test_held_meetings_and_the_factor_stand_beside_the_share(app: Flask, as_user: Open) -> None:
    with app.app_context():
        db.session.execute(update(Booking).values(outcome=Outcome.HELD, starts_at=now() - timedelta(days=1)))
        db.session.commit()
    as_user("ada").post(PAGE, FORM)
    shown = as_user("ada").get(PAGE).text
    assert "Factor" in shown and "1.0" in shown
