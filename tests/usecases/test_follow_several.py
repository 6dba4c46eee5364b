"""A rep moves a meeting of several people in their own calendar: it follows when all the others can come, or not at all
and the rep is told who cannot; the guest is told once."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select

from app.clock import now
from app.db import db, transaction
from app.ids import new_id
from app.models import (
    Booking,
    BusyBlock,
    Calendar,
    CalendarMode,
    CalendarState,
    Connection,
    ConnectionState,
    Deviation,
    Provider,
    ProviderEvent,
    Rep,
)
from app.usecases.settle_deviation import put_back
from app.usecases.verify_decision import verify_decision
from tests.fixtures.outside import PRIYA, REMY, ROSA, Outside, rep_of
from tests.usecases.test_follow_event import LATER, Entry, again, booked, deviation, live
from tests.usecases.test_two_reps_outside import PAIR, with_secondary

pytestmark = PAIR

MOVED = "has moved"


@pytest.fixture
def pair(outside: Outside) -> Iterator[tuple[Outside, Booking, Entry]]:
    """Remy's meeting, written into his Google calendar, with Rosa beside him; nobody asks a calendar of hers."""
    with_secondary(REMY, ROSA)
    with transaction() as session:
        session.scalars(select(Rep).where(Rep.email == ROSA)).one().calendar_mode = CalendarMode.NONE
    booking, entry = booked(outside, REMY)
    yield outside, booking, entry


def close_rosa(start: datetime, end: datetime, event_id: str = "dentist") -> None:
    """Rosa's calendar shows something then."""
    with transaction() as session:
        rosa = session.scalars(select(Rep).where(Rep.email == ROSA)).one()
        connection = Connection(
            public_id=new_id("conn"),
            rep_id=rosa.id,
            provider=Provider.GOOGLE,
            account="rosa",
            email=ROSA,
            state=ConnectionState.ACTIVE,
            updated_at=now(),
        )
        calendar = Calendar(
            public_id=new_id("cal"),
            rep_id=rosa.id,
            remote_id="rosa",
            name="Rosa",
            can_write=True,
            is_primary=True,
            checks_conflicts=True,
            is_destination=False,
            state=CalendarState.OK,
            known_from=now() - timedelta(days=7),
            known_until=now() + timedelta(days=90),
            synced_at=now(),
            next_sync_at=now() + timedelta(hours=1),
        )
        connection.calendars = [calendar]
        session.add(connection)
        session.flush()
        session.add(
            BusyBlock(calendar_id=calendar.id, event_id=event_id, starts_at=start, ends_at=end, kind="busy")
        )


def told(outside: Outside, email: str) -> list[str]:
    return [str(mail["Subject"]) for mail in outside.mail.to(email) if MOVED in str(mail["Subject"])]


def test_everybody_moves_along_and_the_guest_is_told_once(pair: tuple[Outside, Booking, Entry]) -> None:
    outside, booking, entry = pair
    assert len(live()) == 2
    wanted = booking.starts_at + LATER
    entry.move(wanted, minutes=45)
    entry.read()
    moved = again(booking)
    assert (moved.starts_at, moved.minutes) == (wanted, 45)
    assert {(each.rep_id, each.during.lower) for each in live()} == {
        (rep_of(REMY).id, wanted),
        (rep_of(ROSA).id, wanted),
    }
    assert len(told(outside, PRIYA)) == 1
    entry.read()
    entry.read()
    assert again(booking).sequence == moved.sequence, "our own writing came back as somebody's change"
    assert len(told(outside, PRIYA)) == 1
    checked = verify_decision(booking.request.public_id)
    assert {checked.route, checked.assignment} == {"same"}


def test_nobody_moves_when_one_is_busy_and_the_rep_reads_who(pair: tuple[Outside, Booking, Entry]) -> None:
    outside, booking, entry = pair
    stood = booking.starts_at
    close_rosa(stood + LATER, stood + LATER + timedelta(minutes=30))
    entry.move(stood + LATER)
    entry.read()
    assert (again(booking).starts_at, deviation()) == (stood, Deviation.MOVED)
    assert {each.during.lower for each in live()} == {stood}
    assert outside.mail.to(PRIYA) == []
    [mail] = [each for each in outside.mail.to(REMY) if "You moved a meeting" in str(each["Subject"])]
    body = mail.get_body(("plain",))
    assert body is not None
    assert "The meeting did not follow: Rosa is busy then." in " ".join(str(body.get_content()).split())
    entry.read()
    assert len([each for each in outside.mail.to(REMY) if "You moved" in str(each["Subject"])]) == 1


def test_what_stood_in_the_way_is_forgotten_once_the_entry_is_put_back(
    pair: tuple[Outside, Booking, Entry],
) -> None:
    outside, booking, entry = pair
    close_rosa(booking.starts_at + LATER, booking.ends_at + LATER)
    entry.move(booking.starts_at + LATER)
    entry.read()
    put_back(booking.public_id, rep_of(REMY).id, by="rep")
    outside.settle()
    rows = db.session.scalars(select(ProviderEvent)).all()
    assert [row.obstacle for row in rows if row.deviation is None] == [None] * len(rows)


def test_outside_of_a_colleagues_hours_is_asked_about(pair: tuple[Outside, Booking, Entry]) -> None:
    _, booking, entry = pair
    night = booking.starts_at.replace(hour=1, minute=7)
    entry.move(night + timedelta(days=1))
    entry.read()
    assert deviation() is Deviation.MOVED
    row = db.session.scalars(select(ProviderEvent)).one()
    assert row.obstacle is not None and row.obstacle["code"] == "outside_hours"


def test_a_start_off_the_grid_is_the_reps_to_choose(pair: tuple[Outside, Booking, Entry]) -> None:
    _, booking, entry = pair
    wanted = booking.starts_at + LATER + timedelta(minutes=7)
    entry.move(wanted)
    entry.read()
    assert again(booking).starts_at == wanted


def test_the_copy_of_the_invitation_in_a_colleagues_calendar_is_in_nobodys_way(
    pair: tuple[Outside, Booking, Entry],
) -> None:
    _, booking, entry = pair
    wanted = booking.starts_at + LATER
    close_rosa(wanted, wanted + timedelta(minutes=30), event_id=entry.id)
    entry.move(wanted)
    entry.read()
    assert again(booking).starts_at == wanted
