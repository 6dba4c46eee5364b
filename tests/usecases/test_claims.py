"""Queues: one person has a lead at a time, nobody picks and chooses unless they may, and everybody is told once."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import clock
from app.actor import SYSTEM
from app.db import db
from app.errors import Conflict, Forbidden, NotFound
from app.models import Activity, Booking, QueueEntry, QueueState, Rep, Request, Role, User
from app.queue import count_jobs
from app.store.pages.queues import count_entries, list_entries
from app.store.people import add_user
from app.usecases.book_for import book_for, times_for
from app.usecases.book_meeting import BookingOrder, book_meeting
from app.usecases.cancel_meeting import cancel_meeting
from app.usecases.change_configuration import change_configuration
from app.usecases.claim_lead import assign_entry, claim_entry, claim_next, finish_entry, release_entry
from app.usecases.mail_booking_link import send_booking_link
from app.usecases.offer_slots import SlotQuery, offer_slots, open_request
from app.usecases.people import Person, find_person
from app.usecases.skip_meeting import skip_meeting
from app.usecases.verify_decision import verify_decision
from app.usecases.watch_queues import watch_queues
from tests.fixtures.company import ZONE, first_starts
from tests.fixtures.outside import jobs

Submit = Callable[..., dict[str, Any]]
REP1, REP2, MIA = "rep1@acme.test", "rep2@acme.test", "mia@acme.test"


@pytest.fixture(autouse=True)
def desk(company_app: Flask) -> Iterator[None]:
    """A desk of two reps, with a manager; requests go straight to it."""
    for email, role in ((REP1, Role.REP), (REP2, Role.REP), (MIA, Role.MANAGER)):
        add_person(email, role)
    set_desk()
    set_router([{"queue": "desk"}])
    yield
    clock.replace(None)


def add_person(email: str, role: Role) -> None:
    """Somebody who may sign in; without a password, whose making is slow on purpose."""
    add_user(db.session(), User(public_id=f"user_{email}", email=email, name=email, role=role))
    db.session.commit()


def set_desk(**settings: Any) -> None:
    item = {"name": "desk", "members": [REP1, REP2], **settings}
    change_configuration({"queues": {"desk": item}}, SYSTEM, "test")


def set_router(catch_all: list[dict[str, str]]) -> None:
    item = {"name": "inbound", "rules": [], "catch_all": catch_all}
    change_configuration({"routers": {"inbound": item}}, SYSTEM, "test")


def person(email: str) -> Person:
    return find_person(db.session(), email)


def entry(public_id: str) -> QueueEntry:
    db.session.rollback()
    return db.session.scalars(select(QueueEntry).where(QueueEntry.public_id == public_id)).one()


def take(email: str = REP1) -> str:
    taken = claim_next("desk", person(email))
    assert taken is not None
    return taken


def test_two_people_get_two_leads_and_then_nobody_waits(submit: Submit) -> None:
    submit("one@globex.test")
    submit("two@globex.test")
    assert take(REP1) != take(REP2)
    assert claim_next("desk", person(REP1)) is None
    kinds = db.session.scalars(select(Activity.kind).where(Activity.kind == "lead.claimed")).all()
    assert len(kinds) == 2


def test_whoever_takes_a_lead_owns_it_and_the_prospect_is_offered_their_times(submit: Submit) -> None:
    made = submit()
    taken = entry(take())
    request = db.session.get_one(Request, taken.request_id)
    rep = db.session.scalars(select(Rep).where(Rep.email == REP1)).one()
    assert request.lead.owner_rep_id == rep.id
    times = first_starts({"slots": offer_slots(open_request(made["request"]["id"]), SlotQuery(ZONE))})
    assert verify_decision(request.public_id).to_json()["route"] == "same"
    booked = book_for(taken.public_id, datetime.fromisoformat(times[0]), person(REP1))
    booking = db.session.scalars(select(Booking).where(Booking.public_id == booked)).one()
    assert booking.rep_id == rep.id
    assert entry(taken.public_id).state is QueueState.DONE
    assert verify_decision(request.public_id).to_json() == {"route": "same", "assignment": "same"}
    actors = db.session.scalars(select(Activity.actor).where(Activity.kind == "meeting.booked")).all()
    assert actors == [person(REP1).name]


def test_a_lead_given_back_is_nobodys_and_goes_where_it_would_have_gone(submit: Submit) -> None:
    submit()
    taken = take()
    release_entry(taken, person(REP1))
    row = entry(taken)
    assert (row.state, row.claimed_by, row.told_at) == (QueueState.OPEN, None, None)
    request = db.session.get_one(Request, row.request_id)
    assert request.lead.owner_rep_id is None
    assert verify_decision(request.public_id).to_json()["route"] == "same"
    assert times_for(take(REP2), person(REP2), ZONE) is not None


def test_nobody_has_more_than_the_queue_allows(submit: Submit) -> None:
    set_desk(max_claims=1)
    for number in range(2):
        submit(f"p{number}@globex.test")
    first = take()
    with pytest.raises(Conflict, match="You have 1 already"):
        take()
    finish_entry(first, person(REP1))
    assert take() != first


def test_people_take_blindly_unless_the_queue_lets_them_choose(submit: Submit) -> None:
    submit()
    public_id = db.session.scalars(select(QueueEntry.public_id)).one()
    with pytest.raises(Forbidden, match="next"):
        claim_entry(public_id, person(REP1))
    set_desk(pull="any")
    claim_entry(public_id, person(REP1))
    with pytest.raises(Conflict, match="quicker"):
        claim_entry(public_id, person(REP2))


def test_strangers_take_nothing_and_give_nothing_back(submit: Submit) -> None:
    submit()
    add_person("eve@acme.test", Role.REP)
    eve = person("eve@acme.test")
    with pytest.raises(Forbidden):
        claim_next("desk", eve)
    with pytest.raises(NotFound):
        claim_next("nowhere", person(REP1))
    taken = take()
    for act in (release_entry, finish_entry, send_booking_link):
        with pytest.raises(Forbidden):
            act(taken, eve)
    with pytest.raises(Forbidden):
        assign_entry(taken, eve, by=person(REP1))
    with pytest.raises(Forbidden):
        times_for(taken, eve, ZONE)


def test_a_manager_gives_a_lead_to_somebody_and_takes_it_from_whoever_had_it(submit: Submit) -> None:
    submit()
    taken = take(REP1)
    assign_entry(taken, person(REP2), by=person(MIA))
    row = entry(taken)
    assert row.claimed_by == person(REP2).user_id
    rep2 = db.session.scalars(select(Rep.id).where(Rep.email == REP2)).one()
    assert db.session.get_one(Request, row.request_id).lead.owner_rep_id == rep2
    release_entry(taken, person(MIA))
    assert entry(taken).state is QueueState.OPEN


def test_a_prospect_who_is_choosing_is_left_alone_for_an_hour(submit: Submit) -> None:
    set_router([{"pool": "everybody"}, {"queue": "desk"}])
    submit()
    assert claim_next("desk", person(REP1)) is None
    later = clock.now() + timedelta(minutes=61)
    clock.replace(lambda: later)
    assert take()


def test_overdue_ones_come_first_then_the_higher_score(submit: Submit) -> None:
    for name in ("low", "high", "late"):
        submit(f"{name}@{name}.test")
    requests = {row.lead.email.partition("@")[0]: row for row in db.session.scalars(select(Request))}
    for name, score in (("low", 1), ("high", 90), ("late", 0)):
        requests[name].facts.facts = {**requests[name].facts.facts, "score": score, "priority": name}
    late = db.session.scalars(select(QueueEntry).where(QueueEntry.request_id == requests["late"].id)).one()
    late.due_at = clock.now() - timedelta(minutes=1)
    db.session.commit()
    order = [row.priority for row in list_entries(db.session(), clock.now())]
    assert order == ["late", "high", "low"]
    assert count_entries(db.session(), clock.now())["desk"].overdue == 1
    taken = [entry(take(who)).request_id for who in (REP1, REP2, REP1)]
    assert taken == [requests[name].id for name in order]


def test_a_queue_may_have_its_own_time_limit(submit: Submit) -> None:
    set_desk(due_hours=2)
    submit()
    due = db.session.scalars(select(QueueEntry.due_at)).one()
    assert timedelta(hours=1, minutes=59) < due - clock.now() <= timedelta(hours=2)


def test_a_meeting_that_all_skipped_is_the_claimers_if_they_are_free(submit: Submit) -> None:
    set_router([{"pool": "everybody"}, {"queue": "desk"}])
    set_desk(members=[REP1, REP2, MIA])
    made = submit()
    booked = book_meeting(made["request"]["id"], BookingOrder(datetime.fromisoformat(first_starts(made)[0])))
    booking = db.session.scalars(select(Booking).where(Booking.public_id == booked)).one()
    first = booking.rep_id
    for _ in range(2):
        db.session.refresh(booking)
        skip_meeting(booked, booking.rep_id, "not mine", by="rep")
        db.session.rollback()
    # those who skipped it are not given it again; the manager is no rep, so the meeting stays where it is
    assert claim_next("desk", person(REP1)) is None
    taken = entry(take(MIA))
    db.session.refresh(booking)
    assert (taken.state, booking.rep_id != first) == (QueueState.CLAIMED, True)
    other = REP1 if booking.rep.email == REP2 else REP2
    assign_entry(taken.public_id, person(other), by=person(MIA))
    db.session.refresh(booking)
    assert booking.rep.email == other
    assert entry(taken.public_id).state is QueueState.DONE


def told() -> list[tuple[str, bool, int]]:
    mails = [job for job in jobs() if job["task_name"] == "mail_queue_news"]
    return sorted(
        (job["args"]["email"], job["args"]["is_overdue"], len(job["args"]["entries"])) for job in mails
    )


def test_everybody_in_a_queue_is_told_once_of_all_that_is_new(submit: Submit) -> None:
    submit("one@globex.test")
    submit("two@globex.test")
    for _ in range(2):
        watch_queues()
    assert told() == [(REP1, False, 2), (REP2, False, 2)]
    submit("three@globex.test")
    watch_queues()
    assert told()[-1] == (REP2, False, 2) and (REP1, False, 1) in told()


def test_an_overdue_lead_is_told_of_once_to_the_manager_who_is_named_else_to_managers(submit: Submit) -> None:
    submit()
    watch_queues()
    later = clock.now() + timedelta(hours=25)
    clock.replace(lambda: later)
    for _ in range(2):
        watch_queues()
    assert [each for each in told() if each[1]] == [(MIA, True, 1)]


def test_a_lead_that_comes_back_is_told_of_anew(submit: Submit) -> None:
    submit()
    watch_queues()
    taken = take()
    release_entry(taken, person(REP1))
    watch_queues()
    assert len(told()) == 4


def test_the_link_is_sent_once_an_hour_to_the_prospect_of_ones_own_lead(submit: Submit) -> None:
    submit()
    taken = take()
    send_booking_link(taken, person(REP1))
    with pytest.raises(Conflict, match="within the hour"):
        send_booking_link(taken, person(REP1))
    assert [job["task_name"] for job in jobs()].count("mail_booking_link") == 1
    later = clock.now() + timedelta(minutes=61)
    clock.replace(lambda: later)
    send_booking_link(taken, person(REP1))


def test_a_booking_that_is_called_off_waits_again(submit: Submit) -> None:
    submit()
    taken = take()
    slots = times_for(taken, person(REP1), ZONE)
    assert slots is not None
    booked = book_for(taken, datetime.fromisoformat(first_starts({"slots": slots})[0]), person(REP1))
    cancel_meeting(booked, by="prospect")
    waiting = select(func.count()).select_from(QueueEntry).where(QueueEntry.state == QueueState.OPEN)
    assert db.session.scalar(waiting) == 1
    assert count_jobs(db.session())["todo"] > 0
