"""Several prospects share a session: each has a seat and a booking of their own, and the rep has one meeting."""

import random
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from app import clock
from app.actor import COMMAND_LINE
from app.db import db
from app.errors import Conflict, Invalid, SlotTaken
from app.models import (
    Booking,
    BookingState,
    GroupSession,
    LedgerEntry,
    Outcome,
    Rep,
    Reservation,
    ReservationState,
)
from app.store.group_sessions import drop_empty_sessions
from app.store.reservations import purge_released
from app.usecases.book_meeting import BookingOrder, book_meeting
from app.usecases.cancel_meeting import cancel_meeting
from app.usecases.capture_lead import Submission
from app.usecases.change_configuration import apply_document
from app.usecases.erase_person import BY_ERASURE
from app.usecases.hold_slot import hold_slot, release_hold
from app.usecases.offer_slots import SlotQuery, offer_slots, open_request
from app.usecases.reassign_meeting import reassign_meeting
from app.usecases.record_outcome import record_outcome
from app.usecases.reschedule_meeting import reschedule_meeting
from app.usecases.submit_request import submit_request
from app.usecases.verify_decision import verify_decision
from tests.fixtures.company import ZONE, application_over, company_document, first_starts

SEATS = 3
Document = dict[str, Any]


def document(reps: int = 1, seats: int = SEATS, rep: Document | None = None, **pool: Any) -> Document:
    """One pool of reps who give group demos; `rep` changes all of them."""
    made = company_document(reps, **pool)
    made["meeting_types"][0] |= {"seats": seats, "name": "Group demo"}
    made["reps"] = [each | (rep or {}) for each in made["reps"]]
    return made


@pytest.fixture
def made(request: pytest.FixtureRequest) -> Document:
    return document()


@pytest.fixture
def shared(fresh_database: str, made: Document) -> Iterator[None]:
    with application_over(fresh_database, made):
        yield


def ask(number: int) -> tuple[str, list[str]]:
    """Somebody new asks; their request, and the times they are shown."""
    answer = submit_request("demo", Submission({"email": f"p{number}@globex{number}.test"}, ZONE, "en"))
    return str(answer["request"]["id"]), first_starts(answer)


def starts_of(request: str) -> list[str]:
    db.session.rollback()
    return first_starts({"slots": offer_slots(open_request(request), SlotQuery(ZONE))})


def book(number: int, start: str) -> str:
    return book_meeting(ask(number)[0], BookingOrder(datetime.fromisoformat(start)))


def row(booking: str) -> Booking:
    db.session.rollback()
    return db.session.scalars(select(Booking).where(Booking.public_id == booking)).one()


def turns() -> int:
    """Turns that stand: charged, and not given back."""
    db.session.rollback()
    total = db.session.scalar(select(func.count(LedgerEntry.id)).where(LedgerEntry.kind == "assigned"))
    back = db.session.scalar(select(func.count(LedgerEntry.id)).where(LedgerEntry.kind == "credited"))
    return int(total or 0) - int(back or 0)


def live_sessions() -> list[int]:
    """How many people are at each session that stands."""
    db.session.rollback()
    rows = db.session.execute(
        select(func.count())
        .where(Booking.state == BookingState.CONFIRMED, Booking.group_session_id.is_not(None))
        .group_by(Booking.group_session_id)
    )
    return sorted(count for (count,) in rows)


def test_prospects_share_one_session_until_its_last_seat_is_taken(shared: None) -> None:
    _, starts = ask(0)
    for number in range(1, SEATS + 1):
        assert starts[4] in ask(number + 50)[1]
        book(number, starts[4])
    assert live_sessions() == [SEATS]
    late, offered = ask(99)
    assert starts[4] not in offered
    with pytest.raises(SlotTaken) as refused:
        book_meeting(late, BookingOrder(datetime.fromisoformat(starts[4])))
    assert refused.value.extra["alternatives"]


def test_a_session_is_one_turn_and_every_decision_comes_out_the_same(shared: None) -> None:
    request, starts = ask(0)
    book_meeting(request, BookingOrder(datetime.fromisoformat(starts[0])))
    joiner, _ = ask(1)
    book_meeting(joiner, BookingOrder(datetime.fromisoformat(starts[0])))
    assert turns() == 1
    for each in (request, joiner):
        assert verify_decision(each).to_json() == {"route": "same", "assignment": "same"}


@pytest.mark.parametrize("made", [document(reps=3)])
def test_whoever_comes_joins_the_session_that_has_begun_before_another_rep_opens_one(shared: None) -> None:
    _, starts = ask(0)
    for number in range(1, SEATS + 1):
        book(number, starts[2])
    assert live_sessions() == [SEATS]
    book(SEATS + 1, starts[2])
    assert live_sessions() == [1, SEATS]
    assert turns() == 2


