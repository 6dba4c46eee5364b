"""The ledger's page: rows with reasons and people, and a manager's word on turns."""

from collections.abc import Callable

from flask import Flask
from sqlalchemy import select

from app.actor import SYSTEM
from app.db import db
from app.models import PendingCredit, Rep
from app.usecases.cancel_meeting import cancel_meeting
from app.usecases.change_configuration import change_configuration
from app.usecases.export_configuration import export_item
from tests.fixtures.consoles import Browser, book, submit

Open = Callable[[str | None], Browser]
PAGE = "/admin/pools/everybody/ledger"


def test_a_managers_correction_stands_in_the_ledger_with_name_and_reason(app: Flask, as_user: Open) -> None:
    with app.app_context():
        rep = db.session.scalars(select(Rep.public_id).where(Rep.email == "rosa@acme.test")).one()
    browser = as_user("mia")
    typed = {"rep": rep, "turns": "-1", "reason": "had two <b>extra</b>"}
    assert browser.post(PAGE, typed).status_code == 303
    page = browser.get(PAGE).text
    assert "had two &lt;b&gt;extra&lt;/b&gt;" in page
    assert "Mia" in page and "Adjusted" in page and "as replayed" in page
    assert "Rosa is ahead by 0.50 turns" in page


def test_a_correction_without_a_reason_or_number_is_refused_and_stays_typed(as_user: Open) -> None:
    answer = as_user("mia").post(PAGE, {"rep": "x", "turns": "many", "reason": "why"})
    assert answer.status_code == 422
    assert "f-turns-error" in answer.text
    assert "f-reason-error" in as_user("mia").post(PAGE, {"turns": "2", "reason": " "}).text


def test_a_rep_reads_no_ledger_of_the_console_and_writes_none(as_user: Open) -> None:
    browser = as_user("remy")
    assert browser.get(PAGE).status_code == 403
    assert browser.client.post(PAGE, data={"turns": "5", "reason": "mine"}).status_code == 403


def test_a_credit_beyond_the_months_number_waits_for_the_manager(app: Flask, as_user: Open) -> None:
    with app.app_context():
        pool = export_item("pools", "everybody")
        change_configuration({"pools": {"everybody": {**pool, "credits_per_month": 0}}}, SYSTEM, "test")
        cancel_meeting(book(submit("one@waits.example")), by="prospect")
        cancel_meeting(book(submit("two@waits.example")), by="prospect")
        first, second = db.session.scalars(select(PendingCredit.public_id).order_by(PendingCredit.id)).all()
    browser = as_user("mia")
    assert "that wait for you" in browser.get(PAGE).text
    browser.post(PAGE, {"decision": "accept"}, to=f"/admin/pools/everybody/credits/{first}")
    browser.post(PAGE, {"decision": "refuse"}, to=f"/admin/pools/everybody/credits/{second}")
    page = browser.get(PAGE).text
    assert "that wait for you" not in page
    assert "the prospect cancelled" in page


def test_an_admin_sets_what_gives_turns_back(app: Flask, as_user: Open) -> None:
    browser = as_user("ada")
    fields = {"queue": "desk", "distribution": "round_robin", "offering": "flexible", "max_credit": "10"}
    typed = {**fields, "credit_for": ["no_show"], "credits_per_month": "", "reset": "quarterly"}
    assert browser.post("/admin/pools/everybody", typed).status_code == 303
    with app.app_context():
        item = export_item("pools", "everybody")
    assert (item["credit_for"], item["credits_per_month"], item["reset"]) == (["no_show"], None, "quarterly")
