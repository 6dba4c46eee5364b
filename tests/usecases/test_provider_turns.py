"""Turns at calendar services: urgent work first, trouble is given a rest, and one service never slows another."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from app import clock
from app.db import db, transaction
from app.models import AlertKind, Calendar, CalendarState, Connection, ConnectionState, Provider, ProviderGate
from app.models import ReadingCause as Cause
from app.store.alerts import list_open_alerts
from app.store.gates import Bucket
from app.usecases import note_calls, provider_turns
from app.usecases.check_calendars import defer_due_calendars
from app.usecases.connect_calendar import SignInFailed
from app.usecases.note_calls import NotNow
from app.usecases.provider_turns import Purpose, calling
from app.usecases.sync_calendar import sync_calendar
from calendars.providers.base import CalendarError
from tests.fixtures.outside import REMY, ROSA, Outside, calendars_of, fault, hurry_jobs, jobs

BOTH = pytest.mark.parametrize("reps", [(REMY, ROSA)], indirect=True)


def primary(email: str = REMY) -> Calendar:
    return next(calendar for calendar in calendars_of(email) if calendar.is_primary)


def account(email: str = REMY) -> int:
    return primary(email).connection_id


def silence(email: str = REMY, *, times: int = 1, purpose: Purpose = Purpose.SYNC, **how: Any) -> None:
    """So many calls in a row that the service does not answer."""
    how = {"code": "unavailable", "permanent": False} | how
    for _ in range(times):
        with pytest.raises(CalendarError), calling(account(email), purpose):
            raise CalendarError("trouble", **how)


def outage() -> None:
    """So many calls of different accounts that Google does not answer."""
    for _ in range(note_calls.SERVICE_OPENS_AFTER):
        silence()
        with transaction() as session:
            session.execute(text("DELETE FROM provider_gates WHERE name LIKE 'google/%'"))


def ask(email: str = REMY, purpose: Purpose = Purpose.SYNC, **how: Any) -> bool:
    """Whether a call is let through now."""
    try:
        with calling(account(email), purpose, **how):
            return True
    except NotNow:
        return False


def is_resting(email: str = REMY, purpose: Purpose = Purpose.SYNC) -> bool:
    """Whether a call would be sent away; asks nothing and claims nothing."""
    names = note_calls.gate_names(primary(email).connection.provider, account(email), purpose.value)
    db.session.rollback()
    rows = db.session.scalars(select(ProviderGate).where(ProviderGate.name.in_(names)))
    return any(row.shut_until is not None and row.shut_until > clock.now() for row in rows)


def kinds() -> set[AlertKind]:
    db.session.rollback()
    return {alert.kind for alert in list_open_alerts(db.session())}


@pytest.fixture
def both(outside: Outside) -> Outside:
    """Remy with Google and Rosa with Microsoft, connected and read."""
    outside.connect_and_read(REMY, ROSA)
    outside.work()
    return outside


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Moves the product's clock on."""

    def move(**by: float) -> None:
        then = clock.now() + timedelta(**by)
        monkeypatch.setattr(clock, "_replacement", lambda: then)

    return move


# Places: in one process


@BOTH
def test_a_service_that_hangs_takes_only_its_share_of_a_worker(both: Outside) -> None:
    with ExitStack() as hanging:
        for _ in range(provider_turns.READINGS_AT_A_TIME):
            hanging.enter_context(calling(account(), Purpose.SYNC))
        assert ask(ROSA), "the others go on"
        assert ask(REMY, Purpose.WRITE), "and so does writing"
        assert not sync_calendar(primary().public_id)
        assert primary().failures == 0 and primary().state is CalendarState.OK
        assert defer_due_calendars() >= 1, "put off, not forgotten"
        for _ in range(provider_turns.AT_A_TIME - provider_turns.READINGS_AT_A_TIME):
            hanging.enter_context(calling(account(), Purpose.WRITE))
        assert not ask(REMY, Purpose.WRITE) and ask(ROSA, Purpose.WRITE)
    assert sync_calendar(primary().public_id)


