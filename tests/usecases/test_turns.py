"""Turns given back, by whom and for what; corrections; and periods: all from rows that replay to the positions."""

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.actor import Actor
from app.db import db
from app.errors import Conflict, Invalid, NotFound
from app.models import AuditEntry, Booking, LedgerEntry, Outcome, PendingCredit, Pool, Rep
from app.store.ledger import load_ledger, replay_ledger
from app.usecases.book_meeting import BookingOrder, book_meeting
from app.usecases.cancel_meeting import cancel_meeting
from app.usecases.change_configuration import change_configuration
from app.usecases.correct_turns import adjust_turns, decide_credit
from app.usecases.import_accounts import import_accounts
from app.usecases.record_outcome import record_outcome
from app.usecases.reset_ledgers import period_start, reset_ledgers
from tests.fixtures.company import company_document, first_starts

Submit = Callable[..., dict[str, Any]]
MIA = Actor("user_mia")


@pytest.fixture(autouse=True)
def every_ledger_is_replayable(company_app: Flask) -> Iterator[None]:
    """Whatever a test did: the positions in use are those that the rows make."""
    yield
    clock.replace(None)
    db.session.rollback()
    for pool in db.session.scalars(select(Pool)):
        kept = load_ledger(db.session(), pool.id, pool.name)
        assert replay_ledger(db.session(), pool.id, pool.name) == kept


def set_pool(**settings: Any) -> None:
    pool = company_document(**settings)["pools"][0]
    change_configuration({"pools": {"everybody": pool}}, MIA, "test")


def booked(submit: Submit, number: int = 0) -> Booking:
    made = submit(f"priya{number}@globex{number}.test")
    public_id = book_meeting(
        made["request"]["id"], BookingOrder(datetime.fromisoformat(first_starts(made)[0]))
    )
    return db.session.scalars(select(Booking).where(Booking.public_id == public_id)).one()


def rows() -> list[tuple[str, str | None, str | None]]:
    db.session.rollback()
    found = db.session.scalars(
        select(LedgerEntry)
        .where(LedgerEntry.kind.in_(("credited", "adjusted", "reset")))
        .order_by(LedgerEntry.id)
    )
    return [(row.kind, row.reason, row.actor) for row in found]


def after(booking: Booking) -> None:
    """The meeting's time has come and gone."""
    ends_at = booking.ends_at
    clock.replace(lambda: ends_at + timedelta(hours=1))


def test_a_prospect_who_does_not_come_gives_the_turn_back_once(submit: Submit) -> None:
    booking = booked(submit)
    after(booking)
    for _ in range(2):
        record_outcome(booking.public_id, Outcome.NO_SHOW, by="user_mia")
    assert rows() == [("credited", "no_show", None)]
    assert db.session.scalars(select(Booking.outcome)).one() is Outcome.NO_SHOW


@pytest.mark.parametrize("outcome", [Outcome.HELD, Outcome.DONE])
def test_a_meeting_that_took_place_or_was_settled_costs_its_turn(submit: Submit, outcome: Outcome) -> None:
    booking = booked(submit)
    after(booking)
    record_outcome(booking.public_id, outcome, by="user_mia")
    assert rows() == []


def test_an_outcome_that_is_corrected_takes_the_turn_again(submit: Submit) -> None:
    booking = booked(submit)
    after(booking)
    for outcome in (Outcome.NO_SHOW, Outcome.HELD, Outcome.NO_SHOW):
        record_outcome(booking.public_id, outcome, by="user_mia")
    assert rows() == [
        ("credited", "no_show", None),
        ("adjusted", "outcome_corrected", "user_mia"),
        ("credited", "no_show", None),
    ]


def test_a_meeting_has_no_outcome_before_it_begins_or_when_it_was_cancelled(submit: Submit) -> None:
    booking = booked(submit)
    with pytest.raises(Conflict, match="not begun"):
        record_outcome(booking.public_id, Outcome.HELD, by="user_mia")
    cancel_meeting(booking.public_id, by="rep")
    after(booking)
    with pytest.raises(Conflict, match="cancelled"):
        record_outcome(booking.public_id, Outcome.HELD, by="user_mia")
    with pytest.raises(NotFound):
        record_outcome(booking.public_id, Outcome.HELD, by="rep", rep_id=booking.rep_id + 1)


@pytest.mark.parametrize(("by", "given"), [("prospect", 1), ("rep", 0), ("user_mia", 0)])
def test_only_the_prospects_cancellation_gives_the_turn_back(submit: Submit, by: str, given: int) -> None:
    cancel_meeting(booked(submit).public_id, by=by)
    assert len(rows()) == given


def test_a_pool_may_give_nothing_back_for_a_cancellation(submit: Submit) -> None:
    set_pool(credit_for=["no_show", "skip"])
    cancel_meeting(booked(submit).public_id, by="prospect")
    assert rows() == []


