"""A rep who is out today: each meeting goes to a colleague who is free then, after one confirmation."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import pytest
from sqlalchemy import func, select

from app.actor import Actor
from app.db import db
from app.models import Activity, Booking, LedgerEntry, Rep, Reservation, ReservationState
from app.usecases.book_meeting import BookingOrder, book_meeting
from app.usecases.fall_out import fall_out, rehearse
from calendars.zones import local_day, to_minutes
from tests.fixtures.company import application_over, company_document, first_starts

Submit = Callable[..., dict[str, Any]]
MIA = Actor("user_mia")


@pytest.fixture
def company_app(fresh_database: str) -> Iterator[Any]:
    with application_over(fresh_database, company_document(reps=3)) as app:
        yield app


def book(submit: Submit, email: str, number: int) -> Booking:
    made = submit(email)
    public_id = book_meeting(
        made["request"]["id"], BookingOrder(datetime.fromisoformat(first_starts(made)[number]))
    )
    return db.session.scalars(select(Booking).where(Booking.public_id == public_id)).one()


def day_of(booking: Booking) -> date:
    return local_day(booking.rep.timezone, to_minutes(booking.starts_at))


def state() -> tuple[Any, ...]:
    """Everything a rehearsal might have left behind."""
    db.session.rollback()
    owners = tuple(db.session.execute(select(Booking.public_id, Booking.rep_id).order_by(Booking.id)).all())
    counts = [db.session.scalar(select(func.count()).select_from(table)) for table in (LedgerEntry, Activity)]
    jobs = db.session.scalar(select(func.count()).select_from(db.metadata.tables["reservations"]))
    return owners, counts, jobs


def test_a_rehearsal_says_who_would_take_it_and_changes_nothing(submit: Submit) -> None:
    booking = book(submit, "priya@globex.test", 30)
    before = state()
    [handing] = rehearse(booking.rep_id, day_of(booking))
    assert handing.taker and handing.taker != booking.rep.name
    assert state() == before


def test_one_confirmation_hands_the_day_over_and_closes_it(submit: Submit) -> None:
    booking = book(submit, "priya@globex.test", 30)
    rep, day = booking.rep_id, day_of(booking)
    [rehearsed] = rehearse(rep, day)
    [done] = fall_out(rep, day, MIA)
    db.session.rollback()
    db.session.expire_all()
    assert (done.taker, booking.rep.name) == (rehearsed.taker, rehearsed.taker)
    assert [off.starts_on for off in db.session.get_one(Rep, rep).time_off] == [day]
    standing = db.session.scalars(
        select(Reservation).where(Reservation.state == ReservationState.CONFIRMED)
    ).all()
    assert [each.rep_id for each in standing] == [booking.rep_id]
    assert fall_out(rep, day, MIA) == []  # again: nothing is left, and the day is closed once
    assert len(db.session.get_one(Rep, rep).time_off) == 1


def test_what_nobody_else_can_take_stays_and_keeps_no_other(submit: Submit) -> None:
    made = [
        book(submit, f"lead{number}@globex{number}.test", 30) for number in range(3)
    ]  # all three, at once
    rep, day = made[0].rep_id, day_of(made[0])
    free = book(submit, "later@globex9.test", 34)
    mine = [each for each in (*made, free) if each.rep_id == rep]
    done = fall_out(rep, day, MIA)
    stuck = next(each for each in done if each.booking == made[0].public_id)
    assert stuck.taker is None and stuck.problem
    assert len(done) == len(mine)
    assert all(each.taker for each in done if each.booking != made[0].public_id)
    db.session.expire_all()
    assert db.session.get_one(Booking, made[0].id).rep_id == rep
