"""Services that fail while meetings are written: everything arrives once, in order, and nobody waits for others."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.db import db
from app.jobs import retry
from app.models import Booking, BookingState, Connection, ConnectionState, EventState, ProviderEvent
from app.usecases import announce, follow_event, provider_turns, write_event
from app.usecases import reconcile as reconciling
from app.usecases.cancel_meeting import cancel_meeting
from app.usecases.reconcile import Kind, reconcile
from app.usecases.reschedule_meeting import reschedule_meeting
from app.usecases.sync_calendar import sync_calendar
from calendars.providers import google_writing
from tests.faults.living import calm_down
from tests.fixtures.outside import (
    PRIYA,
    REMY,
    ROSA,
    Outside,
    booking_of,
    calendars_of,
    fault,
    hurry_jobs,
    jobs,
    rep_of,
)

BOTH = pytest.mark.parametrize("reps", [(REMY, ROSA)], indirect=True)
ROSA_ALONE = pytest.mark.parametrize("reps", [(ROSA,)], indirect=True)


def starts(outside: Outside) -> list[datetime]:
    """When the entries in Remy's calendar begin."""
    return sorted(datetime.fromisoformat(each["start"]["dateTime"]) for each in outside.google_events())


def two_bookings(outside: Outside) -> None:
    """One for each of two reps, while Google asks to be left alone for two minutes."""
    outside.connect_and_read(REMY, ROSA)
    made = {outside.book().rep_id, outside.book("ada@globex.test").rep_id}
    assert made == {rep_of(REMY).id, rep_of(ROSA).id}
    with fault(outside.google, "status", "/calendar/v3/*", status=429, retry_after=120):
        outside.work()


def next_try() -> timedelta:
    [job] = [job for job in jobs("todo") if job["task_name"] == "write_event"]
    again: datetime = job["scheduled_at"]
    return again - datetime.now(UTC)


@BOTH
def test_a_service_that_asks_to_wait_is_waited_for_and_holds_up_nobody_else(outside: Outside) -> None:
    two_bookings(outside)
    assert (len(outside.google_events()), len(outside.microsoft_events())) == (0, 1)
    assert next_try() > timedelta(seconds=110)
    calm_down()
    outside.settle()
    assert (len(outside.google_events()), len(outside.microsoft_events())) == (1, 1)


@BOTH
def test_control_who_does_not_listen_comes_back_at_once(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retry, "CalendarError", type("Nothing", (Exception,), {}))
    monkeypatch.setattr(provider_turns, "_pass_gates", lambda *call, **how: None)
    two_bookings(outside)
    assert next_try() < timedelta(seconds=60)


def through_an_outage(outside: Outside) -> tuple[Booking, Booking]:
    """While Google is down one meeting is booked and moved, one booked and cancelled, one booked; then it is back."""
    outside.connect_and_read(REMY)
    with fault(outside.google, "status", "/calendar/v3/*", status=503):
        moved = outside.book()
        outside.work()
        reschedule_meeting(moved.public_id, moved.starts_at + timedelta(hours=3), by="prospect")
        cancelled = outside.book("ada@globex.test")
        outside.work()
        cancel_meeting(cancelled.public_id, by="prospect")
        last = outside.book("bob@globex.test")
        outside.work()
        assert outside.google_events() == []
    calm_down()
    outside.settle()
    return booking_of(moved.public_id), last


def test_after_an_outage_everything_is_written_in_order_as_it_now_is(outside: Outside) -> None:
    moved, last = through_an_outage(outside)
    assert starts(outside) == sorted([moved.starts_at, last.starts_at])
    assert jobs("failed") == []


