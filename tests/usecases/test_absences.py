"""Somebody who is out is not offered, however they said so: out of office, an all-day event, a public holiday.

Out-of-office entries and all-day events travel the way they really do: from the calendar service into the mirror.
"""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from app import clock
from app.db import db
from app.models import AssignmentRecord, Booking, Rep
from calendars.zones import local_day, to_minutes
from tests.fixtures.company import ZONE, company_document
from tests.fixtures.outside import REMY, ROBIN, ROSA, Outside
from tests.usecases.test_pool_rules import ask, book, company, starts

DAY = local_day(ZONE, to_minutes(datetime.now(UTC))) + timedelta(days=2)


def whole_day(email: str) -> dict[str, Any]:
    """An event of a whole day as the rep's calendar service has it; out of office where it can say so."""
    start, end = DAY.isoformat(), (DAY + timedelta(days=1)).isoformat()
    if email == REMY:
        return {"summary": "Out", "start": {"date": start}, "end": {"date": end}}
    edges = {
        name: {"dateTime": f"{day}T00:00:00", "timeZone": ZONE}
        for name, day in (("start", start), ("end", end))
    }
    return {"subject": "Out", "isAllDay": True, "showAs": "oof", **edges}


def out_of_office_hours() -> dict[str, Any]:
    """Google's own kind of entry, over the working day."""
    edges = {
        name: {"dateTime": f"{DAY}T{hour}:00:00", "timeZone": ZONE}
        for name, hour in (("start", "07"), ("end", "19"))
    }
    return {"summary": "Out of office", "eventType": "outOfOffice", **edges}


def who_gets(outside: Outside, number: int) -> tuple[str, set[str]]:
    """Who is given ten o'clock of that day, and the codes of those who were not."""
    request, times = outside.ask(f"priya{number}@globex{number}.test")
    booked: Booking = outside.book_request(request, next(t for t in times if t.startswith(f"{DAY}T10:00")))
    trace = db.session.get_one(AssignmentRecord, booked.assignment_id).trace
    return db.session.get_one(Rep, booked.rep_id).email, {row["code"] for row in trace["refused"]}


@pytest.mark.parametrize(
    ("reps", "email", "event"),
    [
        ((REMY, ROBIN), REMY, whole_day(REMY)),
        ((REMY, ROBIN), REMY, out_of_office_hours()),
        ((ROSA, ROBIN), ROSA, whole_day(ROSA)),
    ],
    ids=["Google, all day", "Google, out of office", "Microsoft, all day out of office"],
    indirect=["reps"],
)
def test_a_rep_who_is_out_by_their_calendar_is_not_given_that_day(
    outside: Outside, email: str, event: dict[str, Any]
) -> None:
    outside.google.create(**event) if email == REMY else outside.microsoft.create(event)
    outside.connect_and_read(email)
    assert who_gets(outside, 1) == (ROBIN, {"busy"})


@pytest.mark.parametrize("reps", [(REMY,)], indirect=True)
def test_a_pool_whose_only_rep_is_out_offers_nothing_of_that_day(outside: Outside) -> None:
    outside.google.create(**whole_day(REMY))
    outside.connect_and_read(REMY)
    _, times = outside.ask()
    days = {time[:10] for time in times}
    assert str(DAY) not in days and str(DAY + timedelta(days=1)) in days


@pytest.mark.parametrize("reps", [(REMY,)], indirect=True)
def test_control_a_whole_day_that_is_marked_free_closes_nothing(outside: Outside) -> None:
    outside.google.create(**whole_day(REMY), transparency="transparent")
    outside.connect_and_read(REMY)
    assert str(DAY) in {time[:10] for time in outside.ask()[1]}


@pytest.fixture
def days_before_christmas() -> Any:
    clock.replace(lambda: datetime(2026, 12, 23, 9, 0, tzinfo=UTC))
    yield
    clock.replace(None)


@pytest.mark.usefixtures("days_before_christmas")
def test_a_public_holiday_of_the_reps_schedule_is_a_day_off(fresh_database: str) -> None:
    document = company_document(reps=2)
    document["schedules"].append({**document["schedules"][0], "name": "berlin", "holidays": "DE-BE"})
    document["reps"][0]["schedule"] = "berlin"
    with company(fresh_database, document):
        made = ask("priya@globex.test")
        christmas = [start for start in starts(made) if start.startswith(str(date(2026, 12, 25)))]
        booked = book(made, christmas[0])
        trace = db.session.get_one(AssignmentRecord, booked.assignment_id).trace
        assert db.session.get_one(Rep, booked.rep_id).email == "rep2@acme.test"
        assert [row["code"] for row in trace["refused"]] == ["holiday"]