def test_a_held_seat_is_taken_until_it_is_given_back(shared: None) -> None:
    _, starts = ask(0)
    holders = [ask(number)[0] for number in range(1, SEATS + 1)]
    holds = [hold_slot(each, datetime.fromisoformat(starts[1])) for each in holders]
    outsider, offered = ask(99)
    assert starts[1] not in offered
    assert all(starts[1] in starts_of(each) for each in holders), "a hold does not hide its own time"
    release_hold(holders[0], holds[0]["id"])
    assert starts[1] in starts_of(outsider)
    book_meeting(outsider, BookingOrder(datetime.fromisoformat(starts[1])))
    for each in holders[1:]:
        book_meeting(each, BookingOrder(datetime.fromisoformat(starts[1])))
    assert live_sessions() == [SEATS] and turns() == 1


def test_one_who_cancels_frees_a_seat_and_the_session_goes_on(shared: None) -> None:
    _, starts = ask(0)
    bookings = [book(number, starts[0]) for number in range(1, SEATS + 1)]
    cancel_meeting(bookings[0], by="prospect")
    assert (live_sessions(), turns()) == ([SEATS - 1], 1)
    assert starts[0] in ask(98)[1]
    for booking in bookings[1:]:
        cancel_meeting(booking, by="prospect")
    assert (live_sessions(), turns()) == ([], 0), "the turn is given back with the last of them"


def test_the_rep_calls_the_whole_session_off(shared: None) -> None:
    _, starts = ask(0)
    bookings = [book(number, starts[0]) for number in (1, 2)]
    cancel_meeting(bookings[1], by="rep", reason="ill")
    assert {row(each).state for each in bookings} == {BookingState.CANCELLED}
    assert live_sessions() == []
    free = db.session.scalars(select(Reservation.state)).all()
    assert set(free) == {ReservationState.RELEASED}


def test_who_is_erased_leaves_alone(shared: None) -> None:
    _, starts = ask(0)
    gone, other = book(1, starts[0]), book(2, starts[0])
    cancel_meeting(gone, by=BY_ERASURE)
    assert (row(gone).state, row(other).state) == (BookingState.CANCELLED, BookingState.CONFIRMED)


def test_a_prospect_moves_alone_and_the_others_stay(shared: None) -> None:
    _, starts = ask(0)
    mine, other = book(1, starts[0]), book(2, starts[0])
    reschedule_meeting(mine, datetime.fromisoformat(starts[6]), by="prospect")
    assert live_sessions() == [1, 1] and turns() == 2
    assert row(other).starts_at == datetime.fromisoformat(starts[0])
    third = book(3, starts[6])
    assert row(third).group_session_id == row(mine).group_session_id
    reschedule_meeting(other, datetime.fromisoformat(starts[6]), by="prospect")
    assert live_sessions() == [3] and turns() == 1, "the session that was left empty is no turn any more"
    request = row(other).request.public_id
    assert verify_decision(request).to_json() == {"route": "same", "assignment": "same"}


def test_one_alone_at_a_session_may_move_it_and_the_turn_goes_along(shared: None) -> None:
    _, starts = ask(0)
    mine = book(1, starts[0])
    reschedule_meeting(mine, datetime.fromisoformat(starts[5]), by="prospect")
    assert live_sessions() == [1] and turns() == 1
    assert starts[0] in ask(2)[1] and starts[5] in ask(3)[1]


@pytest.mark.parametrize("made", [document(rep={"limits": {"per_day": 1, "new_per_day": 1}})])
def test_limits_count_sessions_and_not_seats(shared: None) -> None:
    _, starts = ask(0)
    book(1, starts[0])
    _, offered = ask(2)
    today = [start for start in offered if start[:10] == starts[0][:10]]
    assert today == [starts[0]], "no second session on that day, but a seat at the first"
    book(3, starts[0])
    book(4, starts[0])
    assert live_sessions() == [SEATS]


def test_guests_are_refused_for_each_has_a_seat_of_their_own(shared: None) -> None:
    request, starts = ask(0)
    order = BookingOrder(datetime.fromisoformat(starts[0]), guests=["paul@globex.test"])
    with pytest.raises(Invalid) as refused:
        book_meeting(request, order)
    assert [error.field for error in refused.value.errors] == ["guests"]