def test_control_jobs_that_carry_what_to_write_would_write_what_was_overtaken(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    first: dict[str, Any] = {}
    draft = write_event.event_draft

    def carried(booking: Booking, **how: Any) -> Any:
        return first.setdefault(booking.public_id, draft(booking, **how))

    monkeypatch.setattr(write_event, "event_draft", carried)
    moved, last = through_an_outage(outside)
    assert starts(outside) != sorted([moved.starts_at, last.starts_at])


def test_control_with_ids_that_google_chooses_a_lost_answer_makes_a_twin(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    new_event = google_writing.new_event
    monkeypatch.setattr(google_writing, "new_event", lambda draft: new_event(draft) | {"id": None})
    outside.connect_and_read(REMY)
    outside.book()
    with fault(outside.google, "reset-after", "/calendar/v3/*", method="POST", times=1):
        for _ in range(4):
            hurry_jobs()
            outside.work(1)
    assert len(outside.google_events()) > 1


def planted_twin(outside: Outside) -> str:
    """A second entry with our marks, made by nobody knows whom; the id of the one that is ours."""
    outside.connect_and_read(REMY)
    outside.book()
    outside.settle()
    [ours] = outside.google_events()
    copied = ("start", "end", "summary", "extendedProperties")
    outside.google.create(**{name: ours[name] for name in copied})
    assert sync_calendar(next(each for each in calendars_of(REMY) if each.is_primary).public_id)
    return str(ours["id"])


def test_a_second_entry_for_one_meeting_is_said_and_the_one_we_wrote_stays(outside: Outside) -> None:
    ours = planted_twin(outside)
    found = reconcile(repair=True)
    assert [each.kind for each in found.differences] == [Kind.TWIN]
    assert ours in {each["id"] for each in outside.google_events()}


def test_control_who_counts_meetings_and_not_entries_sees_no_twin(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted_twin(outside)
    marks = reconciling.list_marks
    monkeypatch.setattr(
        reconciling,
        "list_marks",
        lambda *asked: list({each.booking: each for each in marks(*asked)}.values()),
    )
    assert reconcile(repair=True).differences == []


def test_control_a_dead_grant_that_is_not_noted_is_told_to_nobody(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside.connect_and_read(REMY)
    for name in ("open_calendar", "provider_turns"):
        monkeypatch.setattr(f"app.usecases.{name}.note_failure", lambda *rest: None)
    outside.book()
    outside.google.ctl("revoke", email=REMY)
    outside.work()
    assert db.session.scalars(select(Connection)).one().state is ConnectionState.ACTIVE
    assert not any("again" in str(mail["Subject"]) for mail in outside.mail.to(REMY))


@ROSA_ALONE
def test_a_video_link_that_never_comes_delays_the_mail_by_seconds_and_is_seen(outside: Outside) -> None:
    booking, mail = without_link(outside)
    assert mail["scheduled_at"] < datetime.now(UTC) + timedelta(seconds=25)
    for _ in range(10):
        hurry_jobs()
        outside.work(1)
    booking = booking_of(booking.public_id)
    assert (booking.state, booking.join_url) == (BookingState.CONFIRMED, None)
    assert db.session.scalars(select(ProviderEvent)).one().state is EventState.WRITTEN
    assert any("booked" in str(mail["Subject"]) for mail in outside.mail.to(PRIYA))
    assert [job["task_name"] for job in jobs("failed")] == ["fetch_join_link"]


@ROSA_ALONE
def test_control_without_the_grace_the_mail_would_wait_for_the_link(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(announce, "MAIL_GRACE", timedelta(days=1))
    _, mail = without_link(outside)
    assert mail["scheduled_at"] > datetime.now(UTC) + timedelta(hours=1)


def without_link(outside: Outside) -> tuple[Booking, dict[str, Any]]:
    """A meeting whose video link is never made, and the job of its mail."""
    outside.microsoft.ctl("switch", teams_reads=1000)
    outside.connect_and_read(ROSA)
    booking = outside.book()
    outside.work()
    [mail] = [job for job in jobs("todo") if job["task_name"] == "notify_booking"]
    return booking, mail


def moved_once(outside: Outside) -> Callable[[], int]:
    """A meeting that its rep moved once in the calendar; a function that reads twice more and returns how often the
    meeting has moved since."""
    outside.connect_and_read(REMY)
    booking = outside.book()
    outside.settle()
    [event] = outside.google_events()
    start = booking.starts_at + timedelta(hours=2)
    edges = {"start": start, "end": start + timedelta(minutes=30)}
    outside.google.change(event["id"], **{name: {"dateTime": at.isoformat()} for name, at in edges.items()})
    calendar = next(each for each in calendars_of(REMY) if each.is_primary).public_id

    def read() -> int:
        before = booking_of(booking.public_id).sequence
        for _ in range(2):
            sync_calendar(calendar)
            outside.settle()
        return booking_of(booking.public_id).sequence - before

    assert read() >= 1
    return read


def test_control_who_follows_without_comparing_moves_the_meeting_at_every_reading(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    again = moved_once(outside)
    assert again() == 0
    monkeypatch.setattr(follow_event, "_deviation", lambda *seen: follow_event.Deviation.MOVED)
    monkeypatch.setattr(
        "app.usecases.sync_calendar.list_changed_events",
        lambda session, *rest: list(session.scalars(select(Booking.public_id))),
    )
    [calendar] = [each for each in calendars_of(REMY) if each.is_primary]
    calendar.token = None
    db.session.commit()
    assert again() > 0