def test_more_than_the_months_number_waits_for_a_manager_who_accepts_or_refuses(submit: Submit) -> None:
    set_pool(credits_per_month=1)
    for number in range(6):  # two reps: each has one free, then one waits
        cancel_meeting(booked(submit, number).public_id, by="prospect")
    assert [row[0] for row in rows()] == ["credited"] * 2
    waiting = db.session.scalars(select(PendingCredit).order_by(PendingCredit.id)).all()
    assert len(waiting) == 4
    accepted, refused = waiting[0].public_id, waiting[1].public_id
    decide_credit(accepted, is_accepted=True, by=MIA)
    decide_credit(refused, is_accepted=False, by=MIA)
    assert rows()[2:] == [("credited", "prospect_cancelled", "user_mia")]
    with pytest.raises(Conflict):
        decide_credit(accepted, is_accepted=False, by=MIA)
    with pytest.raises(NotFound):
        decide_credit("crd_x", is_accepted=True, by=MIA)


def test_a_credit_that_waits_is_dropped_when_the_outcome_is_corrected(submit: Submit) -> None:
    set_pool(credits_per_month=0)
    booking = booked(submit)
    after(booking)
    record_outcome(booking.public_id, Outcome.NO_SHOW, by="rep")
    assert len(db.session.scalars(select(PendingCredit)).all()) == 1
    record_outcome(booking.public_id, Outcome.HELD, by="rep")
    db.session.rollback()
    assert db.session.scalars(select(PendingCredit)).all() == []
    assert rows() == []


def test_a_charged_owned_meeting_is_given_back_too(submit: Submit) -> None:
    set_pool(charge_owner=True)
    rep = db.session.scalars(select(Rep).order_by(Rep.id)).first()
    assert rep is not None
    rule = {"name": "owned", "when": {"field": "account.owner", "op": "exists"}, "action": {"owner": True}}
    router = {**company_document()["routers"][0], "rules": [{**rule, "fallback": [{"pool": "everybody"}]}]}
    change_configuration({"routers": {"inbound": router}}, MIA, "test")
    import_accounts(f"domain,name,owner\nglobex0.test,Globex,{rep.email}\n".encode(), MIA)
    booking = booked(submit)
    kinds = db.session.scalars(select(LedgerEntry.kind).where(LedgerEntry.amount > 0)).all()
    assert "owner_routed" in kinds
    cancel_meeting(booking.public_id, by="prospect")
    assert rows() == [("credited", "prospect_cancelled", None)]


def test_a_managers_correction_is_written_with_who_and_why(submit: Submit) -> None:
    rep = db.session.scalars(select(Rep).order_by(Rep.id.desc())).first()
    assert rep is not None
    adjust_turns("everybody", rep.public_id, 2, "  was ill \n in May ", MIA)
    assert rows() == [("adjusted", "was ill in May", "user_mia")]
    assert booked(submit).rep_id == rep.id
    actions = db.session.scalars(select(AuditEntry.action)).all()
    assert "ledger.adjusted" in actions


@pytest.mark.parametrize(("turns", "reason"), [(0, "why"), (51, "why"), (1, "  "), (1, "x" * 201)])
def test_a_correction_needs_turns_and_a_reason(company_app: Flask, turns: int, reason: str) -> None:
    rep = db.session.scalars(select(Rep.public_id)).first()
    with pytest.raises(Invalid):
        adjust_turns("everybody", str(rep), turns, reason, MIA)
    with pytest.raises(NotFound):
        adjust_turns("everybody", "rep_x", 1, "why", MIA)
    with pytest.raises(NotFound):
        adjust_turns("nowhere", str(rep), 1, "why", MIA)


def test_a_period_begins_once_with_everybody_level(submit: Submit) -> None:
    set_pool(reset="monthly")
    booked(submit)
    later = (datetime.now(UTC).replace(day=1) + timedelta(days=32)).replace(day=2, hour=3)
    clock.replace(lambda: later)
    assert [reset_ledgers(), reset_ledgers()] == [1, 0]
    pool = db.session.scalars(select(Pool)).one()
    positions = load_ledger(db.session(), pool.id, pool.name).positions.values()
    assert len({at.virtual_time for at in positions}) == 1
    assert [row[0] for row in rows()] == ["reset", "reset"]
    assert rows()[0][1] == f"period_from_{later.date().replace(day=1).isoformat()}"
    in_time = later + timedelta(days=15)
    clock.replace(lambda: in_time)
    assert reset_ledgers() == 0


def test_a_pool_without_a_period_is_never_reset(submit: Submit) -> None:
    booked(submit)
    later = datetime.now(UTC).replace(day=1) + timedelta(days=32)
    clock.replace(lambda: later.replace(day=1, hour=3))
    assert reset_ledgers() == 0


@pytest.mark.parametrize(
    ("today", "period", "first"),
    [
        ("2026-11-22", "monthly", "2026-11-01"),
        ("2026-11-22", "quarterly", "2026-10-01"),
        ("2026-01-01", "quarterly", "2026-01-01"),
        ("2026-12-31", "quarterly", "2026-10-01"),
    ],
)
def test_periods_begin_on_the_first_of_a_month(today: str, period: str, first: str) -> None:
    assert period_start(date.fromisoformat(today), period) == date.fromisoformat(first)
