"""A plan names the future meetings that a change leaves standing under other rules."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from app import clock
from app.actor import SYSTEM
from app.db import db
from app.errors import Invalid
from app.ids import new_id
from app.models import (
    AssignmentRecord,
    Booking,
    BookingState,
    Form,
    Lead,
    MeetingType,
    Rep,
    Request,
    RequestState,
    RouteRecord,
)
from app.usecases.change_configuration import apply_document
from app.usecases.export_configuration import export_item
from app.usecases.plan_configuration import plan_configuration
from tests.configuration.sample import sample_document

pytest_plugins = ["tests.fixtures.configuration"]

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)


@pytest.fixture
def bookings(configured_app: Flask) -> Iterator[list[str]]:
    """Rosa meets Priya on 8 and 15 December at 10:00 in Madrid; one meeting is past, one was called off."""
    clock.replace(lambda: NOW)
    apply_document(sample_document(), SYSTEM)
    yield [
        _book(NOW + timedelta(days=7), BookingState.CONFIRMED),
        _book(NOW + timedelta(days=14), BookingState.CONFIRMED),
        _book(NOW - timedelta(days=7), BookingState.CONFIRMED),
        _book(NOW + timedelta(days=8), BookingState.CANCELLED),
    ][:2]
    clock.replace(None)


def _add(row: Any) -> Any:
    db.session.add(row)
    db.session.flush()
    return row


def _book(start: datetime, state: BookingState) -> str:
    rep = db.session.query(Rep).filter_by(email="rosa@acme.test").one()
    form = db.session.query(Form).one()
    kind = db.session.query(MeetingType).filter_by(slug="demo").one()
    lead = _add(Lead(public_id=new_id("lead"), email=f"{new_id('x')}@globex.com"))
    request = _add(
        Request(
            public_id=new_id("req"),
            lead_id=lead.id,
            form_id=form.id,
            state=RequestState.BOOKED,
            timezone="UTC",
            locale="en",
        )
    )
    route = _add(
        RouteRecord(
            public_id=new_id("route"),
            request_id=request.id,
            router_id=form.router_id,
            router_version=1,
            roster_digest="",
            verdict="qualified",
            trace={},
        )
    )
    assignment = _add(
        AssignmentRecord(
            public_id=new_id("asg"),
            route_id=route.id,
            request_id=request.id,
            rep_id=rep.id,
            inputs={},
            trace={},
        )
    )
    booking = _add(
        Booking(
            public_id=new_id("bkg"),
            request_id=request.id,
            lead_id=lead.id,
            rep_id=rep.id,
            assignment_id=assignment.id,
            meeting_type_id=kind.id,
            starts_at=start,
            ends_at=start + timedelta(minutes=30),
            timezone="UTC",
            state=state,
        )
    )
    db.session.commit()
    return str(booking.public_id)


def rosa(**changes: Any) -> dict[str, Any]:
    return {"reps": {"rosa@acme.test": {**export_item("reps", "rosa@acme.test"), **changes}}}


def test_switching_a_rep_off_names_the_meetings_somebody_must_take(bookings: list[str]) -> None:
    touched = plan_configuration(rosa(active=False)).touched
    assert [(found.count, found.bookings) for found in touched] == [(2, tuple(bookings))]
    assert touched[0].sentence == (
        "2 future meetings of rosa@acme.test stand: somebody has to take them over."
    )


def test_time_off_names_only_the_meetings_inside_of_it(bookings: list[str]) -> None:
    touched = plan_configuration(rosa(time_off=[{"from": "2026-12-07", "to": "2026-12-08"}])).touched
    assert [(found.count, found.bookings) for found in touched] == [(1, (bookings[0],))]
    assert plan_configuration(rosa(time_off=[{"from": "2026-12-09", "to": "2026-12-11"}])).touched == ()


def test_a_part_of_a_day_names_only_the_meetings_in_that_part(bookings: list[str]) -> None:
    booked = db.session.scalars(select(Booking).where(Booking.public_id == bookings[0])).one()
    starts = booked.starts_at.astimezone(ZoneInfo(booked.rep.timezone))
    day = {"from": starts.date().isoformat(), "to": starts.date().isoformat()}
    around = f"{starts:%H:%M}-{starts + timedelta(minutes=15):%H:%M}"
    before = f"{starts - timedelta(minutes=60):%H:%M}-{starts:%H:%M}"
    [touched] = plan_configuration(rosa(time_off=[{**day, "hours": around}])).touched
    assert touched.bookings == (bookings[0],)
    assert plan_configuration(rosa(time_off=[{**day, "hours": before}])).touched == ()


def test_other_hours_and_another_meeting_type_leave_meetings_as_they_are(bookings: list[str]) -> None:
    assert [found.count for found in plan_configuration(rosa(schedule="ny-office")).touched] == [2]
    kind = {**export_item("meeting_types", "demo"), "minutes": 45}
    assert [found.count for found in plan_configuration({"meeting_types": {"demo": kind}}).touched] == [2]


def test_a_change_of_skills_touches_no_meeting(bookings: list[str]) -> None:
    assert plan_configuration(rosa(skills={"finance": 2})).touched == ()


def test_a_plan_refuses_what_applying_would_refuse(bookings: list[str]) -> None:
    with pytest.raises(Invalid):
        plan_configuration(rosa(schedule="nowhere"))
