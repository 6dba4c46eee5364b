"""The mirror of a rep's busy time: what changed comes in, what cannot be known is never free, trouble is visible."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app import clock
from app.db import db
from app.errors import NotFound
from app.models import (
    Activity,
    BusyBlock,
    Calendar,
    CalendarReading,
    CalendarState,
    Connection,
    ConnectionState,
    ReadingCause,
)
from app.usecases import provider_turns
from app.usecases import sync_calendar as module
from app.usecases.check_calendars import defer_due_calendars, read_now
from app.usecases.open_calendar import open_calendar
from app.usecases.sync_calendar import sync_calendar
from calendars.zones import day_span
from tests.fixtures.outside import REMY, ROSA, Outside, calendars_of, fault, hurry_jobs, jobs, rep_of

BOTH = pytest.mark.parametrize("reps", [(REMY, ROSA)], indirect=True)
TOMORROW = datetime.now(UTC).replace(hour=9, minute=0, second=0, microsecond=0) + timedelta(days=1)


def primary(email: str = REMY) -> Calendar:
    return next(calendar for calendar in calendars_of(email) if calendar.is_primary)


def times(start: datetime, minutes: int = 60) -> dict[str, Any]:
    end = start + timedelta(minutes=minutes)
    return {"start": {"dateTime": start.isoformat()}, "end": {"dateTime": end.isoformat()}}


def outlook(start: datetime, minutes: int = 60) -> dict[str, Any]:
    edges = (start, start + timedelta(minutes=minutes))
    first, last = ({"dateTime": f"{edge:%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"} for edge in edges)
    return {"subject": "Private matter", "start": first, "end": last}


def busy() -> list[datetime]:
    db.session.rollback()
    return list(db.session.scalars(select(BusyBlock.starts_at).order_by(BusyBlock.starts_at)))


def offered(outside: Outside, email: str) -> set[datetime]:
    return {datetime.fromisoformat(start) for start in outside.ask(email)[1]}


@BOTH
@pytest.mark.parametrize("email", [REMY, ROSA])
def test_changes_at_the_provider_reach_the_times_on_offer(outside: Outside, email: str) -> None:
    side: Any = outside.google if email == REMY else outside.microsoft
    body = {"summary": "Private matter", **times(TOMORROW)} if email == REMY else outlook(TOMORROW)
    moved = times(TOMORROW + timedelta(hours=2)) if email == REMY else outlook(TOMORROW + timedelta(hours=2))
    event = side.create(**body) if email == REMY else side.create(body)
    outside.connect_and_read(email)
    assert busy() == [TOMORROW]
    assert TOMORROW not in offered(outside, "one@globex.test")
    side.change(event, **moved) if email == REMY else side.change(event, moved)
    assert sync_calendar(primary(email).public_id)
    assert busy() == [TOMORROW + timedelta(hours=2)]
    assert TOMORROW in offered(outside, "two@globex.test")
    side.delete(event)
    assert sync_calendar(primary(email).public_id)
    assert busy() == []


def test_the_mirror_holds_no_title(outside: Outside) -> None:
    outside.google.create(summary="Private matter", **times(TOMORROW))
    outside.connect_and_read(REMY)
    block = db.session.scalars(select(BusyBlock)).one()
    row = {column.name: getattr(block, column.name) for column in BusyBlock.__table__.columns}
    assert "Private" not in repr(row)


@BOTH
@pytest.mark.parametrize("email", [REMY, ROSA])
def test_an_expired_continuation_is_answered_by_reading_everything(outside: Outside, email: str) -> None:
    side: Any = outside.google if email == REMY else outside.microsoft
    gone = side.create(**times(TOMORROW)) if email == REMY else side.create(outlook(TOMORROW))
    outside.connect_and_read(email)
    side.delete(gone)
    later = TOMORROW + timedelta(hours=3)
    side.create(**times(later)) if email == REMY else side.create(outlook(later))
    side.ctl("expire-sync-tokens")
    assert sync_calendar(primary(email).public_id)
    assert busy() == [later], "what vanished meanwhile has gone, what came is there"


def test_a_page_that_fails_leaves_the_last_good_mirror_and_its_token(outside: Outside) -> None:
    outside.google.create(**times(TOMORROW))
    outside.connect_and_read(REMY)
    token = primary().token
    for hour in (2, 3, 4):
        outside.google.create(**times(TOMORROW + timedelta(hours=hour)))
    outside.google.ctl("pages", sizes=[1, 1, 1])
    with fault(outside.google, "status", "/calendar/v3/calendars/*/events", status=500, skip=1):
        assert not sync_calendar(primary().public_id)
    assert primary().token == token and busy() == [TOMORROW]
    assert primary().state is CalendarState.FAILING
    assert sync_calendar(primary().public_id)
    assert len(busy()) == 4 and primary().state is CalendarState.OK


def test_rows_and_token_are_kept_together_or_not_at_all(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside.connect_and_read(REMY)
    before = primary().token
    outside.google.create(**times(TOMORROW))

    def break_off(*rest: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(module, "touch_reps", break_off)
        with pytest.raises(KeyboardInterrupt):
            sync_calendar(primary().public_id)
    assert primary().token == before and busy() == []
    assert sync_calendar(primary().public_id)
    assert busy() == [TOMORROW], "the change was not lost with the token"


def test_of_two_readings_at_once_the_later_one_gives_way(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside.connect_and_read(REMY)
    outside.google.create(**times(TOMORROW))
    calendar = primary().public_id
    inner: list[bool] = []

    def overtaken(connection_id: int) -> Any:
        provider = open_calendar(connection_id)
        if not inner:
            inner.append(False)
            inner[0] = sync_calendar(calendar)
        return provider

    monkeypatch.setattr(provider_turns, "open_calendar", overtaken)
    assert not sync_calendar(calendar)
    assert inner == [True] and busy() == [TOMORROW]


def test_while_the_provider_is_down_the_last_mirror_serves_and_the_next_look_is_later(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside.connect_and_read(REMY)
    with fault(outside.google, "status", "/calendar/v3/*", status=503):
        assert not sync_calendar(primary().public_id)
        row = primary()
        assert row.state is CalendarState.FAILING and row.error and row.failures == 1
        assert row.next_sync_at is not None and row.next_sync_at > clock.now() + timedelta(minutes=5)
        assert offered(outside, "one@globex.test"), "the mirror serves, up to its age"
        now = datetime.now(UTC)
        monkeypatch.setattr(clock, "_replacement", lambda: now + timedelta(hours=6, minutes=1))
        assert not offered(outside, "two@globex.test"), "six hours later nobody knows"


def test_what_a_provider_asks_to_wait_is_waited(outside: Outside) -> None:
    outside.connect_and_read(REMY)
    with fault(outside.google, "status", "/calendar/v3/*", status=429, retry_after=3000):
        assert not sync_calendar(primary().public_id)
    waited = primary().next_sync_at
    assert waited is not None and waited >= clock.now() + timedelta(seconds=2990)


@BOTH
@pytest.mark.parametrize("email", [REMY, ROSA])
def test_a_revoked_grant_closes_the_rep_at_once_and_is_mailed_to_them_once(
    outside: Outside, email: str
) -> None:
    side: Any = outside.google if email == REMY else outside.microsoft
    outside.connect_and_read(email)
    assert offered(outside, "one@globex.test")
    side.ctl("revoke", email=email)
    assert not sync_calendar(primary(email).public_id)
    assert not sync_calendar(primary(email).public_id)
    connection = db.session.scalars(select(Connection)).one()
    assert connection.state is ConnectionState.NEEDS_RECONNECT
    assert not offered(outside, "two@globex.test")
    outside.work()
    assert [str(mail["Subject"]) for mail in outside.mail.to(email)] == [
        f"Connect your {connection.provider.value.title()} calendar again"
    ]
    outside.connect(email)
    outside.work()
    assert offered(outside, "three@globex.test"), "connected again, offered again"


def test_a_calendar_that_is_gone_closes_the_rep_and_opens_again_when_it_is_back(outside: Outside) -> None:
    outside.connect_and_read(REMY)
    with fault(outside.google, "status", "/calendar/v3/*", status=404, reason="notFound"):
        assert not sync_calendar(primary().public_id)
    assert primary().state is CalendarState.GONE and not offered(outside, "one@globex.test")
    assert sync_calendar(primary().public_id)
    assert primary().state is CalendarState.OK and offered(outside, "two@globex.test")


def test_trouble_is_noted_once_and_not_at_every_try(outside: Outside) -> None:
    outside.connect_and_read(REMY)
    with fault(outside.google, "status", "/calendar/v3/*", status=503):
        for _ in range(3):
            sync_calendar(primary().public_id)
    kinds = db.session.scalars(select(Activity.kind).where(Activity.rep_id == rep_of(REMY).id)).all()
    assert kinds.count("calendar.failing") == 1


def test_a_calendar_is_read_when_it_is_due_and_only_one_reading_waits(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside.connect_and_read(REMY)
    outside.work()
    assert defer_due_calendars() == 0
    now = datetime.now(UTC)
    monkeypatch.setattr(clock, "_replacement", lambda: now + timedelta(minutes=6))
    assert defer_due_calendars() == 1
    assert defer_due_calendars() == 0
    assert [job["task_name"] for job in jobs("todo")] == ["sync_calendar"]
    hurry_jobs()


def test_a_calendar_without_a_zone_places_whole_days_on_the_reps_own_clock(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = TOMORROW.date()
    outside.google.create(start={"date": day.isoformat()}, end={"date": (day + timedelta(1)).isoformat()})
    outside.connect_and_read(REMY)
    block = db.session.scalars(select(BusyBlock)).one()
    berlin = day_span("Europe/Berlin", day, day + timedelta(1))
    assert (block.starts_at.timestamp() / 60, block.ends_at.timestamp() / 60) == tuple(berlin)
    assert block.first_date == day


def readings() -> list[CalendarReading]:
    db.session.rollback()
    return list(db.session.scalars(select(CalendarReading).order_by(CalendarReading.id)))


def test_a_reading_that_brought_something_or_failed_is_kept_and_others_are_not(outside: Outside) -> None:
    outside.google.create(summary="Private matter", **times(TOMORROW))
    outside.connect_and_read(REMY)
    assert [(each.was_full, each.changed, each.error) for each in readings()] == [(True, 1, None)]
    assert sync_calendar(primary().public_id)  # nothing changed
    assert len(readings()) == 1
    with fault(outside.google, "status", status=503):
        assert not sync_calendar(primary().public_id, ReadingCause.TOLD)
    assert (readings()[-1].cause, bool(readings()[-1].error)) == (ReadingCause.TOLD, True)


def test_a_rep_can_have_their_own_calendar_read_at_once_and_nobody_else_s(outside: Outside) -> None:
    outside.connect_and_read(REMY)
    outside.work()
    read_now(primary().public_id, rep_of(REMY).id)
    assert [job["args"]["cause"] for job in jobs("todo") if job["task_name"] == "sync_calendar"] == ["asked"]
    with pytest.raises(NotFound):
        read_now(primary().public_id, rep_of(REMY).id + 1)
