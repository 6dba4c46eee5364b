"""A meeting changes hands: to the next by the same decision, or by name; always one rep's, and nothing is lost."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.actor import Actor
from app.db import db
from app.errors import Conflict, Invalid, NotFound
from app.models import (
    Activity,
    AuditEntry,
    Booking,
    BookingState,
    LedgerEntry,
    Pool,
    QueueEntry,
    QueueState,
    Rep,
    Reservation,
    ReservationState,
)
from app.store.ledger import load_ledger, replay_ledger
from app.usecases.book_meeting import BookingOrder, book_meeting
from app.usecases.cancel_meeting import cancel_meeting
from app.usecases.change_configuration import change_configuration
from app.usecases.reassign_meeting import reassign_meeting
from app.usecases.skip_meeting import accept_meeting, skip_meeting
from app.usecases.verify_decision import verify_decision
from tests.fixtures.company import company_document, first_starts

Submit = Callable[..., dict[str, Any]]
MIA = Actor("user_mia")
WHY = "I know them privately"


@pytest.fixture(autouse=True)
def everything_still_adds_up(company_app: Flask) -> Iterator[None]:
    """Whatever a test did: ledgers replay, and each standing meeting is one rep's, whose time it is."""
    yield
    clock.replace(None)
    db.session.rollback()
    for pool in db.session.scalars(select(Pool)):
        kept = load_ledger(db.session(), pool.id, pool.name)
        assert replay_ledger(db.session(), pool.id, pool.name) == kept
    for booking in db.session.scalars(select(Booking).where(Booking.state == BookingState.CONFIRMED)):
        assert owners_of_time(booking) == [booking.rep_id]


def owners_of_time(booking: Booking) -> list[int]:
    live = Reservation.state.in_((ReservationState.HELD, ReservationState.CONFIRMED))
    rows = select(Reservation.rep_id).where(Reservation.request_id == booking.request_id, live)
    return list(db.session.scalars(rows))


def booked(submit: Submit, number: int = 0, email: str = "priya@globex.test") -> Booking:
    made = submit(email)
    public_id = book_meeting(
        made["request"]["id"], BookingOrder(datetime.fromisoformat(first_starts(made)[number]))
    )
    return db.session.scalars(select(Booking).where(Booking.public_id == public_id)).one()


def again(booking: Booking) -> Booking:
    db.session.rollback()
    db.session.refresh(booking)
    return booking


def other_rep(booking: Booking) -> Rep:
    return db.session.scalars(select(Rep).where(Rep.id != booking.rep_id)).one()


def skip(booking: Booking, reason: str = WHY) -> str | None:
    return skip_meeting(booking.public_id, booking.rep_id, reason, by="user_rep")


def turns() -> list[tuple[str, int, str | None]]:
    kinds = LedgerEntry.kind.in_(("assigned", "credited"))
    rows = db.session.scalars(select(LedgerEntry).where(kinds).order_by(LedgerEntry.id))
    return [(row.kind, row.rep_id, row.reason) for row in rows]


def waiting() -> list[tuple[str, QueueState]]:
    db.session.rollback()
    rows = db.session.scalars(select(QueueEntry).where(QueueEntry.state != QueueState.DONE))
    return [(row.reason, row.state) for row in rows]


def test_a_skipped_meeting_is_the_next_reps_at_the_same_time_and_the_turn_is_given_back(
    submit: Submit,
) -> None:
    booking = booked(submit)
    former, starts_at, next_one = booking.rep_id, booking.starts_at, other_rep(booking)
    assert skip(booking) == next_one.name
    again(booking)
    assert (booking.rep_id, booking.starts_at) == (next_one.id, starts_at)
    assert (booking.generation, booking.sequence) == (2, 1)
    assert turns() == [
        ("assigned", former, None),
        ("assigned", next_one.id, None),
        ("credited", former, "skipped"),
    ]
    request = booking.request.public_id
    assert verify_decision(request).to_json() == {"route": "same", "assignment": "same"}
    kinds = set(db.session.scalars(select(Activity.kind)))
    assert {"meeting.skipped", "meeting.reassigned"} <= kinds


def test_when_all_have_skipped_it_waits_for_a_manager_and_stays_with_the_last(submit: Submit) -> None:
    booking = booked(submit)
    skip(booking)
    last = again(booking).rep_id
    assert skip(booking) is None
    assert skip(booking) is None  # said twice is said once
    assert again(booking).rep_id == last
    assert waiting() == [("all-skipped", QueueState.OPEN)]
    assert [row[0] for row in turns()].count("credited") == 1
    assert (
        db.session.scalar(
            select(func.count()).select_from(Activity).where(Activity.kind == "meeting.skipped")
        )
        == 2
    )


def test_a_skip_is_not_for_whoever_is_busy_then(submit: Submit) -> None:
    booking = booked(submit)
    booked(submit, email="two@globex.test")  # the other rep, at the same time
    assert skip(booking) is None
    assert waiting()[-1][0] == "all-skipped"


def test_a_pool_may_keep_the_turn_of_whoever_skips(submit: Submit) -> None:
    pool = company_document(credit_for=["cancellation"])["pools"][0]
    change_configuration({"pools": {"everybody": pool}}, MIA, "test")
    booking = booked(submit)
    skip(booking)
    assert [row[0] for row in turns()] == ["assigned", "assigned"]


