"""What the provider itself says about a held time: it counts if it comes in time, and never delays a booking."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Any

import pytest
from sqlalchemy import select

from app.db import db
from app.errors import SlotTaken
from app.models import AssignmentRecord, ConnectionState, Reservation, ReservationState
from app.usecases.hold_slot import hold_slot
from app.usecases.live_check import BUDGET_SECONDS, check_live
from app.usecases.verify_decision import verify_decision
from tests.fixtures.outside import REMY, ROBIN, ROSA, Outside, booking_of, fault, jobs, rep_of

BOTH = pytest.mark.parametrize("reps", [(REMY, ROSA)], indirect=True)


def held(outside: Outside) -> tuple[str, str, Reservation]:
    """A request, the time it holds, and the hold."""
    request, starts = outside.ask()
    hold_slot(request, datetime.fromisoformat(starts[4]))
    db.session.rollback()
    query = select(Reservation).where(Reservation.state == ReservationState.HELD)
    return request, starts[4], db.session.scalars(query).one()


def fill(outside: Outside, rep_id: int, start: str) -> str:
    """The rep puts something else there, which the mirror does not know; returns the rep's address."""
    begins = datetime.fromisoformat(start)
    ends = begins + timedelta(minutes=30)
    if rep_id == rep_of(REMY).id:
        outside.google.create(start={"dateTime": begins.isoformat()}, end={"dateTime": ends.isoformat()})
        return REMY
    edges = [
        {"dateTime": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"} for at in (begins, ends)
    ]
    outside.microsoft.create({"subject": "x", "start": edges[0], "end": edges[1]})
    return ROSA


def decision() -> dict[str, Any]:
    record = db.session.scalars(select(AssignmentRecord).order_by(AssignmentRecord.id.desc())).first()
    assert record is not None
    return dict(record.live_check or {})


def waiting(task: str) -> list[dict[str, Any]]:
    return [job for job in jobs("todo") if job["task_name"] == task]


@BOTH
def test_a_busy_answer_lets_the_next_rep_win_and_has_the_mirror_read_again(outside: Outside) -> None:
    outside.connect_and_read(REMY, ROSA)
    outside.work()
    request, start, hold = held(outside)
    [job] = waiting("check_live")
    fill(outside, hold.rep_id, start)
    assert check_live(job["args"]["reservation"]) == "busy"
    assert len(waiting("sync_calendar")) == 1
    booking = outside.book_request(request, start)
    assert booking.rep_id != hold.rep_id
    assert decision()["source"] == "live" and decision()["state"] == "busy"
    assert verify_decision(request).to_json()["assignment"] == "same"


def test_when_nobody_else_is_free_the_time_is_gone(outside: Outside) -> None:
    outside.connect_and_read(REMY)
    request, start, hold = held(outside)
    fill(outside, hold.rep_id, start)
    check_live(hold.id)
    with pytest.raises(SlotTaken):
        outside.book_request(request, start)


@BOTH
def test_a_free_answer_is_recorded_with_the_decision(outside: Outside) -> None:
    outside.connect_and_read(REMY, ROSA)
    request, start, hold = held(outside)
    assert check_live(hold.id) == "free"
    booking = outside.book_request(request, start)
    assert booking.rep_id == hold.rep_id and (decision()["source"], decision()["state"]) == ("live", "free")


@contextmanager
def asked_meanwhile(outside: Outside, reservation: int) -> Iterator[None]:
    """A worker asks while the prospect books."""

    def ask() -> None:
        with outside.app.app_context():
            check_live(reservation)

    thread = Thread(target=ask)
    thread.start()
    try:
        yield
    finally:
        thread.join(20)


def test_a_slow_provider_delays_the_booking_by_no_more_than_the_budget(outside: Outside) -> None:
    outside.connect_and_read(REMY)
    quick, start, hold = held(outside)
    check_live(hold.id)
    began = time.monotonic()
    outside.book_request(quick, start)
    normal = time.monotonic() - began
    request, starts = outside.ask("other@globex.test")
    hold_slot(request, datetime.fromisoformat(starts[8]))
    db.session.rollback()
    slow = db.session.scalars(select(Reservation).where(Reservation.state == ReservationState.HELD)).one().id
    with fault(outside.google, "delay", "/calendar/v3/*", delay=5), asked_meanwhile(outside, slow):
        time.sleep(0.1)
        began = time.monotonic()
        outside.book_request(request, starts[8])
        took = time.monotonic() - began
    assert decision() == {"source": "mirror", "state": "too_slow", "checked_at": None}
    assert BUDGET_SECONDS - 0.1 < took < normal + BUDGET_SECONDS + 1.0, f"{took:.2f} s against {normal:.2f} s"


@pytest.mark.parametrize("reps", [(ROBIN,)], indirect=True)
def test_where_no_calendar_closes_the_reps_time_nobody_is_asked_and_nothing_is_waited_for(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    request, start, hold = held(outside)
    assert hold.live_check is None and waiting("check_live") == []

    def never(seconds: float) -> None:
        raise AssertionError("waited")

    monkeypatch.setattr(time, "sleep", never)
    outside.book_request(request, start)
    assert decision()["state"] == "not_asked"


def test_a_provider_that_does_not_answer_leaves_it_to_the_mirror(outside: Outside) -> None:
    outside.connect_and_read(REMY)
    request, start, hold = held(outside)
    with fault(outside.google, "status", "/calendar/v3/*", status=503):
        assert check_live(hold.id) == "unknown"
    outside.book_request(request, start)
    assert (decision()["source"], decision()["state"]) == ("mirror", "unknown")


def test_a_dead_grant_is_noticed_at_the_live_check(outside: Outside) -> None:
    connection = outside.connect(REMY)
    outside.work()
    _, _, hold = held(outside)
    outside.google.ctl("revoke", email=REMY)
    assert check_live(hold.id) == "unknown"
    db.session.rollback()
    db.session.refresh(connection)
    assert connection.state is ConnectionState.NEEDS_RECONNECT


def test_a_meeting_of_our_own_is_no_conflict_with_itself(outside: Outside) -> None:
    outside.connect_and_read(REMY)
    booking = outside.book()
    outside.settle()
    row = db.session.scalars(
        select(Reservation).where(Reservation.booking_id == booking_of(booking.public_id).id)
    ).one()
    assert check_live(row.id) == "free"
