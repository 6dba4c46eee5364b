"""What a pool says beyond its reps' own time holds when times are offered and when one is accepted alike."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.actor import COMMAND_LINE
from app.db import db
from app.errors import SlotTaken
from app.models import Account, AssignmentRecord, Booking, LedgerEntry, Rep
from app.usecases.book_meeting import BookingOrder, book_meeting
from app.usecases.capture_lead import Submission
from app.usecases.change_configuration import apply_document
from app.usecases.offer_slots import SlotQuery, offer_slots, open_request
from app.usecases.submit_request import submit_request
from app.usecases.verify_decision import verify_decision
from tests.fixtures.company import ZONE, application_over, company_document, first_starts


@contextmanager
def company(url: str, document: dict[str, Any]) -> Iterator[Flask]:
    with application_over(url, document) as app:
        yield app


def ask(email: str, **answers: Any) -> dict[str, Any]:
    return submit_request("demo", Submission({"email": email, **answers}, ZONE, "en"))


def starts(made: dict[str, Any]) -> list[str]:
    db.session.rollback()
    shown = offer_slots(open_request(made["request"]["id"]), SlotQuery(ZONE))
    return first_starts({"slots": shown if isinstance(shown, dict) else shown.to_json()})


def book(made: dict[str, Any], start: str) -> Booking:
    made_id = book_meeting(made["request"]["id"], BookingOrder(datetime.fromisoformat(start)))
    return db.session.scalars(select(Booking).where(Booking.public_id == made_id)).one()


def pool_with(**members: dict[str, Any]) -> list[dict[str, Any]]:
    return [{"rep": f"{name}@acme.test", **rest} for name, rest in members.items()]


def refused_codes(booking: Booking) -> set[str]:
    record = db.session.get_one(AssignmentRecord, booking.assignment_id)
    return {row["code"] for row in record.trace["refused"]}


def morning_and_whole_day(**pool: Any) -> dict[str, Any]:
    """Two reps in one pool: one works whole days, the other Monday mornings only."""
    document = company_document(reps=2, **pool)
    document["schedules"].append({"name": "mornings", "timezone": ZONE, "weekly": {"mon": ["08:00-09:00"]}})
    document["reps"][1]["schedule"] = "mornings"
    return document


def is_whole_day(offered: list[str]) -> bool:
    return len({start[:10] for start in offered}) > 5


def test_a_strict_pool_offers_only_the_times_of_the_rep_whose_turn_it_is(fresh_database: str) -> None:
    with company(fresh_database, morning_and_whole_day(offering="strict")):
        first, second = ask("one@globex.test"), ask("two@globex.test")
        before = starts(first)
        book(first, before[0])
        after = starts(second)
        assert is_whole_day(before) != is_whole_day(after), "turns alternate, and with them what is offered"
        book(second, after[-1])
        for made in (first, second):
            checked = verify_decision(made["request"]["id"])
            assert checked.to_json() == {"route": "same", "assignment": "same"}


def test_a_strict_pool_refuses_a_time_that_is_somebody_elses(fresh_database: str) -> None:
    with company(fresh_database, morning_and_whole_day(offering="strict")):
        first, second, third = (ask(f"{name}@globex.test") for name in ("one", "two", "three"))
        if not is_whole_day(starts(first)):
            book(first, starts(first)[0])
        afternoon = next(start for start in starts(second) if "T15:00" in start)
        book(third, starts(third)[0])
        with pytest.raises(SlotTaken):
            book(second, afternoon)


def test_a_members_daily_cap_counts_this_pools_meetings_and_closes_the_day(fresh_database: str) -> None:
    document = company_document(reps=1)
    document["pools"][0]["members"] = pool_with(rep1={"per_day": 2})
    with company(fresh_database, document):
        made = [ask(f"p{n}@globex.test") for n in range(3)]
        day = starts(made[0])[40][:10]
        on_day = [start for start in starts(made[0]) if start.startswith(day)]
        book(made[0], on_day[0])
        book(made[1], on_day[4])
        assert not [start for start in starts(made[2]) if start.startswith(day)]
        with pytest.raises(SlotTaken):
            book(made[2], on_day[8])


def test_the_reason_for_a_capped_member_is_their_cap(fresh_database: str) -> None:
    document = company_document(reps=2)
    document["pools"][0]["members"] = pool_with(rep1={"per_day": 1}, rep2={})
    with company(fresh_database, document):
        made = [ask(f"p{n}@globex.test") for n in range(3)]
        day = [start for start in starts(made[0]) if start.startswith(starts(made[0])[40][:10])]
        book(made[0], day[0])
        book(made[1], day[0])
        booked = book(made[2], day[4])
        assert refused_codes(booked) == {"at_daily_cap"}


def test_value_balanced_gives_the_next_deal_to_the_one_with_the_least(fresh_database: str) -> None:
    document = company_document(reps=2, distribution="value_balanced")
    document["forms"][0]["fields"].append({"name": "deal_value", "type": "number", "label": {"en": "Value"}})
    with company(fresh_database, document):
        great, small, smaller = (ask(f"v{value}@globex.test", deal_value=value) for value in (900, 100, 100))
        day = starts(great)
        reps = [book(made, day[number * 3]).rep_id for number, made in enumerate((great, small, smaller))]
        assert reps[0] != reps[1] == reps[2]


@pytest.mark.parametrize("charged", [False, True])
def test_an_owners_meeting_is_recorded_and_charged_only_where_the_pool_says_so(
    fresh_database: str, charged: bool
) -> None:
    document = company_document(reps=2, charge_owner=charged)
    document["routers"][0]["rules"] = [
        {
            "name": "known accounts",
            "when": {"field": "account.owner", "op": "exists"},
            "action": {"owner": True, "owner_wait": "10 days"},
        }
    ]
    with company(fresh_database, document):
        owner = db.session.scalars(select(Rep).order_by(Rep.id.desc())).first()
        assert owner is not None
        now = datetime.fromisoformat("2026-01-01T00:00:00+00:00")
        db.session.add(
            Account(
                public_id="acc_1", name="Globex", domain="globex.test", owner_rep_id=owner.id, updated_at=now
            )
        )
        db.session.commit()
        made = ask("priya@globex.test")
        assert book(made, starts(made)[0]).rep_id == owner.id
        row = db.session.scalars(select(LedgerEntry).where(LedgerEntry.kind == "owner_routed")).one()
        assert (row.amount > 0) is charged
        assert verify_decision(made["request"]["id"]).to_json() == {"route": "same", "assignment": "same"}


def test_settings_of_a_pool_take_effect_with_the_next_look(fresh_database: str) -> None:
    document = company_document(reps=1)
    with company(fresh_database, document):
        made = ask("one@globex.test")
        assert starts(made)
        document["pools"][0]["max_utilization"] = "1%"
        for number in range(3):  # 90 of 8,400 working minutes
            book(ask(f"p{number}@globex.test"), starts(made)[number * 3])
        apply_document(document, COMMAND_LINE, "test")
        assert starts(made) == []