def test_a_strict_pool_hands_over_too(submit: Submit) -> None:
    pool = company_document(offering="strict")["pools"][0]
    change_configuration({"pools": {"everybody": pool}}, MIA, "test")
    booking = booked(submit)
    next_one = other_rep(booking)
    assert skip(booking) == next_one.name


def test_a_meeting_within_the_notice_changes_hands_all_the_same(submit: Submit) -> None:
    booking = booked(submit)
    starts_at = booking.starts_at
    clock.replace(lambda: starts_at - timedelta(minutes=5))
    assert skip(booking) is not None


def test_nobody_skips_or_accepts_what_is_not_theirs_or_is_over(submit: Submit) -> None:
    booking = booked(submit)
    stranger = other_rep(booking).id
    for act in (
        lambda: skip_meeting(booking.public_id, stranger, WHY, by="x"),
        lambda: accept_meeting(booking.public_id, stranger, by="x"),
        lambda: skip_meeting("bkg_x", stranger, WHY, by="x"),
    ):
        with pytest.raises(NotFound):
            act()
    with pytest.raises(Invalid):
        skip(booking, reason=" ")
    starts_at = again(booking).starts_at
    clock.replace(lambda: starts_at)
    with pytest.raises(Conflict, match="begun"):
        skip(booking)


def test_a_cancelled_meeting_is_nobodys_to_give_on(submit: Submit) -> None:
    booking = booked(submit)
    cancel_meeting(booking.public_id, by="prospect")
    with pytest.raises(Conflict, match="cancelled"):
        reassign_meeting(booking.public_id, WHY, MIA)


def test_accepting_is_kept_until_somebody_else_has_it(submit: Submit) -> None:
    booking = booked(submit)
    for _ in range(2):
        accept_meeting(booking.public_id, booking.rep_id, by="user_rep")
    assert again(booking).accepted_at is not None
    assert list(db.session.scalars(select(Activity.kind).where(Activity.kind == "meeting.accepted"))) == [
        "meeting.accepted"
    ]
    reassign_meeting(booking.public_id, WHY, MIA)
    assert again(booking).accepted_at is None


def test_accepting_after_all_skipped_takes_it_out_of_the_queue(submit: Submit) -> None:
    booking = booked(submit)
    skip(booking)
    skip(again(booking))
    accept_meeting(booking.public_id, again(booking).rep_id, by="user_rep")
    assert waiting() == []


def test_a_manager_gives_a_meeting_to_somebody_by_name_and_both_turns_move(submit: Submit) -> None:
    booking = booked(submit)
    former, chosen = booking.rep_id, other_rep(booking)
    assert reassign_meeting(booking.public_id, WHY, MIA, rep=chosen.public_id) == chosen.name
    assert again(booking).rep_id == chosen.id
    assert turns()[1:] == [("assigned", chosen.id, "by_hand"), ("credited", former, "reassigned")]
    request = booking.request.public_id
    assert verify_decision(request).to_json() == {"route": "same", "assignment": "same"}
    audit = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "booking.reassigned")).one()
    assert (audit.actor, audit.detail) == ("user_mia", {"rep": chosen.public_id})


def test_a_manager_cannot_give_it_to_somebody_who_is_not_free_or_has_it(submit: Submit) -> None:
    booking = booked(submit)
    busy = booked(submit, email="two@globex.test")
    there = db.session.get_one(Rep, busy.rep_id)
    with pytest.raises(Conflict, match="is busy then"):
        reassign_meeting(booking.public_id, WHY, MIA, rep=there.public_id)
    own = db.session.get_one(Rep, again(booking).rep_id)
    with pytest.raises(Conflict, match="already"):
        reassign_meeting(booking.public_id, WHY, MIA, rep=own.public_id)
    with pytest.raises(NotFound):
        reassign_meeting(booking.public_id, WHY, MIA, rep="rep_x")


def test_the_engine_chooses_again_without_those_who_had_it(submit: Submit) -> None:
    booking = booked(submit)
    reassign_meeting(booking.public_id, WHY, MIA)
    with pytest.raises(Conflict, match="Nobody else"):
        reassign_meeting(booking.public_id, WHY, MIA)


def test_the_manager_who_takes_it_from_the_inbox_settles_the_skip(submit: Submit) -> None:
    pool = company_document(reps=3)["pools"][0] | {"members": [{"rep": "rep1@acme.test"}]}
    document = company_document(reps=3)
    change_configuration(
        {
            "reps": {rep["email"]: rep for rep in document["reps"]},
            "pools": {"everybody": pool},
        },
        MIA,
        "test",
    )
    booking = booked(submit)
    assert skip(booking) is None
    chosen = db.session.scalars(select(Rep).where(Rep.email == "rep3@acme.test")).one()
    reassign_meeting(booking.public_id, WHY, MIA, rep=chosen.public_id)
    assert waiting() == []
    # not a member: no turn for the new one; the former's is given back as a skip that somebody took
    assert turns()[1:] == [("credited", again(booking).rep_id - 2, "skipped")]


def test_whoever_had_it_says_so_in_the_explanation(submit: Submit) -> None:
    from app.store.decisions import newest_assignment

    booking = booked(submit)
    skip(booking)
    record = newest_assignment(db.session(), booking.request_id)
    assert record is not None
    assert [row["code"] for row in record.trace["refused"]] == ["had_it"]
