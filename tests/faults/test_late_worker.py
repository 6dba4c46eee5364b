"""A worker that stood still for so long that its job was given to another one, and then goes on."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest

from app.models import Booking
from app.usecases import write_event as writing
from app.usecases.cancel_meeting import cancel_meeting
from app.usecases.provider_turns import calling
from app.usecases.reschedule_meeting import reschedule_meeting
from app.usecases.write_event import write_event
from tests.fixtures.invariants import broken_rules
from tests.fixtures.outside import REMY, Outside

Change = Callable[[Booking, str], None]


def move(booking: Booking, start: str) -> None:
    reschedule_meeting(booking.public_id, datetime.fromisoformat(start), by="prospect")


def cancel(booking: Booking, start: str) -> None:
    cancel_meeting(booking.public_id, by="prospect")


class _Late:
    """A calendar that is written to only after something else has happened."""

    def __init__(self, calendar: Any, happens: Callable[[], None]) -> None:
        self._calendar, self._happens = calendar, happens

    def put_event(self, *arguments: Any) -> Any:
        self._happens()
        return self._calendar.put_event(*arguments)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._calendar, name)


def write_late(monkeypatch: pytest.MonkeyPatch, booking: Booking, happens: Callable[[], None]) -> None:
    """Write a meeting; between reading it here and writing it there, something happens."""
    with monkeypatch.context() as late:

        def awake() -> None:
            late.setattr(writing, "calling", calling)
            happens()

        @contextmanager
        def calling_late(*arguments: Any) -> Iterator[Any]:
            with calling(*arguments) as calendar:
                yield _Late(calendar, awake)

        late.setattr(writing, "calling", calling_late)
        write_event(booking.public_id, booking.sequence)


def overtake(outside: Outside, monkeypatch: pytest.MonkeyPatch, change: Change) -> None:
    """One worker begins to write a new meeting; it is changed and the change written before that one goes on."""
    outside.connect_and_read(REMY)
    booking = outside.book()
    _, starts = outside.ask("nobody@globex.test")

    def other_worker() -> None:
        change(booking, starts[9])
        outside.work()

    write_late(monkeypatch, booking, other_worker)


@pytest.mark.parametrize("change", [move, cancel])
def test_a_worker_that_wakes_up_late_does_not_have_the_last_word(
    outside: Outside, monkeypatch: pytest.MonkeyPatch, change: Change
) -> None:
    overtake(outside, monkeypatch, change)
    assert not broken_rules(), "the change waits for somebody to take it outside once more"
    outside.work()
    assert not broken_rules(outside.google_events())


def test_control_who_does_not_look_when_waking_up_leaves_the_old_time_standing(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "_write_again", lambda *args: None)
    overtake(outside, monkeypatch, move)
    outside.work()
    assert broken_rules(outside.google_events())
