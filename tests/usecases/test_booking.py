"""The booking transaction: one time, one meeting, one turn, and everything beside it or nothing at all."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from app import clock
from app.db import db
from app.errors import AlreadyBooked, IdempotencyMismatch, SlotTaken
from app.models import (
    Activity,
    AuditEntry,
    Booking,
    BookingState,
    LedgerEntry,
    Pool,
    QueueEntry,
    QueueState,
    Reservation,
    ReservationState,
)
from app.queue import count_jobs
from app.store.ledger import load_ledger, replay_ledger
from app.usecases.book_meeting import BookingOrder, book_meeting
from app.usecases.cancel_meeting import cancel_meeting
from app.usecases.hold_slot import hold_slot, release_hold
from app.usecases.offer_slots import SlotQuery, offer_slots, open_request
from app.usecases.reschedule_meeting import reschedule_meeting
from app.usecases.verify_decision import verify_decision
from tests.fixtures.company import ZONE, application_over, company_document, first_starts

Submit = Callable[..., dict[str, Any]]


def at(text: str) -> datetime:
    return datetime.fromisoformat(text)


def starts_now(request_id: str) -> list[str]:
    db.session.rollback()
    return first_starts({"slots": offer_slots(open_request(request_id), SlotQuery(ZONE))})


def booked(submit: Submit, email: str, start: str, **order: Any) -> tuple[str, Booking]:
    request = submit(email)["request"]["id"]
    public_id = book_meeting(request, BookingOrder(at(start), **order))
    return request, db.session.scalars(select(Booking).where(Booking.public_id == public_id)).one()


def test_a_booking_leaves_booking_decision_ledger_activity_audit_and_jobs(submit: Submit) -> None:
    made = submit()
    request, booking = booked(submit, "priya@globex.test", first_starts(made)[0])
    assert booking.state is BookingState.CONFIRMED
    kinds = set(db.session.scalars(select(Activity.kind)))
    assert {"request.captured", "request.routed", "meeting.booked"} <= kinds
    assert (
        db.session.scalar(
            select(func.count()).select_from(AuditEntry).where(AuditEntry.action == "booking.created")
        )
        == 1
    )
    assert db.session.scalars(select(LedgerEntry.kind).where(LedgerEntry.kind == "assigned")).all() == [
        "assigned"
    ]
    assert count_jobs(db.session())["todo"] >= 2
    assert verify_decision(request).to_json() == {"route": "same", "assignment": "same"}


def test_a_submission_waits_in_a_queue_until_it_is_booked(submit: Submit) -> None:
    made = submit()
    waiting = db.session.scalars(select(QueueEntry)).one()
    assert waiting.state is QueueState.OPEN
    book_meeting(made["request"]["id"], BookingOrder(at(first_starts(made)[0])))
    db.session.expire_all()
    assert waiting.state is QueueState.DONE


def test_two_reps_take_one_time_twice_and_the_third_prospect_reads_the_nearest_times(submit: Submit) -> None:
    start = first_starts(submit())[4]
    _, first = booked(submit, "one@globex.test", start)
    _, second = booked(submit, "two@globex.test", start)
    assert first.rep_id != second.rep_id
    with pytest.raises(SlotTaken) as refusal:
        booked(submit, "three@globex.test", start)
    nearest = [at(slot["start"]) for slot in refusal.value.extra["alternatives"]]
    assert at(start) not in nearest
    assert min(abs(other - at(start)) for other in nearest) == timedelta(minutes=30)


def test_one_request_makes_one_booking(submit: Submit) -> None:
    made = submit()
    one, other = first_starts(made)[:2]
    book_meeting(made["request"]["id"], BookingOrder(at(one)))
    with pytest.raises(AlreadyBooked):
        book_meeting(made["request"]["id"], BookingOrder(at(other)))


def test_the_same_key_and_body_give_the_same_booking_and_another_body_is_refused(submit: Submit) -> None:
    made = submit()
    one, other = first_starts(made)[:2]
    request = made["request"]["id"]
    first = book_meeting(request, BookingOrder(at(one), key="k"))
    assert book_meeting(request, BookingOrder(at(one), key="k")) == first
    with pytest.raises(IdempotencyMismatch):
        book_meeting(request, BookingOrder(at(other), key="k"))


def test_a_refused_booking_keeps_its_key_unused(submit: Submit) -> None:
    start = first_starts(submit())[0]
    booked(submit, "one@globex.test", start)
    booked(submit, "two@globex.test", start)
    late = submit("late@globex.test")
    request = late["request"]["id"]
    with pytest.raises(SlotTaken):
        book_meeting(request, BookingOrder(at(start), key="k"))
    assert book_meeting(request, BookingOrder(at(first_starts(late)[0]), key="k")).startswith("bkg_")


def test_a_hold_binds_one_rep_and_the_time_stays_on_offer_while_another_is_free(submit: Submit) -> None:
    one, two, three = (submit(f"{name}@globex.test")["request"]["id"] for name in ("one", "two", "three"))
    start = starts_now(one)[0]
    hold_slot(one, at(start))
    assert start in starts_now(two)
    hold_slot(two, at(start))
    assert start not in starts_now(three)
    assert start in starts_now(one), "a request's own hold does not hide the time it holds"


def test_a_hold_given_back_is_free_again_and_a_new_one_replaces_the_old(submit: Submit) -> None:
    request, other = submit("one@globex.test")["request"]["id"], submit("two@globex.test")["request"]["id"]
    first, second = starts_now(request)[:2]
    hold_slot(request, at(first))
    hold = hold_slot(request, at(second))
    live = db.session.scalars(select(Reservation).where(Reservation.state == ReservationState.HELD)).all()
    assert [row.public_id for row in live] == [hold["id"]]
    release_hold(request, hold["id"])
    hold_slot(other, at(second))


def test_a_held_time_is_booked_with_the_hold_and_only_once(submit: Submit) -> None:
    request = submit()["request"]["id"]
    start = starts_now(request)[0]
    hold_slot(request, at(start))
    book_meeting(request, BookingOrder(at(start)))
    live = db.session.scalars(
        select(Reservation).where(Reservation.state.in_([ReservationState.HELD, ReservationState.CONFIRMED]))
    ).all()
    assert [row.state for row in live] == [ReservationState.CONFIRMED]


def test_an_expired_hold_no_longer_keeps_its_time(
    fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with application_over(fresh_database, company_document(reps=1)):
        from app.usecases.capture_lead import Submission
        from app.usecases.submit_request import submit_request

        def ask(email: str) -> str:
            return str(submit_request("demo", Submission({"email": email}, ZONE, "en"))["request"]["id"])

        slow, quick = ask("slow@globex.test"), ask("quick@globex.test")
        start = starts_now(slow)[6]
        hold_slot(slow, at(start))
        with pytest.raises(SlotTaken):
            book_meeting(quick, BookingOrder(at(start)))
        later = datetime.now(UTC) + timedelta(minutes=11)
        monkeypatch.setattr(clock, "_replacement", lambda: later)
        book_meeting(quick, BookingOrder(at(start)))
        with pytest.raises(SlotTaken):
            book_meeting(slow, BookingOrder(at(start)))


def test_a_cancelled_meeting_frees_its_time_gives_the_turn_back_and_the_lead_waits_again(
    submit: Submit,
) -> None:
    made = submit()
    start = first_starts(made)[0]
    _, booking = booked(submit, "two@globex.test", start)
    cancel_meeting(booking.public_id, by="prospect", reason="later")
    cancel_meeting(booking.public_id, by="prospect")
    db.session.expire_all()
    assert booking.state is BookingState.CANCELLED and booking.sequence == 1
    kinds = db.session.scalars(select(LedgerEntry.kind).order_by(LedgerEntry.sequence)).all()
    assert kinds[-2:] == ["assigned", "credited"]
    entry = db.session.scalars(
        select(QueueEntry).where(
            QueueEntry.request_id == booking.request_id, QueueEntry.state == QueueState.OPEN
        )
    ).one()
    assert entry.reason == "cancelled"
    assert start in starts_now(made["request"]["id"])


def test_a_reps_own_cancellation_gives_no_turn_back(submit: Submit) -> None:
    _, booking = booked(submit, "one@globex.test", first_starts(submit())[0])
    cancel_meeting(booking.public_id, by="rep")
    assert "credited" not in db.session.scalars(select(LedgerEntry.kind)).all()


def test_a_moved_meeting_keeps_its_rep_and_frees_the_old_time_exactly_when_it_has_the_new_one(
    submit: Submit,
) -> None:
    watcher = submit("watch@globex.test")["request"]["id"]
    old, new = starts_now(watcher)[:2]
    _, booking = booked(submit, "one@globex.test", old)
    rep = booking.rep_id
    reschedule_meeting(booking.public_id, at(new), by="prospect")
    db.session.expire_all()
    assert booking.rep_id == rep and booking.starts_at == at(new) and booking.generation == 1
    live = db.session.scalars(
        select(Reservation).where(Reservation.state == ReservationState.CONFIRMED)
    ).one()
    assert live.booking_id == booking.id and live.during.lower == at(new)


def test_a_refused_move_leaves_the_meeting_where_it_was(submit: Submit) -> None:
    old, taken = first_starts(submit())[:2]
    _, booking = booked(submit, "one@globex.test", old)
    booked(submit, "two@globex.test", taken)
    booked(submit, "three@globex.test", taken)
    with pytest.raises(SlotTaken):
        reschedule_meeting(booking.public_id, at(taken), by="prospect")
    db.session.expire_all()
    assert booking.starts_at == at(old) and booking.sequence == 0


def test_turns_alternate_and_the_ledger_replays_to_its_positions(submit: Submit) -> None:
    reps = [
        booked(submit, f"p{n}@globex.test", start)[1].rep_id
        for n, start in enumerate(first_starts(submit())[:6])
    ]
    assert sorted(reps.count(rep) for rep in set(reps)) == [3, 3]
    session = db.session()
    pool = session.scalars(select(Pool)).one()
    assert replay_ledger(session, pool.id, pool.name) == load_ledger(session, pool.id, pool.name)


def test_somebody_with_a_meeting_gets_its_link_by_mail_and_takes_no_second_turn(submit: Submit) -> None:
    booked(submit, "priya@globex.test", first_starts(submit())[0])
    again = submit("Priya@Globex.test ")
    assert again["next"]["kind"] == "message" and "slots" not in again
    assert (
        db.session.scalar(select(func.count()).select_from(LedgerEntry).where(LedgerEntry.kind == "assigned"))
        == 1
    )


def test_slots_take_three_queries_however_many_reps(
    fresh_database: str, count_queries: Callable[..., Any]
) -> None:
    with application_over(fresh_database, company_document(reps=40)):
        from app.usecases.capture_lead import Submission
        from app.usecases.submit_request import submit_request

        made = submit_request("demo", Submission({"email": "p@globex.test"}, ZONE, "en"))
        db.session.rollback()
        with count_queries() as queries:
            offer_slots(open_request(made["request"]["id"]), SlotQuery(ZONE))
        assert len(queries) <= 3, queries


def test_times_are_the_same_instants_for_every_visitor(submit: Submit) -> None:
    request = submit()["request"]["id"]
    middle = datetime.now(UTC).date() + timedelta(days=5)

    def instants(zone: str) -> set[datetime]:
        around = SlotQuery(zone, middle - timedelta(days=2), middle + timedelta(days=2))
        found = offer_slots(open_request(request), around)
        every = {at(slot["start"]).astimezone(UTC) for day in found["days"] for slot in day["slots"]}
        return {start for start in every if start.date() == middle}

    berlin = instants(ZONE)
    assert len(berlin) == 20
    for zone in ("Asia/Kathmandu", "Pacific/Apia", "America/Los_Angeles", "Australia/Lord_Howe"):
        assert instants(zone) == berlin, zone
