"""What a meeting type, a trip, a limit and a chosen length say holds when times are offered and when one is taken."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from app.clock import now
from app.db import db
from app.errors import Invalid, SlotTaken
from app.models import Booking, Reservation, ReservationState
from app.store.company import load_company
from app.usecases.book_meeting import BookingOrder, book_meeting
from app.usecases.booking_window import bounds_of
from app.usecases.capture_lead import Submission
from app.usecases.hold_slot import hold_slot
from app.usecases.offer_slots import SlotQuery, offer_slots, open_request
from app.usecases.reschedule_meeting import reschedule_meeting, reschedule_slots
from app.usecases.submit_request import submit_request
from tests.fixtures.company import ZONE, application_over, company_document, first_starts

Document = dict[str, Any]


def document(reps: int = 1, *, rep: Document | None = None, **meeting_type: Any) -> Document:
    """One pool of reps; `rep` changes the first of them, the rest the meeting type."""
    made = company_document(reps)
    made["reps"][0] |= rep or {}
    made["meeting_types"][0] |= meeting_type
    return made


def with_schedule(made: Document, name: str, *hours: str) -> Document:
    week = {day: list(hours) for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    made["schedules"].append({"name": name, "timezone": ZONE, "weekly": week})
    return made


@contextmanager
def company(url: str, made: Document) -> Iterator[None]:
    with application_over(url, made):
        yield


def ask(email: str = "priya@globex.test") -> str:
    made = submit_request("demo", Submission({"email": email}, ZONE, "en"))
    return str(made["request"]["id"])


def shown(request: str, minutes: int | None = None) -> dict[str, Any]:
    db.session.rollback()
    return offer_slots(open_request(request), SlotQuery(ZONE, minutes=minutes))


def starts(request: str, minutes: int | None = None) -> list[str]:
    return first_starts({"slots": shown(request, minutes)})


def book(request: str, start: str, minutes: int | None = None) -> Booking:
    made = book_meeting(request, BookingOrder(datetime.fromisoformat(start), minutes=minutes))
    return db.session.scalars(select(Booking).where(Booking.public_id == made)).one()


def clocks(found: list[str]) -> set[str]:
    return {start[11:16] for start in found}


def a_full_day(found: list[str]) -> list[str]:
    """The times of a day that lies ahead, whole."""
    day = (datetime.fromisoformat(found[0]) + timedelta(days=4)).date().isoformat()
    return [start for start in found if start.startswith(day)]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [("within", {"17:00", "17:30"}), ("instead", {"17:00", "17:30", "18:00", "18:30"})],
)
def test_a_meeting_types_hours_narrow_the_reps_or_stand_in_their_place(
    fresh_database: str, rule: str, expected: set[str]
) -> None:
    made = with_schedule(document(schedule="late", hours=rule), "late", "17:00-19:00")
    with company(fresh_database, made):
        request = ask()
        offered = starts(request)
        assert clocks(offered) == expected
        with pytest.raises(SlotTaken):
            book(request, a_full_day(offered)[0].replace("T17:00", "T10:00"))
        assert book(request, a_full_day(offered)[-1]).minutes == 30


def test_a_reps_own_hours_for_a_meeting_type_take_the_place_of_their_usual_ones(fresh_database: str) -> None:
    made = document(2, rep_schedules={"rep1@acme.test": "early"})
    made = with_schedule(made, "early", "06:00-07:00")
    made["pools"][0]["members"] = [{"rep": "rep1@acme.test"}]
    with company(fresh_database, made):
        request = ask()
        assert clocks(starts(request)) == {"06:00", "06:30"}


def test_on_a_trip_times_are_offered_and_taken_in_the_hours_over_there(fresh_database: str) -> None:
    today = date.today()
    first, last = (today + timedelta(days=days) for days in (-3, 30))
    away = {"from": first.isoformat(), "to": last.isoformat(), "timezone": "Asia/Tokyo"}
    with company(fresh_database, document(rep={"travel": [away]})):
        request = ask()
        offered = starts(request)
        day = a_full_day(offered)
        tokyo = {datetime.fromisoformat(start).astimezone(ZoneInfo("Asia/Tokyo")).hour for start in day}
        assert tokyo == set(range(8, 18))
        book(request, day[0])


def test_a_limit_of_a_meeting_type_counts_a_hold_and_closes_the_day(fresh_database: str) -> None:
    with company(fresh_database, document(limits={"per_day": 1})):
        first, second = ask("one@globex.test"), ask("two@globex.test")
        day = a_full_day(starts(first))
        hold_slot(first, datetime.fromisoformat(day[0]))
        assert a_full_day(starts(first)), "a request's own hold does not stand in its own way"
        assert not set(day) & set(starts(second))
        with pytest.raises(SlotTaken):
            book(second, day[-1])
        book(first, day[5])
        assert not set(day) & set(starts(second))


def test_a_reps_limit_by_minutes_leaves_room_for_short_meetings_only(fresh_database: str) -> None:
    made = document(rep={"limits": {"minutes_per_day": "1h", "minutes_per_month": "20h"}}, other_minutes=[45])
    with company(fresh_database, made):
        first, second = ask("one@globex.test"), ask("two@globex.test")
        day = a_full_day(starts(first))
        book(first, day[0])
        assert set(day[1:]) <= set(starts(second))
        assert not set(day) & set(starts(second, 45))


def test_a_break_is_kept_after_so_many_in_a_row(fresh_database: str) -> None:
    with company(fresh_database, document(rep={"limits": {"in_a_row": 2, "pause": "30m"}})):
        one, two, three = (ask(f"{name}@globex.test") for name in ("one", "two", "three"))
        day = a_full_day(starts(one))
        book(one, day[4])
        book(two, day[5])
        open_now = set(starts(three))
        assert day[6] not in open_now
        assert day[7] in open_now
        with pytest.raises(SlotTaken):
            book(three, day[3])


def test_the_chosen_length_is_offered_held_booked_and_kept_when_the_meeting_moves(
    fresh_database: str,
) -> None:
    with company(fresh_database, document(other_minutes=[60])):
        request = ask()
        hour, half = starts(request, 60), starts(request)
        assert shown(request, 60)["duration_minutes"] == 60
        assert "17:30" in clocks(half) - clocks(hour), "an hour does not fit before the end of the day"
        day = a_full_day(hour)
        held = hold_slot(request, datetime.fromisoformat(day[0]), 60)
        assert datetime.fromisoformat(held["end"]) - datetime.fromisoformat(held["start"]) == timedelta(
            hours=1
        )
        booking = book(request, day[0], 60)
        assert booking.minutes == 60
        moved = reschedule_slots(booking.public_id, SlotQuery(ZONE))
        assert moved["duration_minutes"] == 60
        reschedule_meeting(booking.public_id, datetime.fromisoformat(day[4]), by="prospect")
        db.session.expire_all()
        live = select(Reservation).where(Reservation.state == ReservationState.CONFIRMED)
        during = db.session.scalars(live).one().during
        assert during.lower is not None and during.upper is not None
        assert during.upper - during.lower == timedelta(hours=1)


def test_a_length_that_is_not_on_offer_is_refused(fresh_database: str) -> None:
    with company(fresh_database, document(other_minutes=[60])):
        request = ask()
        start = starts(request)[5]
        for attempt in (
            lambda: starts(request, 45),
            lambda: hold_slot(request, datetime.fromisoformat(start), 45),
            lambda: book(request, start, 45),
        ):
            with pytest.raises(Invalid, match="minutes"):
                attempt()


def test_fixed_dates_and_an_offset_are_what_is_offered(fresh_database: str) -> None:
    first = date.today() + timedelta(days=20)
    dates = f"{first} to {first + timedelta(days=1)}"
    with company(fresh_database, document(booking_window=dates, slot_offset=15)):
        request = ask()
        offered = starts(request)
        assert {start[:10] for start in offered} == {str(first), str(first + timedelta(days=1))}
        assert {start[14:16] for start in offered} == {"15", "45"}
        book(request, offered[0])


def test_holidays_of_the_company_and_of_the_one_rep_asked_for_are_no_business_days(
    fresh_database: str,
) -> None:
    made = document(booking_window="200 business days")
    plain = window_end(fresh_database, made)
    made["schedules"][0]["holidays"] = "US"
    assert window_end(fresh_database, made) == plain, "a pool's window does not depend on who is in it"
    alone = window_end(fresh_database, made, "rep1@acme.test")
    assert alone > plain
    made["company"]["holidays"] = "DE-BE"
    assert window_end(fresh_database, made) > plain
    assert window_end(fresh_database, made, "rep1@acme.test") > alone


def window_end(url: str, made: Document, *emails: str) -> int:
    with company(url, made):
        view = load_company(db.session(), now().date())
        reps = [rep.public_id for rep in view.reps.values() if rep.email in emails]
        return bounds_of(view, view.forms["demo"].meeting_type, now(), reps).hi


@pytest.mark.parametrize("prefer", ["fullest", "emptiest"])
def test_suggested_times_fill_days_or_spread_over_them(fresh_database: str, prefer: str) -> None:
    with company(fresh_database, document(prefer_days=prefer)):
        first, second = ask("one@globex.test"), ask("two@globex.test")
        day = a_full_day(starts(first))
        book(first, day[3])
        answer = shown(second)
        suggested = {start[:10] for start in answer["suggested"]}
        assert len(answer["suggested"]) == 3
        assert set(answer["suggested"]) <= set(first_starts({"slots": answer}))
        assert (day[0][:10] in suggested) is (prefer == "fullest")
