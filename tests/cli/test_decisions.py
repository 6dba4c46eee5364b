"""`scheduler decisions verify` on a past of a few requests."""

from collections.abc import Callable
from datetime import datetime

import psycopg
import pytest

from app.usecases.book_meeting import BookingOrder, book_meeting
from app.usecases.capture_lead import Submission
from app.usecases.submit_request import submit_request
from tests.fixtures.company import ZONE, application_over, company_document

Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def past(environment: str) -> str:
    """Three requests, two of them booked."""
    with application_over(environment, company_document()):
        for number in range(3):
            made = submit_request("demo", Submission({"email": f"priya@globex{number}.test"}, ZONE, "en"))
            if number:
                start = made["slots"]["days"][0]["slots"][number]["start"]
                book_meeting(made["request"]["id"], BookingOrder(datetime.fromisoformat(start)))
    return environment


def change(database: str, statement: str) -> None:
    with psycopg.connect(database) as connection:
        connection.execute(statement)


def test_decisions_come_out_as_they_were_stored(run: Run, past: str) -> None:
    code, out, err = run("decisions", "verify")
    assert (code, out) == (0, "5 decisions: 5 same, 0 erased, 0 different\n"), err


def test_a_decision_that_was_tampered_with_is_found(run: Run, past: str) -> None:
    change(past, "UPDATE assignments SET trace = jsonb_set(trace, '{reason}', '\"favor\"') WHERE id = 1")
    change(past, "UPDATE routes SET trace = jsonb_set(trace, '{rule}', '\"another\"') WHERE id = 1")
    code, out, _ = run("decisions", "verify")
    assert code == 1
    assert "route differs" in out
    assert "assignment differs" in out
    assert out.endswith("5 decisions: 3 same, 0 erased, 2 different\n")


def test_an_input_that_is_missing_is_told_and_does_not_stop_the_others(run: Run, past: str) -> None:
    change(past, "UPDATE assignments SET inputs = inputs - 'candidates' WHERE id = 1")
    code, out, _ = run("decisions", "verify")
    assert code == 1
    assert "assignment differs (KeyError: 'candidates')" in out
    assert out.endswith("5 decisions: 4 same, 0 erased, 1 different\n")


def test_a_route_without_its_facts_is_erased_and_its_assignment_still_the_same(run: Run, past: str) -> None:
    change(past, "DELETE FROM request_facts")
    code, out, _ = run("decisions", "verify")
    assert (code, out) == (0, "5 decisions: 2 same, 3 erased, 0 different\n")
