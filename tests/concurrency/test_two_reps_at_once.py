"""Prospects book meetings of two through pools that share people, in opposite orders, from a real server.

What could go wrong is somebody in two meetings at once, a meeting with one of its people missing, and two bookings
that wait for each other. The control shows that the storm would find the first.
"""

from collections import Counter
from copy import deepcopy
from typing import Any

import pytest
import requests

from tests.concurrency.test_one_slot import OVERLAPS, ask, ask_for_times, book_all
from tests.concurrency.unguarded import DROP_GUARDS
from tests.fixtures.company import application_over, first_starts
from tests.fixtures.meeting_of_several import several_document
from tests.fixtures.server import running_server

pytestmark = pytest.mark.server

PROSPECTS, STARTS = 120, 4
HALF = """
SELECT count(*) FROM (
    SELECT booking_id FROM reservations WHERE state = 'confirmed'
    GROUP BY booking_id HAVING count(*) <> 2 OR count(DISTINCT role) <> 2 OR booking_id IS NULL
) AS incomplete
"""


def there_and_back() -> dict[str, Any]:
    """Two forms: one takes a person of `first` with one of `second`, the other the other way round. Four people make
    two meetings of any one time, however they are combined."""
    pools = {"first": ["ann", "cat", "dan"], "second": ["ben", "cat", "dan"]}
    document = several_document(pools, [{"role": "secondary", "pool": "second"}])
    router, form = deepcopy(document["routers"][0]), deepcopy(document["forms"][0])
    router["name"], form["slug"], form["router"] = "outbound", "back", "outbound"
    router["catch_all"][0] = {"pool": "second", "with": [{"role": "secondary", "pool": "first"}]}
    document["routers"].append(router)
    document["forms"].append(form)
    return document


def storm(url: str, **server: str) -> list[requests.Response]:
    with application_over(url, there_and_back()):
        pass
    with running_server(url, workers=2, RATE_LIMIT_SCALE="100", **server) as running:
        made = ask_for_times(running, PROSPECTS, ("demo", "back"))
        wanted = first_starts(made[0])[4 : 4 + STARTS]
        return book_all(running, made, lambda number: wanted[number % STARTS])


def test_nobody_is_in_two_meetings_and_no_meeting_lacks_anybody(fresh_database: str) -> None:
    answers = storm(fresh_database)
    booked = 2 * STARTS
    assert Counter(answer.status_code for answer in answers) == {201: booked, 409: PROSPECTS - booked}
    assert ask(fresh_database, OVERLAPS) == [0]
    assert ask(fresh_database, HALF) == [0]
    assert ask(fresh_database, "SELECT count(*) FROM reservations WHERE state = 'confirmed'") == [2 * booked]
    assert ask(fresh_database, "SELECT count(*) FROM assignment_parties") == [booked]
    assert ask(fresh_database, "SELECT count(*) FROM ledger_entries WHERE kind = 'assigned'") == [2 * booked]


def test_control_without_constraint_and_locks_the_same_storm_finds_somebody_in_two_meetings(
    fresh_database: str,
) -> None:
    ask(fresh_database, DROP_GUARDS)
    storm(fresh_database, target="tests.concurrency.unguarded:create_unguarded_app")
    assert ask(fresh_database, OVERLAPS)[0] > 0
