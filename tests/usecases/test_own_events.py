"""Events of ours in a rep's calendar are not counted twice, and are not overlooked when the rep moves them."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.db import db
from app.models import (
    Booking,
    BusyBlock,
    Calendar,
    CalendarState,
    Connection,
    ConnectionState,
    EventState,
    Provider,
    ProviderEvent,
    Rep,
)
from app.store.availability import load_times
from app.store.company import load_company
from app.usecases.book_meeting import BookingOrder, book_meeting
from calendars.span import Span
from calendars.zones import to_minutes
from tests.fixtures.company import first_starts

NOW = datetime.now(UTC)
MOVED = timedelta(hours=3)


@pytest.fixture
def booking(submit: Callable[..., dict[str, Any]]) -> Booking:
    """A meeting whose event was written a minute ago, into a calendar that was read just now."""
    made = submit()
    start = datetime.fromisoformat(first_starts(made)[30])
    public_id = book_meeting(made["request"]["id"], BookingOrder(start))
    booked = db.session.scalars(select(Booking).where(Booking.public_id == public_id)).one()
    connection = Connection(
        public_id="conn_1",
        rep_id=booked.rep_id,
        provider=Provider.GOOGLE,
        account="a",
        state=ConnectionState.ACTIVE,
        updated_at=NOW,
    )
    calendar = Calendar(
        public_id="cal_1",
        rep_id=booked.rep_id,
        remote_id="primary",
        name="Calendar",
        can_write=True,
        is_primary=True,
        checks_conflicts=True,
        is_destination=True,
        state=CalendarState.OK,
        known_from=NOW - timedelta(days=30),
        known_until=NOW + timedelta(days=90),
        synced_at=NOW,
    )
    connection.calendars.append(calendar)
    db.session.add(connection)
    db.session.flush()
    db.session.add(
        ProviderEvent(
            booking_id=booked.id,
            generation=1,
            calendar_id=calendar.id,
            state=EventState.WRITTEN,
            updated_at=NOW - timedelta(minutes=1),
        )
    )
    db.session.commit()
    return booked


def mirror(booking: Booking, by: timedelta = timedelta(), mark: str | None = None) -> tuple[Span, ...]:
    """What counts as busy when the calendar shows our event, moved by so much."""
    calendar = db.session.scalars(select(Calendar)).one()
    db.session.add(
        BusyBlock(
            calendar_id=calendar.id,
            event_id="e",
            starts_at=booking.starts_at + by,
            ends_at=booking.ends_at + by,
            kind="busy",
            booking=mark or booking.public_id,
        )
    )
    db.session.commit()
    company = load_company(db.session(), NOW.date())
    rep = company.reps[db.session.get_one(Rep, booking.rep_id).public_id]
    around = Span(to_minutes(booking.starts_at) - 1440, to_minutes(booking.ends_at) + 1440)
    return load_times(db.session(), [rep], around, NOW)[rep.public_id].time.busy


def moved(booking: Booking) -> tuple[Span, ...]:
    return (Span(to_minutes(booking.starts_at + MOVED), to_minutes(booking.ends_at + MOVED)),)


def test_an_event_that_stands_where_its_booking_does_is_not_counted_twice(booking: Booking) -> None:
    assert mirror(booking) == ()


def test_an_event_that_the_rep_moved_closes_its_new_time(booking: Booking) -> None:
    assert mirror(booking, MOVED) == moved(booking)


def test_an_older_reading_of_an_event_we_have_moved_since_says_nothing(booking: Booking) -> None:
    event = db.session.scalars(select(ProviderEvent)).one()
    event.updated_at = NOW + timedelta(seconds=1)
    assert mirror(booking, MOVED) == ()


def test_an_event_of_another_installation_is_as_busy_as_any(booking: Booking) -> None:
    assert mirror(booking, MOVED, "bkg_of_somebody_else") == moved(booking)
