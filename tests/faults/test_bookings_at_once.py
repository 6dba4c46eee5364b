"""Two things happen to one request, one time, or one rule in the very same moment.

The moment is made, not hoped for: in the middle of the first transaction the second one is started in a thread, and
given time to get ahead if nothing holds it.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any

import psycopg
import pytest
from flask import Flask
from sqlalchemy import text

from app import clock
from app.actor import COMMAND_LINE
from app.db import db
from app.errors import AlreadyBooked, ApplicationError, Conflict, SlotTaken
from app.store.company import forget_companies
from app.usecases import book_meeting as booking
from app.usecases import cancel_meeting as cancelling
from app.usecases import reschedule_meeting as moving
from app.usecases.book_meeting import BookingOrder, book_meeting
from app.usecases.cancel_meeting import cancel_meeting
from app.usecases.capture_lead import Submission
from app.usecases.change_configuration import apply_document
from app.usecases.hold_slot import hold_slot
from app.usecases.reschedule_meeting import reschedule_meeting
from app.usecases.submit_request import submit_request
from app.usecases.verify_decision import Verification
from app.usecases.verify_decisions import verify_decisions
from tests.fixtures.company import ZONE, application_over, company_document, first_starts
from tests.fixtures.invariants import broken_rules

HEAD_START = 0.7
"""Seconds that the second one has to get ahead of the first, if nothing holds it."""


@pytest.fixture(autouse=True)
def app(fresh_database: str) -> Iterator[Flask]:
    """One rep, so that everybody wants the same."""
    with application_over(fresh_database, company_document(reps=1)) as made:
        yield made


def ask(email: str = "priya@globex.test") -> tuple[str, list[datetime]]:
    made = submit_request("demo", Submission({"email": email}, ZONE, "en"))
    return made["request"]["id"], [datetime.fromisoformat(start) for start in first_starts(made)]


class Second:
    """Somebody else's doing, in a thread and a session of its own; what came of it."""

    def __init__(self, app: Flask, deed: Callable[[], object]) -> None:
        self.outcome: object = None
        self._app, self._deed = app, deed
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        with self._app.app_context():
            try:
                self.outcome = self._deed()
            except ApplicationError as error:
                self.outcome = error
            finally:
                db.session.remove()

    def start(self) -> None:
        self._thread.start()
        self._thread.join(HEAD_START)

    @property
    def is_running(self) -> bool:
        return self._thread.is_alive()

    def end(self) -> object:
        self._thread.join(20)
        assert not self._thread.is_alive()
        return self.outcome


@contextmanager
def in_the_middle_of(
    monkeypatch: pytest.MonkeyPatch, module: Any, name: str, second: Second
) -> Iterator[None]:
    """Start the second one when the first calls this function of its module."""
    bare = getattr(module, name)

    def interrupted(*args: Any, **kwargs: Any) -> Any:
        monkeypatch.setattr(module, name, bare)
        second.start()
        return bare(*args, **kwargs)

    monkeypatch.setattr(module, name, interrupted)
    yield


def book_twice(app: Flask, monkeypatch: pytest.MonkeyPatch, first: str | None, second: str | None) -> object:
    """One request's double click; returns what the second one got, beside the booking."""
    request, starts = ask()
    again = Second(app, lambda: book_meeting(request, BookingOrder(starts[2], key=second)))
    with in_the_middle_of(monkeypatch, booking, "_record", again):
        made = book_meeting(request, BookingOrder(starts[2], key=first))
    return made, again.end()