@BOTH
@pytest.mark.parametrize(("waits", "is_read"), [(5.0, True), (0.0, False)], ids=["it waits", "control: not"])
def test_a_reading_waits_a_moment_for_those_before_it(
    both: Outside, monkeypatch: pytest.MonkeyPatch, waits: float, is_read: bool
) -> None:
    monkeypatch.setattr(provider_turns, "READINGS_WAIT", waits)
    places = provider_turns.places(1)
    monkeypatch.setattr(provider_turns, "_reading_places", places)
    calendar = primary().public_id
    places[Provider.GOOGLE].acquire()
    ready = threading.Timer(0.2 if waits else 2.0, places[Provider.GOOGLE].release)
    ready.start()
    assert sync_calendar(calendar) is is_read
    ready.join()


# The bucket: between processes


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A bucket of ten pieces of work that does not fill up."""
    monkeypatch.setattr(provider_turns, "BUCKETS", {Provider.GOOGLE: Bucket(size=20.0, a_second=0.001)})
    with transaction() as session:
        session.execute(text("DELETE FROM provider_gates"))
    yield


@BOTH
def test_what_is_less_urgent_stops_while_more_urgent_work_has_what_it_needs(
    both: Outside, small: None
) -> None:
    done = {}
    for purpose in reversed(Purpose):
        done[purpose] = 0
        while ask(REMY, purpose):
            done[purpose] += 1
    assert list(done.items()) == [
        (Purpose.BACKFILL, 4),
        (Purpose.SYNC, 2),
        (Purpose.LIVE, 2),
        (Purpose.CANCEL, 1),
        (Purpose.WRITE, 1),
    ]
    assert ask(ROSA), "another service has a bucket of its own"


@BOTH
def test_control_without_reserves_readings_leave_nothing_to_bookings(
    both: Outside, small: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(provider_turns, "RESERVES", dict.fromkeys(Purpose, 0.0))
    while ask(REMY, Purpose.BACKFILL):
        pass
    assert not ask(REMY, Purpose.WRITE)


@BOTH
def test_a_bucket_fills_up_with_time_and_never_beyond_its_size(
    both: Outside, small: None, monkeypatch: pytest.MonkeyPatch, later: Any
) -> None:
    monkeypatch.setattr(provider_turns, "BUCKETS", {Provider.GOOGLE: Bucket(size=20.0, a_second=1.0)})
    later(seconds=0)
    while ask(REMY, Purpose.WRITE):
        pass
    later(seconds=2)
    assert ask(REMY, Purpose.WRITE) and not ask(REMY, Purpose.WRITE)
    later(days=1)
    assert sum(ask(REMY, Purpose.WRITE) for _ in range(20)) == 10


@BOTH
def test_readings_that_must_wait_are_put_off_and_a_booking_is_written_all_the_same(
    both: Outside, small: None
) -> None:
    while ask(REMY, Purpose.SYNC):
        pass
    reads = len(both.google.log("GET", "/events"))
    assert not sync_calendar(primary().public_id)
    assert len(both.google.log("GET", "/events")) == reads
    assert primary().state is CalendarState.OK


def test_one_bucket_serves_many_at_once_and_gives_no_token_twice(outside: Outside, small: None) -> None:
    outside.connect(REMY)
    key, passed = account(), []
    db.session.rollback()

    def run(app: Flask) -> None:
        with app.app_context():
            for _ in range(4):
                try:
                    provider_turns._pass_gates(Provider.GOOGLE, key, Purpose.WRITE, insist=False)
                    passed.append(1)
                except NotNow:
                    pass

    threads = [threading.Thread(target=run, args=(outside.app,)) for _ in range(5)]
    with transaction() as session:
        session.execute(text("DELETE FROM provider_gates"))
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(passed) == 10


# Asked to wait


@BOTH
def test_an_account_that_is_asked_to_wait_waits_so_long_and_others_do_not(both: Outside, later: Any) -> None:
    silence(code="rate-limited", retry_after=120.0)
    assert not ask(REMY, Purpose.WRITE) and ask(ROSA, Purpose.WRITE)
    assert kinds() == set()
    later(seconds=119)
    assert not ask()
    later(seconds=2)
    assert ask() and ask()


@BOTH
def test_when_the_project_is_too_fast_less_urgent_work_of_everybody_waits(both: Outside) -> None:
    silence(code="rate-limited", concerns_all=True)
    with transaction() as session:
        session.execute(text("UPDATE provider_gates SET shut_until = NULL, failures = 0"))
    assert not ask(REMY, Purpose.SYNC) and not ask(REMY, Purpose.LIVE)
    assert ask(ROSA, Purpose.SYNC)


# The circuit


@BOTH
def test_a_service_that_does_not_answer_is_left_alone_then_tried_by_one(both: Outside, later: Any) -> None:
    silence(times=2)
    assert not is_resting() and kinds() == set(), "a hiccup is no outage"
    outage()
    assert is_resting() and not is_resting(ROSA)
    assert AlertKind.OUTAGE in kinds()
    later(seconds=note_calls.SHORTEST + 1)
    with calling(account(), Purpose.SYNC):
        assert not ask(), "one tries, the others wait"
    assert not is_resting() and ask()
    assert AlertKind.OUTAGE not in kinds(), "it says by itself that it is over"


@BOTH
def test_an_account_that_does_not_answer_rests_alone(outside: Outside) -> None:
    outside.connect_and_read(REMY, ROSA)
    silence(times=note_calls.ACCOUNT_OPENS_AFTER)
    assert is_resting()
    gate = db.session.get(ProviderGate, "google")
    assert gate is not None and gate.shut_until is None
    assert kinds() == set(), "one mailbox is no outage"


@BOTH
def test_rests_grow_while_the_one_call_that_tries_fails_too(both: Outside, later: Any) -> None:
    rests = []
    silence(times=note_calls.ACCOUNT_OPENS_AFTER)
    for _ in range(7):
        gate = db.session.scalars(
            select(ProviderGate).where(ProviderGate.name == f"google/{account()}")
        ).one()
        assert gate.shut_until is not None
        rests.append((gate.shut_until - clock.now()).total_seconds())
        hurry_jobs()
        silence()
    assert rests[0] <= note_calls.SHORTEST and max(rests) > 60 and max(rests) <= note_calls.LONGEST


@BOTH
def test_somebody_who_reads_a_calendar_now_is_let_through_and_may_end_the_rest(both: Outside) -> None:
    outage()
    assert not sync_calendar(primary().public_id, Cause.DUE)
    assert sync_calendar(primary().public_id, Cause.ASKED)
    assert not is_resting()


@BOTH
def test_while_a_service_rests_its_mirror_serves_as_in_any_outage(both: Outside, later: Any) -> None:
    outage()
    assert not sync_calendar(primary().public_id, Cause.DUE)
    assert (primary().state, primary().failures) == (CalendarState.FAILING, 0)
    later(minutes=20)  # beyond three times the poll interval
    assert primary().state is CalendarState.FAILING
    assert both.ask("one@globex.test")[1], "offered from the last good reading"


@BOTH
def test_writing_goes_on_in_order_when_the_service_is_back_and_no_attempt_is_lost(both: Outside) -> None:
    with fault(both.google, "status", "/calendar/v3/calendars/*", status=503):
        bookings = []
        for number in range(3):
            request, starts = both.ask(f"p{number}@globex.test", rep=REMY)
            bookings.append(both.book_request(request, starts[2 + 3 * number]))
        for _ in range(3):
            both.work(hurry=True)
        outage()
        tried = [job["attempts"] for job in jobs("todo") if job["task_name"] == "write_event"]
        with transaction() as session:
            session.execute(text("UPDATE procrastinate_jobs SET scheduled_at = NULL WHERE status = 'todo'"))
        both.work(rounds=1)
        again = [job["attempts"] for job in jobs("todo") if job["task_name"] == "write_event"]
        assert tried == again, "sent away untried"
    hurry_jobs()
    assert sync_calendar(primary().public_id)
    waiting = [job for job in jobs("todo") if job["task_name"] == "write_event"]
    assert all(job["scheduled_at"] is None for job in waiting), "as soon as it answers"
    both.work()
    assert len(both.google_events()) + len(both.microsoft_events()) == 3


# Quota and misconfiguration


def test_a_quota_that_is_used_up_rests_that_kind_of_call_for_hours_and_disconnects_nobody(
    outside: Outside, later: Any
) -> None:
    outside.connect_and_read(REMY)
    path = "/calendar/v3/calendars/*/events"
    with fault(outside.google, "status", path, method="POST", status=403, reason="quotaExceeded"):
        outside.book()
        outside.work()
    assert kinds() == {AlertKind.QUOTA}
    assert states() == [ConnectionState.ACTIVE]
    later(hours=3)
    assert not ask(REMY, Purpose.WRITE) and ask(REMY, Purpose.SYNC)
    later(hours=1, minutes=1)
    assert ask(REMY, Purpose.WRITE)
    assert kinds() == set()
    assert not [mail for mail in outside.mail.to(REMY) if "again" in str(mail["Subject"])]
    outside.settle()
    assert len(outside.google_events()) == 1, "what waited is written"


def states() -> list[ConnectionState]:
    db.session.rollback()
    return list(db.session.scalars(select(Connection.state)))


@BOTH
@pytest.mark.parametrize(
    "refusal",
    [
        {"status": 401, "reason": "invalid_client"},
        {"status": 401, "reason": "deleted_client"},
    ],
)
def test_a_registration_that_is_refused_is_an_alert_and_disconnects_nobody(
    both: Outside, refusal: dict[str, Any]
) -> None:
    both.google.ctl("expire-access-tokens")
    with fault(both.google, "status", "/token", **refusal):
        assert not sync_calendar(primary().public_id)
    both.work()
    assert states() == [ConnectionState.ACTIVE] * 2
    assert AlertKind.MISCONFIGURED in kinds()
    assert not [mail for mail in both.mail.to(REMY) if "again" in str(mail["Subject"])]
    hurry_jobs()
    assert sync_calendar(primary().public_id)
    assert AlertKind.MISCONFIGURED not in kinds()


@BOTH
def test_control_a_grant_that_is_dead_does_disconnect_and_mails(both: Outside) -> None:
    both.google.ctl("revoke", email=REMY)
    assert not sync_calendar(primary().public_id)
    both.work()
    assert ConnectionState.NEEDS_RECONNECT in states()
    assert [mail for mail in both.mail.to(REMY) if "again" in str(mail["Subject"])]
    assert AlertKind.MISCONFIGURED not in kinds()


@BOTH
def test_an_api_that_is_not_switched_on_is_an_alert_and_disconnects_nobody(both: Outside) -> None:
    with fault(both.google, "status", "/calendar/v3/*", status=403, reason="accessNotConfigured"):
        assert not sync_calendar(primary().public_id)
        booking = both.book(answers={})
        both.work()
    assert states() == [ConnectionState.ACTIVE] * 2 and AlertKind.MISCONFIGURED in kinds()
    hurry_jobs()
    assert sync_calendar(primary().public_id)
    assert AlertKind.MISCONFIGURED not in kinds()
    both.settle()
    assert len(both.google_events()) + len(both.microsoft_events()) == 1 and booking.id


def test_a_registration_that_is_refused_when_somebody_connects_is_an_alert_and_stops_nobody_else(
    outside: Outside,
) -> None:
    with (
        fault(outside.google, "status", "/token", status=401, reason="invalid_client"),
        pytest.raises(SignInFailed),
    ):
        outside.connect(REMY)
    assert kinds() == {AlertKind.MISCONFIGURED}
    outside.connect(REMY)
    assert kinds() == set()
    assert sync_calendar(primary().public_id)
