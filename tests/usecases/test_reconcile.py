"""Meetings and the entries that calendars show are compared; only what is safe is mended, and not when much differs."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from app import clock
from app.db import db, transaction
from app.models import Booking, BookingState, BusyBlock, EventState, ProviderEvent
from app.usecases import reconcile as module
from app.usecases.reconcile import Kind, reconcile
from app.usecases.sync_calendar import sync_calendar
from tests.fixtures.outside import REMY, ROSA, Outside, calendars_of

BOTH = pytest.mark.parametrize(("reps", "email"), [((REMY,), REMY), ((ROSA,), ROSA)], indirect=["reps"])


def read(email: str) -> None:
    calendar = next(each for each in calendars_of(email) if each.is_primary)
    assert sync_calendar(calendar.public_id)


def booked(outside: Outside, email: str = REMY) -> Booking:
    outside.connect_and_read(email)
    booking = outside.book()
    outside.settle()
    read(email)
    return booking


def entries(outside: Outside, email: str) -> int:
    return len(outside.google_events() if email == REMY else outside.microsoft_events(email))


@BOTH
def test_where_all_is_well_nothing_differs(outside: Outside, email: str) -> None:
    booked(outside, email)
    found = reconcile(repair=True)
    assert (found.differences, found.entries) == ([], 1)


@BOTH
def test_an_entry_of_a_meeting_that_is_over_is_removed(outside: Outside, email: str) -> None:
    booking = booked(outside, email)
    with transaction() as session:  # as if the job that should have removed it had been lost
        session.get_one(Booking, booking.id).state = BookingState.CANCELLED
        session.scalars(select(ProviderEvent)).one().state = EventState.CANCELLED
    assert entries(outside, email) == 1
    assert [each.kind for each in reconcile(repair=False).differences] == [Kind.GHOST]
    assert entries(outside, email) == 1  # compared only
    found = reconcile(repair=True)
    assert found.mended == found.differences != []
    assert entries(outside, email) == 0


@BOTH
def test_an_entry_that_was_never_written_is_written(outside: Outside, email: str) -> None:
    booking = booked(outside, email)
    side = outside.google if email == REMY else outside.microsoft
    [event] = outside.google_events() if email == REMY else outside.microsoft_events(email)
    side.delete(event["id"], email)
    with transaction() as session:  # as if the job had been lost before it wrote
        session.execute(delete(ProviderEvent))
        session.execute(delete(BusyBlock))
        session.get_one(Booking, booking.id).created_at = clock.now() - timedelta(hours=3)
    assert [each.kind for each in reconcile(repair=True).mended] == [Kind.UNWRITTEN]
    outside.settle()
    assert entries(outside, email) == 1


def test_a_deleted_entry_is_its_rep_s_to_explain(outside: Outside) -> None:
    booked(outside)
    [event] = outside.google_events()
    outside.google.delete(event["id"])
    read(REMY)
    found = reconcile(repair=True)
    assert ([each.kind for each in found.differences], found.mended) == ([Kind.MISSING], [])
    assert entries(outside, REMY) == 0


def test_entries_of_meetings_nobody_knows_are_left_alone(outside: Outside) -> None:
    booked(outside)
    with transaction() as session:
        session.scalars(select(BusyBlock)).one().booking = "bkg_of_another_installation"
    found = reconcile(repair=True, force=True)
    assert Kind.UNKNOWN in {each.kind for each in found.differences}
    assert found.mended == []
    assert entries(outside, REMY) == 1


def test_two_entries_for_one_meeting_are_said_and_left(outside: Outside) -> None:
    booked(outside)
    with transaction() as session:
        block = session.scalars(select(BusyBlock)).one()
        session.add(
            BusyBlock(
                calendar_id=block.calendar_id,
                event_id="a copy",
                starts_at=block.starts_at,
                ends_at=block.ends_at,
                kind="busy",
                booking=block.booking,
            )
        )
    found = reconcile(repair=True)
    assert ([each.kind for each in found.differences], found.mended) == ([Kind.TWIN], [])


def test_when_very_much_differs_nothing_is_mended_unless_somebody_insists(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    booking = booked(outside)
    monkeypatch.setattr(module, "MOST_AT_ONCE", 0)
    with transaction() as session:
        session.get_one(Booking, booking.id).state = BookingState.CANCELLED
        session.scalars(select(ProviderEvent)).one().state = EventState.CANCELLED
    refused = reconcile(repair=True)
    assert (refused.is_refused, refused.mended, entries(outside, REMY)) == (True, [], 1)
    assert reconcile(repair=True, force=True).mended
    assert entries(outside, REMY) == 0


def test_a_calendar_that_was_not_read_lately_says_nothing(outside: Outside) -> None:
    booked(outside)
    with transaction() as session:
        session.execute(delete(BusyBlock))
        for calendar in calendars_of(REMY):
            session.merge(calendar).synced_at = clock.now() - timedelta(hours=2)
    assert reconcile(repair=True).differences == []
    db.session.rollback()