def test_a_double_click_gets_one_booking_and_one_answer(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    made, again = book_twice(app, monkeypatch, "key", "key")  # type: ignore[misc]
    assert again == made and not broken_rules()


def test_control_without_a_key_the_second_click_is_refused(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, again = book_twice(app, monkeypatch, None, None)  # type: ignore[misc]
    assert isinstance(again, AlreadyBooked) and not broken_rules()


def move_and_cancel(app: Flask, monkeypatch: pytest.MonkeyPatch) -> object:
    """A meeting is called off in one window while it is being moved in another."""
    request, starts = ask()
    made = book_meeting(request, BookingOrder(starts[2]))
    off = Second(app, lambda: cancel_meeting(made, by="prospect"))
    with in_the_middle_of(monkeypatch, moving, "_choose", off):
        reschedule_meeting(made, starts[5], by="prospect")
    return off.end()


def test_moving_and_calling_off_at_once_happen_one_after_the_other(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert move_and_cancel(app, monkeypatch) is None
    assert db.session.scalars(text("SELECT state FROM bookings")).all() == ["cancelled"]
    assert not broken_rules()


def test_control_without_the_locks_a_meeting_that_was_called_off_keeps_its_time(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    find = moving.find_booking
    for module in (moving, cancelling):
        monkeypatch.setattr(module, "find_booking", lambda session, key, lock=False: find(session, key))
        monkeypatch.setattr(module, "lock_request", _just_find)
    try:
        move_and_cancel(app, monkeypatch)
    except Exception:
        db.session.rollback()
    assert broken_rules()


def _just_find(session: Any, request_id: int) -> Any:
    from app.models import Request

    return session.get_one(Request, request_id)


def test_calling_off_first_refuses_the_move(app: Flask) -> None:
    request, starts = ask()
    made = book_meeting(request, BookingOrder(starts[2]))
    cancel_meeting(made, by="prospect")
    with pytest.raises(Conflict):
        reschedule_meeting(made, starts[5], by="prospect")
    assert not broken_rules()


def confirm_late(app: Flask, monkeypatch: pytest.MonkeyPatch) -> tuple[object, object]:
    """Slow holds a time; the hold ends; Slow confirms in the moment in which Quick books."""
    slow, starts = ask("slow@globex.test")
    quick, _ = ask("quick@globex.test")
    hold_slot(slow, starts[6])
    later = clock.now() + timedelta(minutes=11)
    monkeypatch.setattr(clock, "_replacement", lambda: later)
    second = Second(app, lambda: book_meeting(slow, BookingOrder(starts[6])))
    with in_the_middle_of(monkeypatch, booking, "_record", second):
        first = book_meeting(quick, BookingOrder(starts[6]))
    return first, second.end()


def test_a_hold_that_ends_while_another_books_gives_the_time_to_one_of_them(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = confirm_late(app, monkeypatch)
    assert isinstance(first, str) and isinstance(second, SlotTaken)
    assert not broken_rules()


def test_control_a_hold_that_lasts_keeps_the_time(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    slow, starts = ask("slow@globex.test")
    quick, _ = ask("quick@globex.test")
    hold_slot(slow, starts[6])
    with pytest.raises(SlotTaken):
        book_meeting(quick, BookingOrder(starts[6]))


@pytest.mark.parametrize("ahead", [timedelta(minutes=30), timedelta(minutes=-30)])
def test_a_hold_ends_by_the_databases_clock_whatever_the_web_servers_clock_says(
    monkeypatch: pytest.MonkeyPatch, ahead: timedelta
) -> None:
    slow, starts = ask("slow@globex.test")
    quick, _ = ask("quick@globex.test")
    right = clock.now
    monkeypatch.setattr(clock, "now", lambda: right() + ahead)
    hold_slot(slow, starts[6])
    monkeypatch.setattr(clock, "now", right)
    with pytest.raises(SlotTaken):
        book_meeting(quick, BookingOrder(starts[6]))
    book_meeting(slow, BookingOrder(starts[6]))
    assert not broken_rules()


def test_control_by_the_web_servers_clock_the_hold_of_a_slow_clock_would_end_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    slow, starts = ask("slow@globex.test")
    quick, _ = ask("quick@globex.test")
    right = datetime.now(starts[6].tzinfo)
    monkeypatch.setattr(clock, "_replacement", lambda: right - timedelta(minutes=30))
    hold_slot(slow, starts[6])
    monkeypatch.setattr(clock, "_replacement", lambda: right)
    book_meeting(quick, BookingOrder(starts[6]))


SHOW_LEVEL = text("SHOW transaction_isolation")


@pytest.fixture
def changed_level(fresh_database: str) -> str:
    """A database whose isolation level somebody changed; its address."""
    name = db.session.scalar(text("SELECT current_database()"))
    db.session.execute(text(f"ALTER DATABASE \"{name}\" SET default_transaction_isolation = 'serializable'"))
    db.session.commit()
    return fresh_database


def test_the_isolation_level_that_the_locks_are_meant_for_is_ours_to_say(changed_level: str) -> None:
    with application_over(changed_level):
        assert db.session.scalar(SHOW_LEVEL) == "read committed"


def test_control_who_does_not_say_it_gets_the_servers(changed_level: str) -> None:
    with psycopg.connect(changed_level) as connection:
        assert connection.execute("SHOW transaction_isolation").fetchone() == ("serializable",)


def test_hours_that_were_cut_after_the_offer_refuse_the_booking() -> None:
    request, starts = ask()
    evening = next(start for start in starts if start.hour >= 16)
    with pytest.raises(SlotTaken) as refusal:
        apply_document(_office_until("12:00"), COMMAND_LINE, "test")
        book_meeting(request, BookingOrder(evening))
    assert refusal.value.extra["alternatives"] and not broken_rules()


def test_control_who_does_not_look_at_the_hours_again_books_outside_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    request, starts = ask()
    evening = next(start for start in starts if start.hour >= 16)
    book = booking.load_company(db.session(), datetime.now(evening.tzinfo).date())
    db.session.rollback()
    apply_document(_office_until("12:00"), COMMAND_LINE, "test")
    monkeypatch.setattr(booking, "load_company", lambda session, on: book)
    book_meeting(request, BookingOrder(evening))


def _office_until(end: str) -> dict[str, Any]:
    document = company_document(reps=1)
    document["schedules"][0]["weekly"] = {day: [f"08:00-{end}"] for day in document["schedules"][0]["weekly"]}
    return document


def test_each_request_is_decided_by_one_version_while_rules_are_changed(app: Flask) -> None:
    def change_rules() -> None:
        for version in range(6):
            document = company_document(reps=1)
            document["routers"][0]["rules"] = [
                {
                    "name": f"version {version}",
                    "when": {"field": "country", "op": "eq", "value": "DE"},
                    "action": {"queue": "desk"},
                }
            ]
            apply_document(document, COMMAND_LINE, "test")

    second = Second(app, change_rules)
    second.start()
    number = 0
    while second.is_running or number < 4:
        ask(f"p{number}@globex{number}.test")
        number += 1
    assert second.end() is None
    forget_companies()
    verified = list(verify_decisions())
    assert len(verified) >= number
    assert {each.verification for each in verified} == {Verification.SAME}
