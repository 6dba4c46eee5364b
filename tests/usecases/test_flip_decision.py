"""What a page says would have changed a stored decision, made again from its stored inputs."""

from datetime import datetime

from sqlalchemy import select

from app.db import db
from app.models import AssignmentRecord, Booking, RequestFacts, RouteRecord
from app.usecases.book_meeting import BookingOrder, book_meeting
from app.usecases.capture_lead import Submission
from app.usecases.flip_decision import flips_of
from app.usecases.submit_request import submit_request
from app.web.known import known_of
from app.web.why import why
from tests.fixtures.company import ZONE, application_over, company_document


def booked(email: str, number: int) -> Booking:
    made = submit_request("demo", Submission({"email": email}, ZONE, "en"))
    start = [slot["start"] for day in made["slots"]["days"] for slot in day["slots"]][number]
    public_id = book_meeting(made["request"]["id"], BookingOrder(datetime.fromisoformat(start)))
    return db.session.scalars(select(Booking).where(Booking.public_id == public_id)).one()


def records(booking: Booking) -> tuple[RouteRecord, AssignmentRecord]:
    assignment = db.session.get_one(AssignmentRecord, booking.assignment_id)
    return db.session.get_one(RouteRecord, assignment.route_id), assignment


def test_a_cap_is_named_with_the_cap_that_would_have_changed_it(fresh_database: str) -> None:
    members = [{"rep": "rep1@acme.test", "per_day": 1}, {"rep": "rep2@acme.test", "tier": 2}]
    with application_over(fresh_database, company_document(reps=2, members=members)):
        booked("one@globex.test", 0)
        route, assignment = records(booked("two@globex.test", 4))
        flips = flips_of(db.session(), route, assignment)
        winner = assignment.trace["winner"]
        assert assignment.trace["refused"][0]["code"] == "at_daily_cap"
        assert [(flip.code, flip.params.get("cap")) for flip in flips][:1] == [("with_daily_cap", 2)]
        assert flips[0].rep != winner
        known = known_of(db.session(), assignment, flips=flips, you=winner)
        lines = why(route.trace, assignment.trace, {}, known=known).lines
        assert lines[0].startswith("You: ")
        assert "would have got it with a cap of 2." in lines[1]


def test_nothing_is_claimed_of_rules_whose_facts_are_gone(fresh_database: str) -> None:
    with application_over(fresh_database, company_document(reps=2)):
        route, assignment = records(booked("one@globex.test", 0))
        db.session.query(RequestFacts).delete()
        assert {flip.code for flip in flips_of(db.session(), route, assignment)} <= {"without_winner"}


def test_the_winner_reads_how_long_ago_their_last_turn_was(fresh_database: str) -> None:
    with application_over(fresh_database, company_document(reps=1, distribution="longest_idle")):
        booked("one@globex.test", 0)
        _, assignment = records(booked("two@globex.test", 4))
        known = known_of(db.session(), assignment)
        assert known.since_turn(assignment.trace["ranking"][0]["numbers"]["last_turn"]) == "a moment"
