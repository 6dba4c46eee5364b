"""A rep's word on their meetings: from the page, from the mail's link, and on nobody else's."""

from collections.abc import Callable
from datetime import timedelta
from itertools import count

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.db import db
from app.models import Booking, LedgerEntry, Outcome, Rep
from tests.fixtures.consoles import Browser, book, submit

Open = Callable[[str | None], Browser]
_number = count(1)


def booked(email: str) -> tuple[str, str, str]:
    """A meeting at which both are free: its id, its rep's name, and the other rep's."""
    made = book(submit(email, industry="retail"), 4 * next(_number))
    rep = db.session.scalars(
        select(Rep.email).join(Booking, Booking.rep_id == Rep.id).where(Booking.public_id == made)
    ).one()
    return made, rep.partition("@")[0], "rosa" if rep.startswith("remy") else "remy"


def holder(booking: str) -> str:
    db.session.rollback()
    query = select(Rep.email).join(Booking, Booking.rep_id == Rep.id).where(Booking.public_id == booking)
    return db.session.scalars(query).one().partition("@")[0]


def test_a_rep_skips_with_a_reason_and_the_other_has_it(app: Flask, as_user: Open) -> None:
    with app.app_context():
        booking, mine, other = booked("one@skip.example")
    browser, page = as_user(mine), f"/app/meetings/{booking}/skip"
    assert page in browser.get("/app/").text
    assert "Why is it not for you?" in browser.get(page).text
    answer = browser.post(page, {"reason": "Not my field", "other": ""})
    assert answer.status_code == 303
    with app.app_context():
        assert holder(booking) == other
    assert "takes it. Your time is free again" in browser.get("/app/").text
    assert booking in as_user(other).get("/app/").text


def test_the_last_one_reads_that_a_manager_was_asked(app: Flask, as_user: Open) -> None:
    with app.app_context():
        booking, mine, other = booked("two@skip.example")
    for name in (mine, other):
        as_user(name).post(f"/app/meetings/{booking}/skip", {"reason": "Not my field"})
    browser = as_user(other)
    browser.post(f"/app/meetings/{booking}/skip", {"other": "Really not"})
    assert "A manager was asked" in browser.get("/app/").text
    with app.app_context():
        assert holder(booking) == other


def test_a_skip_without_a_reason_is_refused_in_place(app: Flask, as_user: Open) -> None:
    with app.app_context():
        booking, mine, _ = booked("three@skip.example")
    answer = as_user(mine).post(f"/app/meetings/{booking}/skip", {"reason": ""})
    assert answer.status_code == 422
    assert "f-other-error" in answer.text


def test_nobody_touches_somebody_elses_meeting(app: Flask, as_user: Open) -> None:
    with app.app_context():
        booking, _, other = booked("four@skip.example")
    browser = as_user(other)
    assert browser.get(f"/app/meetings/{booking}/skip").status_code == 404
    for verb, fields in (("skip", {"reason": "mine"}), ("accept", {}), ("outcome", {"outcome": "held"})):
        browser.post("/app/time-off", fields, to=f"/app/meetings/{booking}/{verb}")
    with app.app_context():
        db.session.rollback()
        row = db.session.scalars(select(Booking).where(Booking.public_id == booking)).one()
        assert (row.accepted_at, row.outcome, row.generation) == (None, None, 1)


def test_accepting_shows_to_rep_and_manager(app: Flask, as_user: Open) -> None:
    with app.app_context():
        booking, mine, _ = booked("five@skip.example")
    as_user(mine).post("/app/", {}, to=f"/app/meetings/{booking}/accept")
    assert "you will be there" in as_user(mine).get("/app/").text
    assert "accepted by" in as_user("mia").get(f"/admin/meetings/{booking}").text


def test_an_outcome_is_asked_for_after_the_meeting_and_only_then(app: Flask, as_user: Open) -> None:
    with app.app_context():
        booking, mine, _ = booked("six@skip.example")
        ends_at = db.session.scalars(select(Booking.ends_at).where(Booking.public_id == booking)).one()
    address = f"/app/meetings/{booking}/outcome"
    browser = as_user(mine)
    browser.post("/app/", {"outcome": "no_show"}, to=address)
    assert "has not begun yet" in browser.get("/app/").text
    assert browser.post("/app/", {"outcome": "won"}, to=address).status_code == 404
    with app.app_context():
        clock.replace(lambda: ends_at + timedelta(hours=1))
        late = as_user(mine)
    try:
        assert "How did it go?" in late.get("/app/").text
        late.post("/app/", {"outcome": "no_show"}, to=address)
        assert address not in late.get("/app/").text
        page = as_user("mia").get(f"/admin/meetings/{booking}").text
        assert "They did not come" in page
        with app.app_context():
            row = db.session.scalars(select(Booking).where(Booking.public_id == booking)).one()
            assert row.outcome is Outcome.NO_SHOW
            reasons = db.session.scalars(
                select(LedgerEntry.reason).where(LedgerEntry.kind == "credited")
            ).all()
            assert "no_show" in reasons
    finally:
        clock.replace(None)


@pytest.mark.parametrize("who", ["remy", None])
def test_only_managers_open_a_meeting_in_the_console(as_user: Open, who: str | None) -> None:
    assert as_user(who).get("/admin/meetings/bkg_x").status_code in {303, 403}


def test_a_manager_gives_a_meeting_to_somebody_and_reads_who_had_it(app: Flask, as_user: Open) -> None:
    with app.app_context():
        booking, _, other = booked("seven@skip.example")
        chosen = db.session.scalars(select(Rep.public_id).where(Rep.email == f"{other}@acme.test")).one()
    browser, page = as_user("mia"), f"/admin/meetings/{booking}"
    refused = browser.post(page, {"rep": chosen, "reason": " "}, to=f"{page}/reassign")
    assert refused.status_code == 422 and "f-reason-error" in refused.text
    browser.post(page, {"rep": chosen, "reason": "knows <them>"}, to=f"{page}/reassign")
    shown = browser.get(page).text
    assert "knows &lt;them&gt;" in shown and "took it" in shown
    assert "Somebody chose them by name" in shown
    with app.app_context():
        assert holder(booking) == other
    browser.post(page, {"rep": "", "reason": "back"}, to=f"{page}/reassign")
    assert "Nobody else whom the rules allow is free then" in browser.get(page).text
