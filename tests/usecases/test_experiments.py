"""An experiment from the document to its result; its decisions can be made again."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest
from sqlalchemy import delete, select

from app.actor import COMMAND_LINE
from app.db import db, transaction
from app.errors import Invalid
from app.models import Booking, Outcome, Replay, Request, RequestFacts, RouteRecord
from app.usecases.book_meeting import BookingOrder, book_meeting
from app.usecases.cancel_meeting import cancel_meeting
from app.usecases.capture_lead import Submission
from app.usecases.change_configuration import change_configuration
from app.usecases.list_experiments import Experiment, ExperimentState, list_experiments
from app.usecases.run_replay import run_replay
from app.usecases.start_replay import ReplayOrder, start_replay
from app.usecases.submit_request import submit_request
from app.usecases.verify_decision import verify_decision
from tests.fixtures.company import ZONE, application_over, company_document, first_starts

VARIANTS = [
    {"name": "old", "share": 50, "pool": "everybody"},
    {"name": "new", "share": 50, "pool": "others"},
]


def router(**split: Any) -> dict[str, Any]:
    action = {"split": {"name": "who", "variants": VARIANTS, **split}}
    rule = {"name": "all", "when": {"field": "email", "op": "exists"}, "action": action}
    return {"name": "inbound", "rules": [rule], "catch_all": [{"queue": "desk"}]}


def document() -> dict[str, Any]:
    plain = company_document(reps=2)
    plain["pools"].append({"name": "others", "queue": "desk", "members": [{"rep": "rep2@acme.test"}]})
    plain["routers"] = [router()]
    return plain


@pytest.fixture
def running(fresh_database: str) -> Iterator[None]:
    with application_over(fresh_database, document()):
        yield


def ask(company: int, person: str = "priya") -> dict[str, Any]:
    return submit_request("demo", Submission({"email": f"{person}@globex{company}.test"}, ZONE, "en"))


def book(made: dict[str, Any], number: int) -> str:
    start = datetime.fromisoformat(first_starts(made)[number])
    return book_meeting(made["request"]["id"], BookingOrder(start))


def only() -> Experiment:
    db.session.rollback()
    (found,) = list_experiments()
    return found


def variant_of(made: dict[str, Any]) -> str:
    trace = db.session.scalars(
        select(RouteRecord.trace)
        .join(Request, Request.id == RouteRecord.request_id)
        .where(Request.public_id == made["request"]["id"])
    ).one()
    return str(trace["splits"][0]["variant"])


def test_decisions_of_an_experiment_come_out_the_same_and_erased_ones_as_erased(running: None) -> None:
    made = [ask(number) for number in range(6)]
    assert {variant_of(each) for each in made} == {"old", "new"}
    book(made[0], 3)
    assert verify_decision(made[0]["request"]["id"]).to_json() == {"route": "same", "assignment": "same"}
    for each in made[1:]:
        assert verify_decision(each["request"]["id"]).route == "same"
    with transaction() as session:
        session.execute(delete(RequestFacts))
    assert verify_decision(made[1]["request"]["id"]).route == "erased"


def test_companies_are_counted_not_requests(running: None) -> None:
    for number in range(8):
        ask(number)
    for person in ("ann", "bob", "cleo"):
        ask(0, person)
    arms = only().result.arms
    assert sum(arm.units for arm in arms) == 8
    assert sum(arm.requests for arm in arms) == 11


def test_bookings_cancellations_and_no_shows_are_counted_where_they_happened(running: None) -> None:
    made = [ask(number) for number in range(4)]
    bookings = [book(each, 5 * number) for number, each in enumerate(made[:3])]
    cancel_meeting(bookings[0], by="prospect")
    with transaction() as session:
        row = session.scalars(select(Booking).where(Booking.public_id == bookings[1])).one()
        row.outcome = Outcome.NO_SHOW
    found = {arm.name: arm for arm in only().result.arms}
    assert sum(arm.booked for arm in found.values()) == 3
    assert found[variant_of(made[0])].cancelled == 1
    assert found[variant_of(made[1])].no_show == 1


def test_with_a_handful_of_companies_nothing_is_claimed(running: None) -> None:
    for number in range(5):
        ask(number)
    said = only().sentences
    assert said[0].startswith("Not enough data to compare new with old")


def test_a_replay_under_the_same_rules_draws_the_same(running: None) -> None:
    for number in range(8):
        ask(number)
    made = start_replay(ReplayOrder("inbound", "published"), COMMAND_LINE)
    run_replay(made)
    result = db.session.scalar(select(Replay.result).where(Replay.public_id == made))
    assert result is not None
    assert result["changes"] == {"identical": 8, "same_place": 0, "moved": 0}


def test_an_experiment_that_is_published_away_has_ended_and_keeps_its_result(running: None) -> None:
    for number in range(4):
        ask(number)
    assert only().state is ExperimentState.RUNNING
    without = {"rules": [], "catch_all": [{"pool": "everybody"}, {"queue": "desk"}]}
    change_configuration({"routers": {"inbound": without}}, COMMAND_LINE, "stop")
    found = only()
    assert found.state is ExperimentState.ENDED
    assert sum(arm.units for arm in found.result.arms) == 4


def test_days_decide_whether_it_runs(running: None) -> None:
    change_configuration({"routers": {"inbound": router(**{"from": "2099-01-01"})}}, COMMAND_LINE, "plan")
    assert only().state is ExperimentState.PLANNED
    ask(1)
    assert sum(arm.units for arm in only().result.arms) == 0


def test_shares_changed_on_the_way_are_told(running: None) -> None:
    for number in range(12):
        ask(number)
    shares = [{**VARIANTS[0], "share": 1}, {**VARIANTS[1], "share": 99}]
    change_configuration({"routers": {"inbound": router(variants=shares)}}, COMMAND_LINE, "shift")
    for number in range(12):
        ask(number, "bob")
    found = only()
    assert found.result.crossed > 0
    assert any("met more than one variant" in sentence for sentence in found.sentences)
    assert sum(arm.units for arm in found.result.arms) == 12


def test_a_name_is_used_by_one_router_only(running: None) -> None:
    other = {**router(), "name": "other"}
    with pytest.raises(Invalid) as refused:
        change_configuration({"routers": {"other": other}}, COMMAND_LINE, "twice")
    assert [(error.code, error.field) for error in refused.value.errors] == [
        ("duplicate", "routers[other].rules[0].action.split.name")
    ]


def test_a_pool_of_a_variant_has_to_exist(running: None) -> None:
    wrong = [VARIANTS[0], {"name": "new", "share": 50, "pool": "nowhere"}]
    with pytest.raises(Invalid) as refused:
        change_configuration({"routers": {"inbound": router(variants=wrong)}}, COMMAND_LINE, "wrong")
    assert refused.value.errors[0].code == "unknown-reference"
    assert "split.variants[1]" in refused.value.errors[0].field