def test_no_show_gives_the_turn_back_only_when_nobody_came(
    shared: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, starts = ask(0)
    bookings = [book(number, starts[0]) for number in (1, 2)]
    later = datetime.fromisoformat(starts[0]) + timedelta(hours=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    record_outcome(bookings[0], Outcome.NO_SHOW, by="rep")
    assert turns() == 1
    record_outcome(bookings[1], Outcome.NO_SHOW, by="rep")
    assert turns() == 0


def test_sessions_of_which_only_a_hold_was_left_are_dropped_in_the_end(shared: None) -> None:
    request, starts = ask(0)
    hold = hold_slot(request, datetime.fromisoformat(starts[0]))
    release_hold(request, hold["id"])
    later = clock.now() + timedelta(days=2)
    purge_released(db.session(), timedelta(days=1), later)
    drop_empty_sessions(db.session(), later)
    assert db.session.scalars(select(GroupSession)).all() == []


@pytest.mark.parametrize("made", [document(reps=2, offering="strict")])
def test_turns_say_who_opens_a_session_and_whoever_comes_joins_it_in_a_strict_pool(shared: None) -> None:
    _, starts = ask(0)
    for number in range(1, SEATS + 1):
        book(number, starts[3])
    assert live_sessions() == [SEATS] and turns() == 1


def test_more_seats_open_sessions_that_stand_and_fewer_push_nobody_out(fresh_database: str) -> None:
    made = document(seats=2)
    with application_over(fresh_database, made):
        _, starts = ask(0)
        book(1, starts[0])
        book(2, starts[0])
        assert starts[0] not in ask(3)[1]
        for seats, is_open in ((3, True), (1, False), (2, False)):
            made["meeting_types"][0]["seats"] = seats
            apply_document(made, COMMAND_LINE, "test")
            assert (starts[0] in ask(10 + seats)[1]) is is_open, f"{seats} seats"
        assert live_sessions() == [2]


def test_rules_that_ask_for_further_people_and_other_lengths_are_refused(fresh_database: str) -> None:
    beside = document()
    beside["routers"][0]["catch_all"][0]["with"] = [{"role": "second", "pool": "everybody"}]
    longer = document()
    longer["meeting_types"][0]["other_minutes"] = [60]
    with application_over(fresh_database):
        for made, code in ((beside, "shared"), (longer, "conflict")):
            with pytest.raises(Invalid) as refused:
                apply_document(made, COMMAND_LINE, "test")
            assert [error.code for error in refused.value.errors] == [code]


def test_a_session_is_not_given_to_another_rep(shared: None) -> None:
    _, starts = ask(0)
    booking = row(book(1, starts[0]))
    with pytest.raises(Conflict, match="share this session"):
        reassign_meeting(booking.public_id, "ill", COMMAND_LINE)


def by_counting(starts: list[str]) -> set[str]:
    """Of these starts, those at which some rep has a session with a seat left, or nothing at all."""
    db.session.rollback()
    live = Reservation.state.in_([ReservationState.HELD, ReservationState.CONFIRMED])
    rows = db.session.execute(select(Reservation.rep_id, Reservation.during).where(live)).all()
    reps = db.session.scalars(select(Rep.id)).all()
    found = set()
    for start in starts:
        begin = datetime.fromisoformat(start)
        end = begin + timedelta(minutes=30)
        for rep in reps:
            here = [each for who, each in rows if who == rep and each.lower < end and begin < each.upper]
            is_session = all((each.lower, each.upper) == (begin, end) for each in here)
            if not here or (is_session and len(here) < SEATS):
                found.add(start)
    return found


@pytest.mark.parametrize("made", [document(reps=2)])
@pytest.mark.parametrize("seed", range(3))
def test_what_is_offered_can_be_booked_and_what_is_not_cannot(shared: None, seed: int) -> None:
    dice = random.Random(seed)
    _, every = ask(0)
    times, most = every[2:6], 0
    booked: list[str] = []
    for number in range(1, 26):
        act = dice.choice(("book", "book", "book", "book", "hold", "cancel", "move"))
        if act in ("cancel", "move") and booked:
            mine = booked.pop(dice.randrange(len(booked)))
            if act == "cancel":
                cancel_meeting(mine, by="prospect")
                continue
            booked.append(mine)
            with suppress(SlotTaken):
                reschedule_meeting(mine, datetime.fromisoformat(dice.choice(times)), by="prospect")
            continue
        request, offered = ask(number)
        assert set(offered) & set(times) == by_counting(times), f"step {number}"
        wanted = dice.choice(times)
        try:
            if act == "hold":
                hold_slot(request, datetime.fromisoformat(wanted))
            else:
                booked.append(book_meeting(request, BookingOrder(datetime.fromisoformat(wanted))))
        except SlotTaken:
            assert wanted not in offered
        else:
            assert wanted in offered
        most = max(most, *live_sessions(), 0)
    assert most > 1, "nobody shared anything"
    standing = {each.group_session_id for each in map(row, booked)}
    assert turns() == len(standing), "one turn for each session that stands"
