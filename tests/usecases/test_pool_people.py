"""Who of a pool is offered: those not too far ahead, with room for new meetings, and there; or who stands in for them.

Everything goes the way a prospect's request goes, over a real database.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.actor import COMMAND_LINE
from app.db import db
from app.errors import SlotTaken
from app.models import Account, AssignmentRecord, Booking, LedgerEntry, QueueEntry, Rep
from app.usecases.change_configuration import apply_document
from app.usecases.reschedule_meeting import reschedule_meeting
from app.usecases.verify_decision import verify_decision
from calendars.zones import local_day, to_minutes
from tests.fixtures.company import ZONE, company_document
from tests.usecases.test_pool_rules import ask, book, company, pool_with, refused_codes, starts

TODAY = local_day(ZONE, to_minutes(datetime.now(UTC)))


def with_members(reps: int, **members: dict[str, Any]) -> dict[str, Any]:
    document = company_document(reps=reps)
    document["pools"][0]["members"] = pool_with(**members)
    return document


def off(first: int, last: int, cover: str | None = None) -> dict[str, Any]:
    """Time off from so many days after today to so many."""
    days = {"from": str(TODAY + timedelta(days=first)), "to": str(TODAY + timedelta(days=last))}
    return days | ({"cover": cover} if cover else {})


def name_of(booking: Booking) -> str:
    return db.session.get_one(Rep, booking.rep_id).email.partition("@")[0]


def refusal(booking: Booking, code: str) -> dict[str, Any]:
    trace = db.session.get_one(AssignmentRecord, booking.assignment_id).trace
    return dict(next(row for row in trace["refused"] if row["code"] == code)["detail"])


def is_verified(made: dict[str, Any]) -> bool:
    return verify_decision(made["request"]["id"]).to_json() == {"route": "same", "assignment": "same"}


def mornings_for(document: dict[str, Any], number: int) -> dict[str, Any]:
    """One of the reps works an hour a day only."""
    week = {day: ["08:00-09:00"] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    document["schedules"].append({"name": "early", "timezone": ZONE, "weekly": week})
    document["reps"][number]["schedule"] = "early"
    return document


def test_a_balanced_pool_hides_the_times_of_those_who_are_ahead_and_says_so(fresh_database: str) -> None:
    document = mornings_for(company_document(reps=2, offering="balanced", max_ahead=1), 1)
    with company(fresh_database, document):
        made = [ask(f"p{n}@globex.test") for n in range(6)]
        late = [start for start in starts(made[0]) if "T08" not in start]
        for number in range(3):  # only the first rep is free then
            assert name_of(book(made[number], late[number])) == "rep1"
        left = starts(made[3])
        assert left and all("T08" in start for start in left), "1.5 turns ahead, 1 is allowed"
        with pytest.raises(SlotTaken):
            book(made[3], late[5])
        booked = book(made[3], left[0])
        assert name_of(booked) == "rep2"
        assert refusal(booked, "ahead_of_pool") == {"ahead": 1.5, "most": 1}
        assert is_verified(made[3])
        assert any("T08" not in start for start in starts(made[4])), "one turn ahead is allowed"


def test_a_balanced_pool_offers_those_who_are_ahead_when_nobody_else_has_a_time(fresh_database: str) -> None:
    document = company_document(reps=2, offering="balanced", max_ahead=1)
    document["reps"][1]["time_off"] = [off(0, 0), off(1, 30)]
    with company(fresh_database, document):
        for number in range(4):
            made = ask(f"p{number}@globex.test")
            later = [start for start in starts(made) if start[:10] > str(TODAY)]
            assert name_of(book(made, later[number])) == "rep1"


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        ({"new_per_day": 1}, "at_daily_intake"),
        ({"new_per_week": 1}, "at_weekly_intake"),
        ({"open_leads": 1}, "at_open_cap"),
    ],
)
def test_a_reps_cap_on_new_meetings_holds_whenever_the_meetings_are(
    fresh_database: str, limits: dict[str, int], code: str
) -> None:
    document = company_document(reps=2)
    document["reps"][0]["limits"] = limits
    with company(fresh_database, document):
        made = [ask(f"p{n}@globex.test") for n in range(4)]
        times = starts(made[0])
        first, second = book(made[0], times[0]), book(made[1], times[0])
        assert {name_of(first), name_of(second)} == {"rep1", "rep2"}
        third = book(made[2], times[-1])  # two weeks away
        assert name_of(third) == "rep2"
        assert refusal(third, code) == {"cap": 1, "count": 1, "in": "all"}
        assert is_verified(made[2])


def test_a_members_cap_on_new_meetings_counts_this_pools_and_leaves_no_time_when_all_have_enough(
    fresh_database: str,
) -> None:
    with company(fresh_database, with_members(1, rep1={"new_per_day": 2})):
        made = [ask(f"p{n}@globex.test") for n in range(3)]
        times = starts(made[0])
        book(made[0], times[0])
        assert starts(made[2]), "one of two"
        book(made[1], times[-1])
        assert starts(made[2]) == []
        with pytest.raises(SlotTaken):
            book(made[2], times[3])


def test_somebody_with_enough_new_meetings_keeps_those_they_have_when_they_are_moved(
    fresh_database: str,
) -> None:
    document = company_document(reps=2)
    document["reps"][0]["limits"] = document["reps"][1]["limits"] = {"new_per_day": 1}
    with company(fresh_database, document):
        made = ask("priya@globex.test")
        times = starts(made)
        booked = book(made, times[0])
        whose = booked.rep_id
        reschedule_meeting(booked.public_id, datetime.fromisoformat(times[-1]), by="prospect")
        db.session.refresh(booked)
        assert (booked.rep_id, booked.starts_at) == (whose, datetime.fromisoformat(times[-1]))


def test_a_cap_on_a_day_is_told_with_the_number_it_would_take(fresh_database: str) -> None:
    with company(fresh_database, with_members(2, rep1={"per_day": 1}, rep2={})):
        made = [ask(f"p{n}@globex.test") for n in range(3)]
        day = [start for start in starts(made[0]) if start.startswith(starts(made[0])[40][:10])]
        book(made[0], day[0])
        book(made[1], day[0])
        assert refusal(book(made[2], day[4]), "at_daily_cap") == {"cap": 1, "count": 1}


def test_a_weekly_cap_counts_the_meetings_of_the_week_that_lie_before_today(fresh_database: str) -> None:
    with company(fresh_database, with_members(1, rep1={"per_week": 1})):
        made = [ask(f"p{n}@globex.test") for n in range(2)]
        today = TODAY - timedelta(days=TODAY.weekday())
        booked = book(made[0], starts(made[0])[0])
        monday = datetime(today.year, today.month, today.day, 9, tzinfo=UTC)
        booked.starts_at, booked.ends_at = monday, monday + timedelta(minutes=30)
        db.session.commit()
        sunday = today + timedelta(days=6)
        assert all(start[:10] > str(sunday) for start in starts(made[1]))


OWNED = {
    "name": "known accounts",
    "when": {"field": "account.owner", "op": "exists"},
    "action": {"owner": True, "owner_wait": "10 days"},
}


def owned_by_the_second(**rep: Any) -> dict[str, Any]:
    document = company_document(reps=3, charge_owner=True)
    document["routers"][0]["rules"] = [OWNED]
    document["reps"][1].update(rep)
    return document


def own_globex() -> Rep:
    owner = db.session.scalars(select(Rep).where(Rep.email == "rep2@acme.test")).one()
    at = datetime(2026, 1, 1, tzinfo=UTC)
    account = Account(
        public_id="acc_1", name="Globex", domain="globex.test", owner_rep_id=owner.id, updated_at=at
    )
    db.session.add(account)
    db.session.commit()
    return owner


def test_an_absent_owners_lead_is_offered_the_covers_calendar_and_stays_the_owners(
    fresh_database: str,
) -> None:
    with company(fresh_database, owned_by_the_second()):
        owner = own_globex()
        away = owned_by_the_second(time_off=[off(-1, 12, cover="rep3@acme.test")])
        apply_document(away, COMMAND_LINE, "test")
        made = ask("priya@globex.test")
        booked = book(made, starts(made)[0])
        assert name_of(booked) == "rep3"
        row = db.session.scalars(select(LedgerEntry).where(LedgerEntry.kind == "owner_routed")).one()
        assert row.rep_id == owner.id and row.amount > 0
        assert db.session.scalars(select(Account.owner_rep_id)).one() == owner.id
        trace = db.session.get_one(AssignmentRecord, booked.assignment_id).trace
        assert trace["ranking"][0]["numbers"] == {"covers": owner.public_id}
        assert is_verified(made)


def test_control_an_absent_owner_without_a_cover_is_followed_by_the_pool(fresh_database: str) -> None:
    with company(fresh_database, owned_by_the_second(time_off=[off(-1, 12)])):
        own_globex()
        made = ask("priya@globex.test")
        assert name_of(book(made, starts(made)[0])) in {"rep1", "rep3"}


def everybody_out(policy: str) -> dict[str, Any]:
    document = company_document(reps=2, when_everybody_is_out=policy)
    for rep in document["reps"]:
        rep["time_off"] = [off(-1, 4)]
    document["pools"].append({"name": "others", "queue": "desk", "members": [{"rep": "rep3@acme.test"}]})
    document["reps"].append({**document["reps"][0], "email": "rep3@acme.test", "time_off": []})
    document["routers"][0]["catch_all"] = [{"pool": "everybody"}, {"pool": "others"}, {"queue": "desk"}]
    return document


@pytest.mark.parametrize(("policy", "who"), [("fallback", {"rep3"}), ("next_day_back", {"rep1", "rep2"})])
def test_when_everybody_is_out_the_next_destination_or_their_return_is_offered(
    fresh_database: str, policy: str, who: set[str]
) -> None:
    with company(fresh_database, everybody_out(policy)):
        made = ask("priya@globex.test")
        first = min(starts(made))
        assert (first[:10] == str(TODAY + timedelta(days=5))) is (policy == "next_day_back")
        assert name_of(book(made, first)) in who
        assert is_verified(made)


def test_when_everybody_is_out_the_pools_queue_takes_it_if_the_pool_says_so(fresh_database: str) -> None:
    with company(fresh_database, everybody_out("queue")):
        made = ask("priya@globex.test")
        assert made["next"]["kind"] == "message"
        assert db.session.scalars(select(QueueEntry)).one().reason == "routed"
        assert verify_decision(made["request"]["id"]).to_json() == {"route": "same", "assignment": "none"}


@pytest.mark.parametrize(
    "close",
    [
        pytest.param(lambda rep: rep.update(time_off=[off(2, 2)]), id="a single day off"),
        pytest.param(lambda rep: rep.update(time_off=[off(2, 4)]), id="days off that have not begun"),
    ],
)
def test_somebody_who_is_off_then_is_not_given_the_time(
    fresh_database: str, close: Callable[[dict[str, Any]], None]
) -> None:
    document = company_document(reps=2)
    close(document["reps"][0])
    with company(fresh_database, document):
        day = str(TODAY + timedelta(days=2))
        made = ask("priya@globex.test")
        booked = book(made, next(start for start in starts(made) if start.startswith(day)))
        assert name_of(booked) == "rep2" and "time_off" in refused_codes(booked)
