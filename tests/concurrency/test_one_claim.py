"""Many people ask a queue for the next lead at once: each lead goes to one of them.

The control is the proof that the storm can fail: read first and write afterwards, without the row deciding, and the
same storm gives one lead to several people.
"""

import threading
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import clock
from app.actor import SYSTEM
from app.db import db, transaction
from app.errors import Conflict
from app.models import QueueEntry, QueueState, Role, User
from app.store.claims import find_queue
from app.store.people import add_user
from app.usecases.capture_lead import Submission
from app.usecases.change_configuration import apply_document
from app.usecases.claim_lead import claim_next
from app.usecases.people import Person, find_person
from app.usecases.submit_request import submit_request
from tests.fixtures.company import ZONE, application_over, company_document

PEOPLE, LEADS = 12, 8


def crowded(app: Flask) -> list[Person]:
    """A queue with leads in it, and more people than leads; none of them a rep."""
    emails = [f"person{number}@desk.test" for number in range(PEOPLE)]
    document = company_document()
    document["queues"][0] |= {"members": emails, "max_claims": 50}
    document["routers"][0]["catch_all"] = [{"queue": "desk"}]
    apply_document(document, SYSTEM, "test")
    for email in emails:
        add_user(db.session(), User(public_id=f"user_{email}", email=email, name=email, role=Role.REP))
    db.session.commit()
    for number in range(LEADS):
        submit_request("demo", Submission({"email": f"p{number}@g{number}.test"}, ZONE, "en"))
    return [find_person(db.session(), email) for email in emails]


def storm(app: Flask, people: list[Person], claim: Callable[[Person], str | None]) -> list[str]:
    """Everybody asks at the same moment, until nobody waits; every answer."""
    barrier = threading.Barrier(len(people))

    def ask(person: Person) -> list[str]:
        with app.app_context():
            barrier.wait(30)
            taken = []
            while (entry := claim(person)) and len(taken) < LEADS:
                taken.append(entry)
            db.session.remove()
            return taken

    with ThreadPoolExecutor(len(people)) as crowd:
        return [entry for taken in crowd.map(ask, people) for entry in taken]


def test_each_lead_is_given_to_one_person_and_none_is_left(fresh_database: str) -> None:
    with application_over(fresh_database) as app:
        people = crowded(app)
        answers = storm(app, people, lambda person: claim_next("desk", person))
        while (late := claim_next("desk", people[0])) is not None:
            answers.append(late)  # what everybody else was at while somebody looked
        assert Counter(answers).most_common(1)[0][1] == 1
        assert len(answers) == LEADS
        states = db.session.scalars(select(QueueEntry.state)).all()
        assert set(states) == {QueueState.CLAIMED}


def carelessly(person: Person) -> str | None:
    """Look, think, write: what anybody would do who has no locks."""
    with transaction() as session:
        entry = _first_open(session)
        if entry is None:
            return None
        threading.Event().wait(0.02)
        entry.state, entry.claimed_by, entry.claimed_at = QueueState.CLAIMED, person.user_id, clock.now()
        return entry.public_id


def _first_open(session: Session) -> QueueEntry | None:
    queue = find_queue(session, "desk")
    assert queue is not None
    is_open = (QueueEntry.queue_id == queue.id, QueueEntry.state == QueueState.OPEN)
    return session.scalars(select(QueueEntry).where(*is_open).order_by(QueueEntry.id).limit(1)).first()


def test_control_without_the_lock_the_same_storm_gives_one_lead_to_several(fresh_database: str) -> None:
    with application_over(fresh_database) as app:
        answers = storm(app, crowded(app), carelessly)
        assert Counter(answers).most_common(1)[0][1] > 1, "the storm is too weak to show anything"


@pytest.mark.parametrize("limit", [1, 3])
def test_one_person_in_many_windows_gets_no_more_than_the_limit(fresh_database: str, limit: int) -> None:
    with application_over(fresh_database) as app:
        person = crowded(app)[0]
        document = company_document()
        document["queues"][0] |= {"members": [person.email], "max_claims": limit}
        apply_document({"version": 1, "queues": document["queues"]}, SYSTEM, "test")
        answers = storm(app, [person] * 6, _or_none)
        assert len(answers) == limit


def _or_none(person: Person) -> str | None:
    try:
        return claim_next("desk", person)
    except Conflict:
        return None
