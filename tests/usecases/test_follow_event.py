"""What a rep does to a meeting's entry in their own calendar: the meeting follows or the rep is asked, the guest is
told once, and nothing done there cancels on the guest by itself."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.configuration.document import read_document
from app.db import db, transaction
from app.errors import Conflict, NotFound
from app.models import Booking, BookingState, Company, Deviation, ProviderEvent, Reservation, ReservationState
from app.usecases.follow_event import follow_event
from app.usecases.settle_deviation import ask_for_another_time, put_back
from app.usecases.sync_calendar import sync_calendar
from tests.fixtures.outside import PRIYA, REMY, ROSA, Outside, calendars_of, jobs, rep_of

BOTH = pytest.mark.parametrize(("reps", "email"), [((REMY,), REMY), ((ROSA,), ROSA)], indirect=["reps"])
LATER = timedelta(hours=2)


class Entry:
    """The entry of the one meeting, in whichever calendar it is; what its owner does to it."""

    def __init__(self, outside: Outside, email: str) -> None:
        self.outside, self.email = outside, email
        self.is_google = email == REMY

    @property
    def id(self) -> str:
        [event] = (
            self.outside.google_events() if self.is_google else self.outside.microsoft_events(self.email)
        )
        return str(event["id"])

    def move(self, start: datetime, minutes: int = 30) -> None:
        end = start + timedelta(minutes=minutes)
        if self.is_google:
            edges = {"start": {"dateTime": start.isoformat()}, "end": {"dateTime": end.isoformat()}}
            self.outside.google.change(self.id, **edges)
            return
        first, last = ({"dateTime": f"{edge:%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"} for edge in (start, end))
        self.outside.microsoft.change(self.id, {"start": first, "end": last}, self.email)

    def delete(self) -> None:
        side: Any = self.outside.google if self.is_google else self.outside.microsoft
        side.delete(self.id, self.email)

    def read(self) -> None:
        """The calendar is read again, and what follows from it is done."""
        calendar = next(each for each in calendars_of(self.email) if each.is_primary)
        assert sync_calendar(calendar.public_id)
        self.outside.settle()


def booked(outside: Outside, email: str) -> tuple[Booking, Entry]:
    outside.connect_and_read(email)
    booking = outside.book()
    outside.settle()
    entry = Entry(outside, email)
    entry.read()  # our own writing is nobody's change
    outside.mail.clear()
    return booking, entry


def again(booking: Booking) -> Booking:
    db.session.rollback()
    db.session.expire_all()
    return db.session.get_one(Booking, booking.id)


def deviation() -> Deviation | None:
    db.session.rollback()
    return db.session.scalars(select(ProviderEvent).order_by(ProviderEvent.id.desc())).first().deviation  # type: ignore[union-attr]


def live() -> list[Reservation]:
    db.session.rollback()
    return list(
        db.session.scalars(select(Reservation).where(Reservation.state == ReservationState.CONFIRMED))
    )


@BOTH
def test_our_own_writing_is_not_taken_for_somebody_s(outside: Outside, email: str) -> None:
    booking, entry = booked(outside, email)
    sequence = booking.sequence
    entry.read()
    assert [job for job in jobs() if job["task_name"] == "follow_event" and job["status"] == "todo"] == []
    assert (again(booking).sequence, deviation(), outside.mail.to(PRIYA)) == (sequence, None, [])


@BOTH
def test_a_meeting_follows_when_its_rep_moves_it_and_the_guest_is_told_once(
    outside: Outside, email: str
) -> None:
    booking, entry = booked(outside, email)
    wanted = booking.starts_at + LATER
    entry.move(wanted)
    entry.read()
    moved = again(booking)
    assert moved.starts_at == wanted
    assert [each.during.lower for each in live()] == [moved.starts_at]
    ours = [mail for mail in outside.mail.to(PRIYA) if "has moved" in str(mail["Subject"])]
    assert len(ours) == 1
    entry.read()
    entry.read()
    assert again(booking).sequence == moved.sequence  # no echo
    assert len([mail for mail in outside.mail.to(PRIYA) if "has moved" in str(mail["Subject"])]) == 1


@BOTH
def test_deleting_the_entry_cancels_nothing_and_asks_the_rep(outside: Outside, email: str) -> None:
    booking, entry = booked(outside, email)
    entry.delete()
    entry.read()
    assert (again(booking).state, deviation()) == (BookingState.CONFIRMED, Deviation.GONE)
    assert [
        mail
        for mail in outside.mail.to(PRIYA)
        if "ancel" in str(mail["Subject"]) and "Acme" in str(mail["From"])
    ] == []
    assert len([mail for mail in outside.mail.to(email) if "deleted a meeting" in str(mail["Subject"])]) == 1
    entry.outside.settle()
    entry.read()
    assert len([mail for mail in outside.mail.to(email) if "deleted a meeting" in str(mail["Subject"])]) == 1


@BOTH
def test_what_was_deleted_can_be_put_back(outside: Outside, email: str) -> None:
    booking, entry = booked(outside, email)
    entry.delete()
    entry.read()
    put_back(booking.public_id, rep_of(email).id, by="rep")
    outside.settle()
    assert entry.id
    entry.read()
    assert deviation() is None
    with pytest.raises(Conflict):
        put_back(booking.public_id, rep_of(email).id, by="rep")


def test_the_guest_can_be_asked_for_another_time_once(outside: Outside) -> None:
    booking, entry = booked(outside, REMY)
    entry.delete()
    entry.read()
    for _ in range(2):
        ask_for_another_time(booking.public_id, rep_of(REMY).id, by="rep")
        outside.settle()
    [mail] = [mail for mail in outside.mail.to(PRIYA) if "another time" in str(mail["Subject"])]
    assert again(booking).state is BookingState.CONFIRMED
    with pytest.raises(NotFound):
        ask_for_another_time(booking.public_id, rep_of(REMY).id + 1, by="rep")
    assert mail


def test_where_the_company_wants_to_be_asked_a_move_waits_for_the_rep(outside: Outside) -> None:
    booking, entry = booked(outside, REMY)
    with transaction() as session:
        row = session.scalars(select(Company)).one()
        row.settings = {**row.settings, "calendar_moves": "ask"}
        row.revision += 1
    stood = booking.starts_at
    entry.move(stood + LATER)
    entry.read()
    assert (again(booking).starts_at, deviation()) == (stood, Deviation.MOVED)
    assert outside.mail.to(PRIYA) == []
    entry.move(stood)
    entry.read()
    assert deviation() is None


def test_a_move_onto_another_meeting_is_asked_about_and_books_nobody_twice(outside: Outside) -> None:
    booking, entry = booked(outside, REMY)
    first, stood = entry.id, booking.starts_at
    other = outside.book("ada@globex.test")
    outside.settle()
    outside.google.change(
        first,
        start={"dateTime": other.starts_at.isoformat()},
        end={"dateTime": other.ends_at.isoformat()},
    )
    entry.read()
    assert again(booking).starts_at == stood
    assert Deviation.MOVED in {each.deviation for each in db.session.scalars(select(ProviderEvent)).all()}
    assert len({each.during.lower for each in live()}) == 2


def test_a_guest_s_answer_is_kept(outside: Outside) -> None:
    _, entry = booked(outside, REMY)
    [event] = outside.google_events()
    people = [
        each | ({"responseStatus": "declined"} if each["email"] == PRIYA else {})
        for each in event["attendees"]
    ]
    outside.google.change(entry.id, attendees=people)
    entry.read()
    assert db.session.scalars(select(ProviderEvent)).one().replies == {PRIYA: "declined"}


def test_a_look_that_comes_too_late_does_nothing(outside: Outside) -> None:
    booking, entry = booked(outside, REMY)
    entry.delete()
    with transaction() as session:
        session.get_one(Booking, booking.id).state = BookingState.CANCELLED
    follow_event(booking.public_id)
    assert deviation() is None


def test_the_policy_is_part_of_the_configuration() -> None:
    document = {"version": 1, "company": {"name": "Acme", "timezone": "UTC", "calendar_moves": "ask"}}
    assert read_document(document).state["company"]["company"]["calendar_moves"] == "ask"
