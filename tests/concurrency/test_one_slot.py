"""Two hundred prospects want one time at once, from a real server with several processes.

The control is the proof that these tests can fail: without the constraint and the locks, the same storm books one
rep several times over.
"""

import threading
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from sqlalchemy import create_engine, text

from app.config import load_settings
from tests.concurrency.unguarded import DROP_GUARDS
from tests.fixtures.company import SECRET, ZONE, application_over, company_document, first_starts
from tests.fixtures.server import Server, running_server

pytestmark = pytest.mark.server

PROSPECTS = 200
AT_ONCE = 40

OVERLAPS = """
SELECT count(*) FROM reservations a JOIN reservations b
ON a.rep_id = b.rep_id AND a.id < b.id AND a.during && b.during
WHERE a.state IN ('held', 'confirmed') AND b.state IN ('held', 'confirmed')
"""


def ask_for_times(server: Server, count: int, forms: Sequence[str] = ("demo",)) -> list[dict[str, Any]]:
    """So many prospects who have all been offered times, in turn by these forms."""

    def submit(number: int) -> dict[str, Any]:
        body = {"answers": {"email": f"prospect{number}@globex{number}.test"}, "timezone": ZONE}
        answer = requests.post(
            f"{server.url}/api/v1/forms/{forms[number % len(forms)]}/requests", json=body, timeout=60
        )
        assert answer.status_code == 201, answer.text
        return dict(answer.json())

    with ThreadPoolExecutor(8) as crowd:
        return list(crowd.map(submit, range(count)))


def book_all(
    server: Server, made: list[dict[str, Any]], start: Callable[[int], str]
) -> list[requests.Response]:
    """Everybody books at the same moment, as many at once as there are threads."""
    barrier = threading.Barrier(AT_ONCE)

    def book(number: int) -> requests.Response:
        if number < AT_ONCE:
            barrier.wait(30)
        request = made[number]["request"]
        return requests.post(
            f"{server.url}/api/v1/requests/{request['id']}/bookings",
            json={"start": start(number)},
            headers={"Authorization": f"Bearer {request['token']}", "Idempotency-Key": f"key-{number}"},
            timeout=60,
        )

    with ThreadPoolExecutor(AT_ONCE) as crowd:
        return list(crowd.map(book, range(len(made))))


def storm(url: str, reps: int, prospects: int = PROSPECTS, **server: str) -> list[requests.Response]:
    """Configure a company, start the server, and let everybody want its fifth time."""
    with application_over(url, company_document(reps=reps)):
        pass
    with running_server(url, workers=2, RATE_LIMIT_SCALE="100", **server) as running:
        made = ask_for_times(running, prospects)
        wanted = first_starts(made[0])[4]
        return book_all(running, made, lambda number: wanted)


def ask(url: str, statement: str) -> list[Any]:
    """What a statement returns; nothing for one that changes something."""
    engine = create_engine(load_settings(database_url=url, secret_key=SECRET).database_url)
    try:
        with engine.begin() as connection:
            found = connection.execute(text(statement))
            return list(found.scalars()) if found.returns_rows else []
    finally:
        engine.dispose()


def test_as_many_are_booked_as_reps_are_free_and_all_others_read_alternatives(fresh_database: str) -> None:
    reps = 5
    answers = storm(fresh_database, reps)
    assert Counter(answer.status_code for answer in answers) == {201: reps, 409: PROSPECTS - reps}
    refused = [answer.json() for answer in answers if answer.status_code == 409]
    assert {problem["code"] for problem in refused} == {"slot-taken"}
    assert all(problem["alternatives"] for problem in refused)
    assert ask(fresh_database, OVERLAPS) == [0]
    assert ask(fresh_database, "SELECT count(*) FROM bookings WHERE state = 'confirmed'") == [reps]
    assert ask(fresh_database, "SELECT count(*) FROM ledger_entries WHERE kind = 'assigned'") == [reps]


def test_control_without_constraint_and_locks_the_same_storm_books_a_rep_twice(fresh_database: str) -> None:
    ask(fresh_database, DROP_GUARDS)
    answers = storm(
        fresh_database, 1, prospects=80, target="tests.concurrency.unguarded:create_unguarded_app"
    )
    assert sum(answer.status_code == 201 for answer in answers) > 1, "the storm is too weak to show anything"
    assert ask(fresh_database, OVERLAPS)[0] > 0
