"""What closes a request's times adds up, and what is said to open more does, when it is changed for real."""

from datetime import datetime
from typing import Any

import pytest

from app.actor import COMMAND_LINE
from app.clock import now
from app.db import db
from app.store.company import load_company
from app.usecases.book_meeting import BookingOrder, book_meeting
from app.usecases.capture_lead import Submission
from app.usecases.change_configuration import apply_document
from app.usecases.offer_slots import current_offer, meeting_type_of, open_request
from app.usecases.submit_request import submit_request
from app.usecases.time_causes import PlaceCauses
from app.usecases.why_no_times import why_no_times
from tests.fixtures.company import ZONE, application_over, company_document


def ask(email: str = "priya@globex.test") -> dict[str, Any]:
    return submit_request("demo", Submission({"email": email}, ZONE, "en"))


def book(made: dict[str, Any], number: int) -> None:
    starts = [slot["start"] for day in made["slots"]["days"] for slot in day["slots"]]
    book_meeting(made["request"]["id"], BookingOrder(datetime.fromisoformat(starts[number])))


def first(request: str) -> PlaceCauses:
    db.session.rollback()
    return why_no_times(request)[0]


def codes(place: PlaceCauses) -> set[str]:
    return {cause.code for cause in place.causes}


def office(**pool: Any) -> dict[str, Any]:
    document = company_document(reps=2, **pool)
    document["schedules"][0]["weekly"] = {day: ["09:00-12:00"] for day in ("mon", "tue", "wed", "thu", "fri")}
    return document


def test_the_causes_of_every_rep_add_up_to_all_starts_and_the_open_ones_are_those_on_offer(
    fresh_database: str,
) -> None:
    members = [{"rep": "rep1@acme.test", "per_day": 1}, {"rep": "rep2@acme.test"}]
    with application_over(fresh_database, office(members=members)):
        for number in range(3):
            book(ask(f"p{number}@globex.test"), number)
        made = ask()
        place = first(made["request"]["id"])
        assert place.starts > 100
        for rep in place.reps:
            assert sum(cause.starts for cause in rep.causes) == place.starts
        assert sum(cause.starts for cause in place.causes) == place.starts * len(place.reps)
        assert {"outside_hours", "our_meeting", "open"} <= codes(place)
        shown = slots_of_request(made["request"]["id"])
        assert place.offered == shown


def slots_of_request(request: str) -> int:
    """How many times the offering function itself offers."""
    asked = open_request(request)
    company = load_company(db.session(), now().date())
    offer = current_offer(db.session(), company, asked, meeting_type_of(company, asked.form_id), now())
    assert offer is not None
    return len(offer.times())


@pytest.mark.parametrize(
    ("code", "change", "cause"),
    [
        ("at_daily_cap", {"limits": {"per_day": 1}}, "at_daily_cap"),
        ("at_weekly_cap", {"limits": {"per_week": 1}}, "at_weekly_cap"),
    ],
)
def test_a_cap_of_one_more_opens_exactly_as_many_times_as_is_said(
    fresh_database: str, code: str, change: dict[str, Any], cause: str
) -> None:
    document = office()
    document["reps"] = [{**document["reps"][0], **change}]
    document["pools"][0]["members"] = [{"rep": "rep1@acme.test"}]
    with application_over(fresh_database, document):
        book(ask("one@globex.test"), 0)
        made = ask()
        place = first(made["request"]["id"])
        assert cause in codes(place)
        said = next(each for each in place.what_ifs if each.code == code)
        assert "a cap of 2" in said.words
        document["reps"][0]["limits"] = dict.fromkeys(change["limits"], 2)
        apply_document(document, COMMAND_LINE)
        assert first(made["request"]["id"]).offered == said.offered == place.offered + said.gained


def test_each_other_change_opens_exactly_as_many_times_as_is_said(fresh_database: str) -> None:
    document = office()
    document["meeting_types"][0].update(minimum_notice="3 days", buffers={"before": 0, "after": 30})
    with application_over(fresh_database, document):
        book(ask("one@globex.test"), 0)
        made = ask()
        place = first(made["request"]["id"])
        said = {each.code: each for each in place.what_ifs}
        assert {"too_soon", "outside_hours", "window"} <= said.keys()
        for code, changed in (
            ("too_soon", {"minimum_notice": 0}),
            ("window", {"booking_window": "19 days"}),
            ("buffer", {"buffers": {"before": 0, "after": 0}}),
        ):
            if code in said:
                other = {**document, "meeting_types": [{**document["meeting_types"][0], **changed}]}
                apply_document(other, COMMAND_LINE)
                assert first(made["request"]["id"]).offered == said[code].offered, code
                apply_document(document, COMMAND_LINE)
        assert first(made["request"]["id"]).offered == place.offered


def test_turns_and_missing_calendars_are_causes_too(fresh_database: str) -> None:
    document = office(offering="strict")
    with application_over(fresh_database, document):
        made = ask()
        place = first(made["request"]["id"])
        assert "not_their_turn" in codes(place)
        for rep in document["reps"]:
            del rep["calendars"]
        document["reps"] = [{**rep, "calendars": []} for rep in document["reps"]]
        apply_document(document, COMMAND_LINE)
        place = first(made["request"]["id"])
        assert (place.offered, place.is_current) == (0, False)
        assert "not_connected" in codes(place)
        assert "not_connected" in {each.code for each in place.what_ifs}


def test_somebody_whom_the_rule_leaves_out_is_closed_by_that_and_by_nothing_of_the_day(
    fresh_database: str,
) -> None:
    document = office()
    document["reps"][0]["skills"] = {"law": 2}
    document["routers"][0]["catch_all"] = [
        {"pool": "everybody", "require_skills": {"law": 1}},
        {"queue": "desk"},
    ]
    with application_over(fresh_database, document):
        place = first(ask()["request"]["id"])
        by_rep = [{cause.code for cause in rep.causes} for rep in place.reps]
        assert {"missing_skill"} in [codes - {"outside_hours", "open"} for codes in by_rep]
