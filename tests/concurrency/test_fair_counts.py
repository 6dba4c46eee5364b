"""A hundred bookings at once share a pool exactly as a hundred in a row do.

The control is the proof that this can fail: without the lock on the pool, everybody reads the same ledger and chooses
the same rep.
"""

import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import datetime

import pytest
from flask import Flask
from sqlalchemy import select, text

from app.db import db
from app.models import Booking, Rep
from app.store.company import load_company
from app.store.ledger import load_ledger, replay_ledger
from app.usecases import choose_rep
from app.usecases.book_meeting import BookingOrder, book_meeting
from app.usecases.capture_lead import Submission
from app.usecases.submit_request import submit_request
from app.usecases.verify_decision import verify_decision
from routing.assignment import assign
from routing.ledger import Ledger
from tests.fixtures.company import ZONE, application_over, company_document, first_starts

BOOKINGS, AT_ONCE = 100, 10
WEIGHTS = (3, 2, 1, 1)
REPS = [f"rep{number}@acme.test" for number in range(1, len(WEIGHTS) + 1)]


@contextmanager
def weighted_company(url: str) -> Iterator[Flask]:
    document = company_document(reps=len(WEIGHTS))
    document["pools"][0]["members"] = [
        {"rep": rep, "weight": weight} for rep, weight in zip(REPS, WEIGHTS, strict=True)
    ]
    with application_over(url, document) as app:
        yield app


def submit(app: Flask, number: int) -> tuple[str, list[str]]:
    """A request, and the times that it may choose from."""
    with app.app_context():
        made = submit_request("demo", Submission({"email": f"p{number}@globex{number}.test"}, ZONE, "en"))
        return str(made["request"]["id"]), first_starts(made)


def book_at_once(app: Flask, bookings: int) -> list[str]:
    """So many prospects, each with a time of their own at which everybody is free. Returns their requests."""
    barrier = threading.Barrier(AT_ONCE)

    def book(number: int) -> None:
        if number < AT_ONCE:
            barrier.wait(30)
        request, starts = made[number]
        with app.app_context():
            book_meeting(request, BookingOrder(datetime.fromisoformat(starts[2 * number])))

    with ThreadPoolExecutor(AT_ONCE) as crowd:
        made: Sequence[tuple[str, list[str]]] = list(
            crowd.map(lambda number: submit(app, number), range(bookings))
        )
        list(crowd.map(book, range(bookings)))
    return [request for request, _ in made]


def counts() -> Counter[str]:
    rows = db.session.scalars(select(Rep.email).join(Booking, Booking.rep_id == Rep.id))
    return Counter(rows)


def serial_counts(bookings: int) -> Counter[str]:
    """The same bookings one after the other, by the engine alone, with the configured pool."""
    company = load_company(db.session(), datetime.now().date())
    pool, ledger = company.roster.pools["everybody"], Ledger("everybody")
    found: Counter[str] = Counter()
    for _ in range(bookings):
        done = assign(pool, slot=(0, 30), candidates=pool.by_rep, refused={}, loads={}, ledger=ledger)
        ledger = ledger.apply_all(done.entries)
        found[company.reps[str(done.winner)].email] += 1
    return found


@pytest.mark.server
def test_a_hundred_bookings_at_once_give_the_counts_of_a_serial_run(fresh_database: str) -> None:
    with weighted_company(fresh_database) as app:
        requests = book_at_once(app, BOOKINGS)
        assert counts() == serial_counts(BOOKINGS)
        total = sum(WEIGHTS)
        for rep, weight in zip(REPS, WEIGHTS, strict=True):
            assert abs(counts()[rep] * total - BOOKINGS * weight) < total, "within one turn of the share"
        pool = load_company(db.session(), datetime.now().date()).pools["everybody"]
        assert load_ledger(db.session(), pool, "everybody") == replay_ledger(db.session(), pool, "everybody")
        checks = {str(verify_decision(request).to_json()) for request in requests[::10]}
        assert checks == {"{'route': 'same', 'assignment': 'same'}"}


@pytest.mark.server
def test_control_without_the_lock_on_the_pool_the_counts_differ(
    fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(choose_rep, "lock_pools", lambda session, keys: None)
    with weighted_company(fresh_database) as app:
        db.session.execute(text("DROP INDEX uq_ledger_entries_sequence"))
        db.session.commit()
        book_at_once(app, 40)
        assert counts() != serial_counts(40), "the crowd is too slow to show anything"
