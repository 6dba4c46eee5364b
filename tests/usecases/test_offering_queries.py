"""What the prospect's way costs in statements, whatever the size of the company; and that nothing stale is offered."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any
from unittest.mock import patch

import pytest
import requests
from sqlalchemy import select

from app import clock
from app.db import db, reading, transaction
from app.models import Calendar, CalendarMode, CalendarState, Connection, ConnectionState, Provider, Rep
from app.store.availability import touch_reps
from app.store.company import forget_companies
from app.store.decisions import newest_route
from app.store.destinations import destinations_of, forget_destinations, newest_route_id
from app.store.free_times import forget_free_times
from app.store.requests import find_request
from app.usecases.book_meeting import BookingOrder, book_meeting
from app.usecases.capture_lead import Submission
from app.usecases.describe_times import SlotQuery
from app.usecases.hold_slot import hold_slot
from app.usecases.offer_slots import offer_slots, open_request
from app.usecases.submit_request import submit_request
from routing.route import Route
from tests.fixtures.company import ZONE, application_over, company_document, first_starts

Counting = Callable[[], AbstractContextManager[list[str]]]
STEPS = ("submit", "slots", "hold", "booking")


@pytest.fixture(autouse=True)
def no_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody outside is asked while a prospect waits."""

    def call(*arguments: object, **options: object) -> None:
        raise AssertionError("a provider was called")

    monkeypatch.setattr(requests.Session, "send", call)


def ask(email: str, **source: Any) -> dict[str, Any]:
    return submit_request("demo", Submission({"email": email}, ZONE, "en", source))


def times(request: str) -> list[str]:
    return first_starts({"slots": offer_slots(open_request(request), SlotQuery(ZONE))})


def document(reps: int, rules: int, **pool: Any) -> dict[str, Any]:
    """A company whose router tries so many rules before its catch-all."""
    made = company_document(reps, **pool)
    made["routers"][0]["rules"] = [
        {
            "name": f"rule {number}",
            "when": {"field": "campaign", "op": "eq", "value": f"campaign {number}"},
            "action": {"pool": "everybody"},
        }
        for number in range(rules)
    ]
    return made


def statements(url: str, made: dict[str, Any], count_queries: Counting) -> dict[str, int]:
    """How many statements each step takes once a first prospect has gone the whole way."""
    with application_over(url, made):
        for email in ("first@globex.test", "second@globex.test"):
            counted = _walk(email, count_queries)
    return counted


def _walk(email: str, count_queries: Counting) -> dict[str, int]:
    sent: dict[str, list[str]] = {}
    with count_queries() as sent["submit"]:
        request = ask(email)["request"]["id"]
    start = datetime.fromisoformat(times(request)[3])
    db.session.remove()
    with count_queries() as sent["slots"]:
        times(request)
    with count_queries() as sent["hold"]:
        hold_slot(request, start)
    with count_queries() as sent["booking"]:
        book_meeting(request, BookingOrder(start))
    return {step: len(sent[step]) for step in STEPS}


def test_no_step_takes_more_statements_in_a_large_company(
    clone_database: Callable[[], tuple[str, str]], count_queries: Counting
) -> None:
    small = statements(clone_database()[1], document(2, 0), count_queries)
    large = statements(clone_database()[1], document(60, 80), count_queries)
    assert large == small
    assert small["slots"] == 1, "the request, its company and its pool's versions come in one query"


def test_while_others_wait_for_the_pool_nothing_is_asked_that_is_known(
    fresh_database: str, count_queries: Counting
) -> None:
    with application_over(fresh_database, company_document(reps=3)):
        for number in range(2):
            request = ask(f"prospect{number}@globex.test")["request"]["id"]
            start = datetime.fromisoformat(times(request)[3 + number])
            db.session.remove()
            with count_queries() as sent:
                book_meeting(request, BookingOrder(start))
    locked = next(number for number, each in enumerate(sent) if "FROM pools" in each and "UPDATE" in each)
    waited_for = sent[locked + 1 :]
    assert len(waited_for) <= 20, "each of them is a round trip that everybody in this pool's line waits for"
    tables = ("routes", "roster_snapshots", "company", "procrastinate_jobs")
    assert not [each for each in waited_for if any(f"FROM {table}" in each for table in tables)]


