"""Clocks on walls skip hours, repeat them, and travel; what is kept and offered are instants."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.actor import COMMAND_LINE
from app.db import db
from app.models import Booking, Rep
from app.usecases.add_trip import Journey, add_trip
from app.usecases.book_meeting import BookingOrder, book_meeting
from app.usecases.capture_lead import Submission
from app.usecases.describe_times import SlotList, SlotQuery
from app.usecases.offer_slots import offer_slots, open_request
from app.usecases.submit_request import submit_request
from calendars.span import Span
from calendars.stretches import merge
from calendars.zones import day_span, first_instant, local_day, local_minute, to_instant, to_minutes
from tests.calendars.builders import BERLIN, at, rep, schedule, shape, starts
from tests.calendars.test_every_zone import changes
from tests.fixtures.company import application_over, company_document, first_starts
from tests.fixtures.invariants import broken_rules

A_DAY = 1440
TOKYO = "Asia/Tokyo"
HOUR_THAT_IS_SKIPPED = schedule("02:00-03:00")
GAP, OVERLAP = "2026-03-29", "2026-10-25"


def offered(day: str) -> list[int]:
    """Half hours of the skipped, or repeated, hour between two and three in Berlin."""
    lo = at(f"{day} 00:00")
    return starts(rep(HOUR_THAT_IS_SKIPPED), shape(30, step=30), lo, lo + A_DAY)


def stepped(day: str) -> list[int]:
    """The same by going over the clock on the wall in half hours, and asking for the instant of each."""
    return [at(f"{day} {wall}") for wall in ("02:00", "02:30")]


def test_an_hour_that_the_clocks_skip_offers_nothing() -> None:
    assert offered(GAP) == []


def test_an_hour_that_comes_twice_offers_both_and_each_says_which_it_is() -> None:
    found = offered(OVERLAP)
    assert found == [at(f"{OVERLAP} {wall}", fold=fold) for fold in (0, 1) for wall in ("02:00", "02:30")]
    assert shown(found) == [f"{OVERLAP}T02:{m}:00+{o}:00" for o in ("02", "01") for m in ("00", "30")]
    assert [to_minutes(datetime.fromisoformat(each)) for each in shown(found)] == found


def shown(found: list[int]) -> list[str]:
    query, now = SlotQuery(BERLIN), to_instant(found[0] - 3 * A_DAY)
    days = SlotList.of(found, 30, query, now, 1).to_json()["days"]
    return [slot["start"] for day in days for slot in day["slots"]]


def test_control_who_steps_over_the_wall_offers_what_is_not_and_misses_what_comes_again() -> None:
    assert len(stepped(GAP)) == 2, "two times that no clock shows"
    assert {local_minute(BERLIN, each) % A_DAY for each in stepped(GAP)} == {180, 210}
    assert len(stepped(OVERLAP)) == 2 and len(offered(OVERLAP)) == 4


def test_control_without_the_offset_the_two_cannot_be_told_apart() -> None:
    bare = [each.partition("+")[0] for each in shown(offered(OVERLAP))]
    assert len(bare) == 4 and len(set(bare)) == 2


def days_around(zone: str, change: int) -> list[Span]:
    middle = local_day(zone, change)
    days = [middle + timedelta(days=number) for number in range(-2, 4)]
    return [day_span(zone, day, day + timedelta(days=1)) for day in days]


def days_of_24_hours(zone: str, change: int) -> list[Span]:
    """As one would count them: each midnight a day's length after the last."""
    begin = first_instant(zone, local_day(zone, change) - timedelta(days=2), 0)
    return [Span(begin + number * A_DAY, begin + (number + 1) * A_DAY) for number in range(6)]


def is_tiled_by_dates(zone: str, days: list[Span]) -> bool:
    """Whether the days follow one another, and each is the minutes of one date and all of them."""
    joined = merge(days)
    edges = [minute for day in days for minute in (day.start, day.end - 1)]
    dates = [local_day(zone, minute) for minute in edges]
    return len(joined) == 1 and all(
        dates[2 * number] == dates[2 * number + 1] == dates[0] + timedelta(days=number)
        for number in range(len(days))
    )


def test_around_every_change_of_clocks_days_follow_one_another_and_each_is_one_date() -> None:
    found = [
        (zone, change) for zone, change in changes() if not is_tiled_by_dates(zone, days_around(zone, change))
    ]
    assert not found


def test_control_days_of_24_hours_lose_the_midnights_of_most_zones() -> None:
    every = list(changes())
    lost = [zone for zone, change in every if not is_tiled_by_dates(zone, days_of_24_hours(zone, change))]
    assert len(lost) > len(every) / 2
    assert {"America/Havana", "America/Santiago", "Australia/Lord_Howe"} & set(lost)


@pytest.fixture
def company(fresh_database: str) -> Iterator[Flask]:
    """One rep, at work from eight to six in Berlin."""
    with application_over(fresh_database, company_document(reps=1)) as app:
        yield app


def ask(email: str) -> dict[str, Any]:
    return submit_request("demo", Submission({"email": email}, BERLIN, "en"))


def travel(booking: Booking) -> None:
    """The rep is in Tokyo on the day of a meeting."""
    day = local_day(BERLIN, to_minutes(booking.starts_at)).isoformat()
    add_trip(booking.rep_id, Journey(day, day, TOKYO), COMMAND_LINE)


def booked() -> Booking:
    made = ask("priya@globex.test")
    start = next(start for start in first_starts(made)[60:] if "T15:00" in start)
    public_id = book_meeting(made["request"]["id"], BookingOrder(datetime.fromisoformat(start)))
    return db.session.scalars(select(Booking).where(Booking.public_id == public_id)).one()


def hours_offered(request: str, day: date) -> set[int]:
    """The hours in Berlin that are offered on a date."""
    db.session.rollback()
    days = offer_slots(open_request(request), SlotQuery(BERLIN, day, day))["days"]
    return {datetime.fromisoformat(slot["start"]).hour for each in days for slot in each["slots"]}


def test_a_rep_who_travels_keeps_every_meeting_at_its_instant_and_works_other_hours(company: Flask) -> None:
    booking, other = booked(), ask("other@initech.test")["request"]["id"]
    before, day = booking.starts_at, local_day(BERLIN, to_minutes(booking.starts_at))
    assert {8, 17} <= hours_offered(other, day)
    travel(booking)
    db.session.refresh(booking)
    assert (booking.starts_at, booking.sequence) == (before, 0)
    assert max(hours_offered(other, day)) < 12, "six in the evening is ten in the morning"
    assert not broken_rules()


def test_control_who_keeps_what_the_wall_showed_moves_the_meeting_with_the_rep(company: Flask) -> None:
    booking = booked()
    day, wall = local_day(BERLIN, to_minutes(booking.starts_at)), 15 * 60
    travel(booking)
    trip = db.session.get_one(Rep, booking.rep_id).trips[0]
    kept_as_wall = first_instant(trip.timezone, day, wall)
    assert to_instant(kept_as_wall) < booking.starts_at - timedelta(hours=6)
