"""One of a rep's calendars cannot be answered for, inside an answer that is fine otherwise: unknown, never free."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.db import db
from app.models import AssignmentRecord, Calendar, Reservation
from app.usecases.connect_calendar import choose_calendars
from app.usecases.hold_slot import hold_slot
from app.usecases.live_check import check_live
from app.usecases.sync_calendar import sync_calendar
from calendars.providers.base import LiveCheck
from calendars.providers.google import GoogleCalendar
from calendars.providers.microsoft import GraphCalendar
from tests.demo.google.running import TEAM
from tests.faults.test_full_equals_incremental import swallow_trouble
from tests.fixtures.outside import REMY, ROSA, Outside, calendars_of, rep_of

BOTH = pytest.mark.parametrize(("reps", "email"), [((REMY,), REMY), ((ROSA,), ROSA)], indirect=["reps"])
SECOND = {REMY: TEAM, ROSA: "CAL-Rosa-2"}


def check_two(outside: Outside, email: str) -> Calendar:
    """The rep's own calendar and another one close their time now, of which the own one was read; the other one."""
    outside.connect_and_read(email)
    found = {each.remote_id: each for each in calendars_of(email)}
    own = next(each for each in found.values() if each.is_primary)
    second = found[SECOND[email]]
    choose_calendars(rep_of(email).id, {own.public_id, second.public_id}, own.public_id)
    return second


def break_second(outside: Outside, email: str) -> None:
    """From now on the service cannot answer for the other calendar."""
    if email == REMY:
        outside.google.ctl("calendar", calendar=TEAM, is_broken=True)
    else:
        path = f"*/{SECOND[ROSA]}/calendarView*"
        outside.microsoft.ctl("fail", kind="status", path=path, status=403, times=99)


def fill_second(outside: Outside, email: str, start: datetime) -> None:
    """Something new in the other calendar, which no reading of ours has seen."""
    edges = {"start": start, "end": start + timedelta(minutes=30)}
    if email == REMY:
        fields: dict[str, Any] = {name: {"dateTime": at.isoformat()} for name, at in edges.items()}
        outside.google.ctl("mutate-event", op="create", calendar=TEAM, fields=fields)
        return
    outside.microsoft.create({name: in_utc(at) for name, at in edges.items()}, calendar=SECOND[ROSA])


def in_utc(at: datetime) -> dict[str, str]:
    """An edge of an event, as Graph takes it."""
    return {"dateTime": f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"}


def asked_about_a_taken_time(outside: Outside, email: str, meanwhile: Callable[[], None]) -> tuple[str, str]:
    """What is noted of a time that is held, and taken in the other calendar a moment before the service is asked:
    the answer, and who decided at booking."""
    assert sync_calendar(check_two(outside, email).public_id)
    request, starts = outside.ask()
    start = datetime.fromisoformat(starts[4])
    hold_slot(request, start)
    db.session.rollback()
    held = db.session.scalars(select(Reservation)).one().id
    fill_second(outside, email, start)
    meanwhile()
    answer = check_live(held)
    if answer != "busy":
        outside.book_request(request, starts[4])
    record = db.session.scalars(select(AssignmentRecord).order_by(AssignmentRecord.id.desc())).first()
    return answer, "" if record is None or record.live_check is None else str(record.live_check["source"])


@BOTH
def test_a_calendar_that_the_service_cannot_answer_for_leaves_the_answer_unknown(
    outside: Outside, email: str
) -> None:
    found = asked_about_a_taken_time(outside, email, lambda: break_second(outside, email))
    assert found == ("unknown", "mirror"), "nobody claims that the service said it is free"


@BOTH
def test_control_while_it_can_answer_the_same_time_is_busy(outside: Outside, email: str) -> None:
    assert asked_about_a_taken_time(outside, email, lambda: None)[0] == "busy"


@BOTH
def test_control_a_reader_that_takes_unknown_for_free_says_so_of_a_time_that_is_taken(
    outside: Outside, monkeypatch: pytest.MonkeyPatch, email: str
) -> None:
    for provider in (GoogleCalendar, GraphCalendar):
        ask: Any = provider.check_busy

        def careless(*asked: Any, ask: Any = ask) -> LiveCheck:
            return replace(ask(*asked), unknown=())

        monkeypatch.setattr(provider, "check_busy", careless)
    found = asked_about_a_taken_time(outside, email, lambda: break_second(outside, email))
    assert found == ("free", "live")


def offered_with_one_unread(outside: Outside, email: str) -> bool:
    """Whether somebody is offered whose second calendar, which closes their time, cannot be read."""
    second = check_two(outside, email)
    break_second(outside, email)
    sync_calendar(second.public_id)
    return bool(outside.ask()[1])


@BOTH
def test_a_rep_of_whose_calendars_one_cannot_be_read_is_offered_to_nobody(
    outside: Outside, email: str
) -> None:
    assert not offered_with_one_unread(outside, email)


@BOTH
def test_control_a_reader_that_takes_trouble_for_an_empty_calendar_offers_them(
    outside: Outside, monkeypatch: pytest.MonkeyPatch, email: str
) -> None:
    swallow_trouble(monkeypatch)
    assert offered_with_one_unread(outside, email)
