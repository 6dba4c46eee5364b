"""Sixty prospects want the eight seats of one group demo at once, from a real server with several processes.

The control is the proof that this can fail: without the locks and constraints the same storm sells a seat twice.
"""

from collections import Counter
from typing import Any

import pytest
import requests

from tests.concurrency.test_one_slot import ask, ask_for_times, book_all
from tests.concurrency.unguarded import DROP_GUARDS
from tests.fixtures.company import application_over, company_document, first_starts
from tests.fixtures.server import Server, running_server

pytestmark = pytest.mark.server

SEATS, PROSPECTS = 8, 60

SOLD_TWICE = """
SELECT count(*) FROM reservations a JOIN reservations b
ON a.rep_id = b.rep_id AND a.id < b.id AND a.during && b.during
WHERE a.state = 'confirmed' AND b.state = 'confirmed'
AND (a.group_session_id IS DISTINCT FROM b.group_session_id OR a.seat = b.seat)
"""


def storm(url: str, reps: int = 1, prospects: int = PROSPECTS, **server: str) -> list[requests.Response]:
    """Everybody wants the fifth time of a company that gives group demos."""
    document = company_document(reps=reps)
    document["meeting_types"][0]["seats"] = SEATS
    with application_over(url, document):
        pass
    with running_server(url, workers=2, RATE_LIMIT_SCALE="100", **server) as running:
        made = ask_for_times(running, prospects)
        wanted = first_starts(made[0])[4]
        answers = book_all(running, made, lambda number: wanted)
        return [ask_again(running, one, wanted, said) for one, said in zip(made, answers, strict=True)]


def ask_again(
    server: Server, made: dict[str, Any], start: str, answer: requests.Response
) -> requests.Response:
    """Whoever read that the service is busy does what it says there: they come back."""
    for _ in range(5):
        if answer.status_code != 503:
            break
        assert answer.headers["Retry-After"]
        request = made["request"]
        answer = requests.post(
            f"{server.url}/api/v1/requests/{request['id']}/bookings",
            json={"start": start},
            headers={"Authorization": f"Bearer {request['token']}"},
            timeout=60,
        )
    return answer


def test_as_many_are_booked_as_there_are_seats_and_all_others_read_alternatives(fresh_database: str) -> None:
    answers = storm(fresh_database)
    assert Counter(answer.status_code for answer in answers) == {201: SEATS, 409: PROSPECTS - SEATS}
    refused = [answer.json() for answer in answers if answer.status_code == 409]
    assert all(problem["code"] == "slot-taken" and problem["alternatives"] for problem in refused)
    assert ask(fresh_database, SOLD_TWICE) == [0]
    sizes = "SELECT count(*) FROM bookings WHERE state = 'confirmed' GROUP BY group_session_id"
    assert ask(fresh_database, sizes) == [SEATS], "all at one session"
    assert ask(fresh_database, "SELECT count(*) FROM ledger_entries WHERE kind = 'assigned'") == [1]


def test_the_next_rep_opens_a_session_only_when_the_first_is_full(fresh_database: str) -> None:
    answers = storm(fresh_database, reps=2, prospects=44)
    assert Counter(answer.status_code for answer in answers) == {201: 2 * SEATS, 409: 44 - 2 * SEATS}
    assert ask(fresh_database, SOLD_TWICE) == [0]
    assert ask(fresh_database, "SELECT count(*) FROM ledger_entries WHERE kind = 'assigned'") == [2]


def test_control_without_locks_and_constraints_the_same_storm_sells_a_seat_twice(fresh_database: str) -> None:
    ask(fresh_database, f"{DROP_GUARDS}; DROP INDEX uq_reservations_seat")
    answers = storm(fresh_database, target="tests.concurrency.unguarded:create_unguarded_app")
    assert sum(answer.status_code == 201 for answer in answers) > 1, "the storm is too weak to show anything"
    assert ask(fresh_database, SOLD_TWICE)[0] > 0