def test_a_pool_with_a_ceiling_costs_no_more_for_more_reps(
    clone_database: Callable[[], tuple[str, str]], count_queries: Counting
) -> None:
    ceiling = {"distribution": "least_utilized", "max_utilization": "80%"}
    small = statements(clone_database()[1], document(2, 0, **ceiling), count_queries)
    large = statements(clone_database()[1], document(30, 0, **ceiling), count_queries)
    assert large == small
    assert small["slots"] <= 3


@pytest.fixture
def lone_rep(fresh_database: str) -> Iterator[None]:
    """A company of one rep."""
    with application_over(fresh_database, company_document(reps=1)):
        yield


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    with patch.object(clock, "_replacement", lambda: instant):
        yield


def connect_calendar() -> None:
    """A calendar that was read a moment ago and is empty."""
    now = datetime.now(UTC)
    with transaction() as session:
        rep = session.scalars(select(Rep)).one()
        rep.calendar_mode = CalendarMode.CONNECTED
        connection = Connection(
            public_id="con_1",
            rep_id=rep.id,
            provider=Provider.GOOGLE,
            account="remy",
            scopes=[],
            state=ConnectionState.ACTIVE,
            updated_at=now,
        )
        connection.calendars.append(
            Calendar(
                public_id="cal_1",
                rep_id=rep.id,
                remote_id="primary",
                name="Work",
                can_write=True,
                is_primary=True,
                checks_conflicts=True,
                is_destination=True,
                state=CalendarState.OK,
                known_from=now - timedelta(days=1),
                known_until=now + timedelta(days=60),
                synced_at=now,
                warnings=[],
            )
        )
        session.add(connection)
        touch_reps(session, {rep.id})


@pytest.mark.usefixtures("lone_rep")
def test_what_is_kept_ends_with_the_next_change_of_the_reps_time() -> None:
    watcher, other = (ask(f"{name}@globex.test")["request"]["id"] for name in ("one", "two"))
    start = times(watcher)[2]
    book_meeting(other, BookingOrder(datetime.fromisoformat(start)))
    assert start not in times(watcher)


@pytest.mark.usefixtures("lone_rep")
def test_a_calendar_that_is_no_longer_read_closes_the_rep_although_nothing_changed() -> None:
    connect_calendar()
    watcher = ask("one@globex.test")["request"]["id"]
    assert times(watcher)
    with at(datetime.now(UTC) + timedelta(minutes=14)):
        assert times(watcher)
    with at(datetime.now(UTC) + timedelta(minutes=16)):
        assert not times(watcher)


@pytest.mark.usefixtures("lone_rep")
def test_destinations_are_those_of_the_stored_route_without_the_refusals() -> None:
    made = ask("one@globex.test")
    session = db.session()
    request = find_request(session, made["request"]["id"])
    assert request is not None
    record, route_id = newest_route(session, request.id), newest_route_id(session, request.id)
    assert record is not None and route_id == record.id
    for _ in range(2):
        found = destinations_of(session, route_id)
        stored = Route.from_json(record.trace).destinations
        assert [(d.kind, d.name, d.candidates) for d in found] == [
            (d.kind, d.name, d.candidates) for d in stored
        ]
        forget_destinations()


@pytest.mark.usefixtures("lone_rep")
def test_a_transaction_after_plain_reads_is_all_or_nothing() -> None:
    db.session.remove()
    assert reading().scalar(select(Rep.time_version)) is not None
    with pytest.raises(RuntimeError), transaction() as session:
        session.execute(Rep.__table__.update().values(name="Nobody"))
        raise RuntimeError
    db.session.remove()
    assert db.session.scalar(select(Rep.name)) != "Nobody"


@pytest.mark.usefixtures("lone_rep")
def test_a_process_that_knows_nothing_yet_answers_plain_reads_too() -> None:
    made = ask("one@globex.test")
    for forget in (forget_companies, forget_free_times, forget_destinations):
        forget()
    db.session.remove()
    reading()
    assert times(made["request"]["id"]) == first_starts(made)
