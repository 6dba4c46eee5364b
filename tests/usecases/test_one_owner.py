"""Whatever people do in whatever order: a lead is somebody's, and only one person's, at any time."""

import random
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.actor import SYSTEM, Actor
from app.db import db
from app.errors import ApplicationError
from app.models import (
    Booking,
    BookingState,
    Pool,
    QueueEntry,
    QueueState,
    Rep,
    Request,
    Reservation,
    ReservationState,
    Role,
    User,
)
from app.store.ledger import load_ledger, replay_ledger
from app.store.people import add_user
from app.usecases.book_meeting import BookingOrder, book_meeting
from app.usecases.cancel_meeting import cancel_meeting
from app.usecases.change_configuration import change_configuration
from app.usecases.claim_lead import assign_entry, finish_entry, release_entry
from app.usecases.offer_slots import SlotQuery, offer_slots, open_request
from app.usecases.people import Person, find_person
from app.usecases.reassign_meeting import reassign_meeting
from app.usecases.skip_meeting import accept_meeting, skip_meeting
from app.usecases.verify_decision import verify_decision
from tests.fixtures.company import ZONE, company_document, first_starts

Submit = Callable[..., dict[str, Any]]
EMAILS = [f"rep{number}@acme.test" for number in (1, 2, 3)]
LIVE = (ReservationState.HELD, ReservationState.CONFIRMED)


@pytest.fixture
def people(company_app: Flask) -> Iterator[dict[str, Person]]:
    """Three reps in one pool and queue, and a manager."""
    document = company_document(reps=3, credits_per_month=2)
    change_configuration(
        {
            "reps": {rep["email"]: rep for rep in document["reps"]},
            "pools": {"everybody": document["pools"][0]},
            "queues": {"desk": {"name": "desk", "members": EMAILS, "pull": "any", "max_claims": 9}},
        },
        SYSTEM,
        "test",
    )
    roles = {**dict.fromkeys(EMAILS, Role.REP), "mia@acme.test": Role.MANAGER}
    for email, role in roles.items():
        add_user(db.session(), User(public_id=f"user_{email}", email=email, name=email, role=role))
    db.session.commit()
    yield {email: find_person(db.session(), email) for email in roles}


class Life:
    """One request and all that may happen to it."""

    def __init__(self, request: str, people: dict[str, Person], chance: random.Random) -> None:
        self.request, self.people, self.chance = request, people, chance

    def live(self) -> Booking | None:
        db.session.rollback()
        own = Booking.request_id == self.row().id
        return db.session.scalar(select(Booking).where(own, Booking.state == BookingState.CONFIRMED))

    def row(self) -> Request:
        return db.session.scalars(select(Request).where(Request.public_id == self.request)).one()

    def entry(self) -> QueueEntry | None:
        own = QueueEntry.request_id == self.row().id
        return db.session.scalar(select(QueueEntry).where(own, QueueEntry.state != QueueState.DONE))

    def book(self) -> None:
        slots = offer_slots(open_request(self.request), SlotQuery(ZONE))
        start = self.chance.choice(first_starts({"slots": slots})[:6])
        book_meeting(self.request, BookingOrder(datetime.fromisoformat(start)))

    def step(self) -> str:
        """Something that somebody may do now; what is refused changes nothing."""
        booking, entry = self.live(), self.entry()
        mia, anybody = self.people["mia@acme.test"], self.people[self.chance.choice(EMAILS)]
        rep = self.chance.choice(db.session.scalars(select(Rep)).all()).public_id
        acts: dict[str, Callable[[], object]] = {}
        if booking is None:
            acts["book"] = self.book
        else:
            meeting, holder = booking.public_id, booking.rep_id
            acts["skip"] = lambda: skip_meeting(meeting, holder, "not mine", by="rep")
            acts["accept"] = lambda: accept_meeting(meeting, holder, by="rep")
            acts["engine"] = lambda: reassign_meeting(meeting, "why", Actor(mia.name))
            acts["by_name"] = lambda: reassign_meeting(meeting, "why", Actor(mia.name), rep=rep)
            acts["cancel"] = lambda: cancel_meeting(meeting, by=self.chance.choice(["prospect", "rep"]))
        if entry is not None:
            public_id = entry.public_id
            acts["give"] = lambda: assign_entry(public_id, anybody, by=mia)
            acts["release"] = lambda: release_entry(public_id, mia)
            if booking is not None:
                acts["settle"] = lambda: finish_entry(public_id, mia)
        name = self.chance.choice(sorted(acts))
        try:
            acts[name]()
        except ApplicationError:
            db.session.rollback()
        return name

    def check(self, done: list[str]) -> None:
        """One meeting, one rep, whose time it is and nobody else's; or one place in a queue with one holder."""
        booking, entry, request = self.live(), self.entry(), self.row()
        times = db.session.scalars(
            select(Reservation.rep_id).where(
                Reservation.request_id == request.id, Reservation.state.in_(LIVE)
            )
        ).all()
        if booking is not None:
            assert list(times) == [booking.rep_id], done
        else:
            assert list(times) == [] and entry is not None, done
        if entry is not None:
            assert (entry.state is QueueState.CLAIMED) == (entry.claimed_by is not None), done


@pytest.mark.parametrize("seed", range(3))
def test_a_lead_is_always_exactly_one_persons_or_queues(
    submit: Submit, people: dict[str, Person], seed: int
) -> None:
    life = Life(submit()["request"]["id"], people, random.Random(seed))
    life.book()
    done: list[str] = []
    for _ in range(22):
        done.append(life.step())
        life.check(done)
    assert len(set(done)) >= 5, "the walk went nowhere"
    checked = verify_decision(life.request).to_json()
    assert checked["route"] == "same" and checked["assignment"] == "same", done
    for pool in db.session.scalars(select(Pool)):
        kept = load_ledger(db.session(), pool.id, pool.name)
        assert replay_ledger(db.session(), pool.id, pool.name) == kept
