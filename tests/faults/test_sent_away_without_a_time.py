"""Services that say "too many requests" and not when to come back: fewer tries each time, and not all at once."""

import random
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app import clock
from app.db import db
from app.models import Provider, ProviderGate, ReadingCause
from app.usecases import note_calls
from app.usecases.sync_calendar import sync_calendar
from calendars.providers.base import CalendarError
from tests.faults.living import calendar_of
from tests.fixtures.outside import REMY, ROSA, Outside, fault

MINUTE = 60
REFUSALS = {
    "google 403": (REMY, {"status": 403, "reason": "rateLimitExceeded"}),
    "google 403, one user": (REMY, {"status": 403, "reason": "userRateLimitExceeded"}),
    "google 429": (REMY, {"status": 429, "reason": "rateLimitExceeded"}),
    "graph 429": (ROSA, {"status": 429}),
}


def each(*names: str) -> pytest.MarkDecorator:
    """These refusals."""
    cases = [((email,), email, how) for email, how in (REFUSALS[name] for name in names)]
    return pytest.mark.parametrize(("reps", "email", "how"), cases, indirect=["reps"], ids=names)


def tries_in_a_minute(outside: Outside, patch: pytest.MonkeyPatch, email: str, how: dict[str, Any]) -> int:
    """How often a service that refuses is asked, when somebody wants to read a calendar every second."""
    outside.connect_and_read(email)
    side: Any = outside.google if email == REMY else outside.microsoft
    calendar, began, before = calendar_of(email).public_id, clock.now(), len(side.log("GET"))
    with fault(side, "status", **how):
        for second in range(MINUTE):
            patch.setattr(clock, "_replacement", lambda second=second: began + timedelta(seconds=second))
            assert not sync_calendar(calendar, ReadingCause.DUE)
    return len(side.log("GET")) - before


@each(*REFUSALS)
def test_a_refusal_that_names_no_time_is_answered_by_waits_that_grow(
    outside: Outside, monkeypatch: pytest.MonkeyPatch, email: str, how: dict[str, Any]
) -> None:
    monkeypatch.setattr(note_calls, "random", random.Random(1))
    assert 2 <= tries_in_a_minute(outside, monkeypatch, email, how) <= MINUTE / 4


@each("google 403", "graph 429")
def test_control_who_does_not_slow_down_asks_every_second(
    outside: Outside, monkeypatch: pytest.MonkeyPatch, email: str, how: dict[str, Any]
) -> None:
    monkeypatch.setattr(note_calls, "_slow_down", lambda *refused: None)
    assert tries_in_a_minute(outside, monkeypatch, email, how) >= MINUTE


def rests(patch: pytest.MonkeyPatch, accounts: int, times: int = 1) -> list[float]:
    """The seconds for which each of so many accounts is left alone, all refused at one moment, `times` in a row."""
    now = clock.now()
    patch.setattr(clock, "_replacement", lambda: now)
    refusal = CalendarError("too fast", code="rate-limited", permanent=False)
    for _ in range(times):
        for key in range(accounts):
            note_calls.note_trouble(Provider.GOOGLE, key, "sync", refusal)
    db.session.rollback()
    gates = db.session.scalars(select(ProviderGate).where(ProviderGate.name.like("google/%")))
    return [(gate.shut_until - now).total_seconds() for gate in gates if gate.shut_until is not None]


def longest(least: float, most: float) -> float:
    """No chance: everybody waits as long as may be."""
    return most


def test_those_who_were_sent_away_together_do_not_come_back_together(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = rests(monkeypatch, accounts=30, times=9)
    assert len(set(found)) == 30 and all(1 <= seconds <= MINUTE for seconds in found)
    assert max(found) - min(found) > MINUTE / 4, "spread over the wait, and not about its end"


def test_control_without_chance_they_all_come_back_at_one_moment(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(note_calls.random, "uniform", longest)
    assert set(rests(monkeypatch, accounts=30)) == {2.0}


def test_the_longest_wait_doubles_until_it_is_a_minute(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(note_calls.random, "uniform", longest)
    waits = [rests(monkeypatch, accounts=1) for _ in range(8)]
    assert waits == [[2.0], [4.0], [8.0], [16.0], [32.0], [60.0], [60.0], [60.0]]
