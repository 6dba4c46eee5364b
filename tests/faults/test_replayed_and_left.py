"""A form that comes again when nobody remembers its key, and a pool that the last person has left."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from app import clock
from app.actor import COMMAND_LINE
from app.db import db, transaction
from app.errors import AlreadyBooked, SlotTaken
from app.models import Booking, Queue, QueueEntry, QueueState, Request, RequestState
from app.usecases import route_request as routing_it
from app.usecases import submit_request as submitting
from app.usecases.book_meeting import BookingOrder, book_meeting
from app.usecases.capture_lead import Submission
from app.usecases.change_configuration import apply_document
from app.usecases.expire import expire
from app.usecases.submit_request import submit_request
from app.usecases.watch_queues import watch_queues
from tests.fixtures.company import ZONE, application_over, company_document, first_starts
from tests.fixtures.invariants import broken_rules
from tests.fixtures.outside import jobs

MIA = "mia@acme.test"


@pytest.fixture(autouse=True)
def app(fresh_database: str) -> Iterator[Flask]:
    """One rep in one pool; Mia looks after the queue that follows."""
    with application_over(fresh_database, acme(reps=1)) as made:
        yield made


def acme(reps: int) -> dict[str, Any]:
    document = company_document(reps=1)
    document["queues"] = [{"name": "desk", "members": [MIA]}]
    document["pools"][0]["members"] = document["pools"][0]["members"][:reps]
    return document


def send(email: str = "priya@globex.test", key: str | None = "key") -> dict[str, Any]:
    return submit_request("demo", Submission({"email": email}, ZONE, "en", key=key))


def book(made: dict[str, Any], nth: int = 90) -> str:
    order = BookingOrder(datetime.fromisoformat(first_starts(made)[nth]), key="key")
    return book_meeting(made["request"]["id"], order)


def bookings() -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(Booking)) or 0


@pytest.fixture
def day_after(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Somebody has booked; a day passed, and with it went whatever remembered their keys. What they were answered."""
    made = send()
    book(made)
    later = clock.now() + timedelta(days=1, hours=1)
    monkeypatch.setattr(clock, "_replacement", lambda: later)
    expire()
    with transaction() as session:
        session.execute(text("DELETE FROM idempotency_records"))
    return made


def test_a_form_sent_again_the_day_after_is_told_of_the_meeting_that_it_has(
    day_after: dict[str, Any],
) -> None:
    again = send()
    assert again["request"]["id"] != day_after["request"]["id"], "a new request, said to be a repetition"
    assert again["next"]["kind"] == "message" and "mail" in again["next"]["title"]
    assert "slots" not in again and bookings() == 1
    assert [job["task_name"] for job in jobs("todo")].count("mail_manage_link") == 1
    states = db.session.scalars(select(Request.state).order_by(Request.id)).all()
    assert states == [RequestState.BOOKED, RequestState.REPEATED]
    assert not broken_rules()


def test_a_booking_sent_again_the_day_after_is_refused_as_booked_already(day_after: dict[str, Any]) -> None:
    with pytest.raises(AlreadyBooked):
        book(day_after)
    assert bookings() == 1 and not broken_rules()


def test_control_who_does_not_look_for_a_meeting_gives_the_repeated_form_a_second_one(
    day_after: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(submitting, "_has_meeting", lambda request_id: False)
    book(send(), nth=30)
    assert bookings() == 2


def queues_of(made: dict[str, Any]) -> list[str]:
    """The queues in which a lead waits."""
    db.session.rollback()
    rows = db.session.scalars(
        select(Queue.name)
        .join(QueueEntry, QueueEntry.queue_id == Queue.id)
        .join(Request, Request.id == QueueEntry.request_id)
        .where(Request.public_id == made["request"]["id"], QueueEntry.state == QueueState.OPEN)
    )
    return list(rows)


def told() -> list[str]:
    """Who is mailed about leads that wait."""
    watch_queues()
    return [job["args"]["email"] for job in jobs("todo") if job["task_name"] == "mail_queue_news"]


def test_when_the_last_one_has_left_a_pool_its_leads_wait_for_people_who_are_told() -> None:
    offered = send("before@globex.test", key=None)
    apply_document(acme(reps=0), COMMAND_LINE, "test")
    late = send("after@initech.test", key=None)
    assert late["next"]["kind"] == "message" and "slots" not in late, "no empty calendar"
    assert "will be in touch" in late["next"]["text"]
    with pytest.raises(SlotTaken):
        book(offered)
    assert queues_of(offered) == ["desk"], "whoever was choosing a time is not lost either"
    assert queues_of(late) == ["desk"]
    assert told() == [MIA]
    assert not broken_rules()


def test_control_who_does_not_have_them_wait_loses_them_and_tells_nobody(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(routing_it, "put_in_queue", lambda *args: None)
    apply_document(acme(reps=0), COMMAND_LINE, "test")
    late = send("after@initech.test", key=None)
    assert "will be in touch" in late["next"]["text"], "a promise that nobody keeps"
    assert queues_of(late) == [] and told() == []
