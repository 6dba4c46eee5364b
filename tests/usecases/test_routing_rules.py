"""Rules end to end: what a rule says is what a prospect is offered, and every decision can be made again."""

import copy
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from app.actor import SYSTEM, Actor
from app.db import db
from app.errors import Invalid, NotFound
from app.models import (
    Account,
    Activity,
    AuditEntry,
    Booking,
    Lead,
    Queue,
    QueueEntry,
    QueueState,
    Rep,
    Request,
    RequestState,
    RouteRecord,
)
from app.usecases.book_meeting import BookingOrder, book_meeting
from app.usecases.cancel_meeting import cancel_meeting
from app.usecases.capture_lead import Submission
from app.usecases.change_configuration import apply_document, change_configuration
from app.usecases.export_configuration import export_item
from app.usecases.nurture import leave_nurture_list
from app.usecases.offer_slots import SlotQuery, offer_slots, open_request
from app.usecases.reassign_meeting import reassign_meeting
from app.usecases.submit_request import submit_request
from app.usecases.verify_decision import verify_decision
from tests.fixtures.company import ZONE, application_over, company_document, first_starts

EMAIL = {"field": "email", "op": "exists"}
GERMANY = {"field": "country", "op": "eq", "value": "DE"}
FRANCE = {"field": "country", "op": "eq", "value": "FR"}
SAME = {"route": "same", "assignment": "same"}


def market() -> dict[str, Any]:
    """Three reps: one for Germany, one for France beside it, and everybody in one pool."""
    document = company_document(reps=3)
    for number, name in ((1, "germans"), (2, "french")):
        document["pools"].append(
            {"name": name, "queue": "desk", "members": [{"rep": f"rep{number}@acme.test"}]}
        )
    document["territories"] = [
        {"name": "germany", "when": GERMANY, "pool": "germans", "adjacent": ["france"]},
        {"name": "france", "when": FRANCE, "pool": "french"},
    ]
    return document


@pytest.fixture
def app(fresh_database: str) -> Iterator[Flask]:
    with application_over(fresh_database, market()) as application:
        yield application


def publish(action: Any, *fallback: Any, **more: Any) -> None:
    rule = {"name": "all", "when": EMAIL, "action": action, "fallback": list(fallback)}
    router = {"rules": [rule], "catch_all": [{"pool": "everybody"}, {"queue": "desk"}], **more}
    change_configuration({"routers": {"inbound": router}}, SYSTEM, "test")


def works(email: str, schedule: str | None) -> None:
    rep = {**export_item("reps", email), "schedule": schedule}
    change_configuration({"reps": {email: rep}}, SYSTEM, "test")


def ask(email: str = "priya@globex.test", zone: str = ZONE, **answers: Any) -> dict[str, Any]:
    return submit_request("demo", Submission({"email": email, **answers}, zone, "en"))


def book(made: dict[str, Any], start: str | None = None) -> str:
    """Book, and check that the decision can be made again; the rep's e-mail."""
    request = made["request"]["id"]
    made_id = book_meeting(request, BookingOrder(datetime.fromisoformat(start or starts(made)[0])))
    booking = db.session.scalars(select(Booking).where(Booking.public_id == made_id)).one()
    assert verify_decision(request).to_json() == SAME
    return booking.rep.email


def starts(made: dict[str, Any]) -> list[str]:
    db.session.rollback()
    return first_starts({"slots": offer_slots(open_request(made["request"]["id"]), SlotQuery(ZONE))})


def route_of(made: dict[str, Any]) -> dict[str, Any]:
    record = db.session.scalars(
        select(RouteRecord)
        .join(Request, Request.id == RouteRecord.request_id)
        .where(Request.public_id == made["request"]["id"])
        .order_by(RouteRecord.id.desc())
        .limit(1)
    ).one()
    return record.trace


def owned(domain: str, owner: str | None = None, parent: int | None = None) -> int:
    rep = db.session.scalar(select(Rep.id).where(Rep.email == owner)) if owner else None
    account = Account(
        public_id=f"acc_{domain}",
        name=domain,
        domain=domain,
        owner_rep_id=rep,
        parent_id=parent,
        updated_at=NOW,
    )
    db.session.add(account)
    db.session.commit()
    return account.id


NOW = datetime.now(ZoneInfo(ZONE))


@pytest.mark.usefixtures("app")
def test_a_lead_goes_to_the_pool_of_its_territory_and_a_moved_one_takes_the_next_lead_only() -> None:
    publish({"territory": True}, {"adjacent": True})
    first = ask(country="DE")
    assert book(first) == "rep1@acme.test"
    moved = [{**territory, "pool": "french"} for territory in market()["territories"]]
    apply_document({"version": 1, "territories": moved}, SYSTEM)
    assert book(ask("paul@initech.test", country="DE")) == "rep2@acme.test"
    assert verify_decision(first["request"]["id"]).to_json() == SAME


@pytest.mark.usefixtures("app")
def test_an_adjacent_territory_helps_out_when_the_home_pool_has_no_time() -> None:
    publish({"territory": True}, {"adjacent": True})
    works("rep1@acme.test", None)
    made = ask(country="DE")
    assert book(made) == "rep2@acme.test"
    about = [place.get("about") for place in route_of(made)["destinations"]]
    assert about[1] == {"territory": "france", "backfill_from": "germany"}


@pytest.mark.usefixtures("app")
def test_an_owned_account_stays_with_its_owner_when_its_territory_moves() -> None:
    owned("globex.test", "rep3@acme.test")
    publish({"owner": True}, {"territory": True})
    moved = [{**territory, "pool": "french"} for territory in market()["territories"]]
    apply_document({"version": 1, "territories": moved}, SYSTEM)
    assert book(ask(country="DE")) == "rep3@acme.test"


@pytest.mark.parametrize(
    ("owners", "owner"),
    [
        ({"parent": "rep2@acme.test"}, "parent"),
        ({"grandparent": "rep2@acme.test"}, "parent"),
        ({"sibling": "rep2@acme.test"}, "any"),
        ({"child": "rep2@acme.test"}, "any"),
        ({"own": "rep2@acme.test", "parent": "rep1@acme.test", "sibling": "rep1@acme.test"}, "any"),
    ],
)
@pytest.mark.usefixtures("app")
def test_a_lead_under_the_same_parent_goes_to_the_rep_who_knows_the_parent(
    owners: dict[str, str], owner: str
) -> None:
    top = owned("holding.test", owners.get("grandparent"))
    parent = owned("group.test", owners.get("parent"), top)
    mine = owned("globex.test", owners.get("own"), parent)
    owned("sister.test", owners.get("sibling"), parent)
    owned("daughter.test", owners.get("child"), mine)
    publish({"owner": owner}, {"pool": "germans"})
    assert book(ask()) == "rep2@acme.test"


@pytest.mark.usefixtures("app")
def test_a_company_comes_back_to_its_last_rep_and_a_mail_service_does_not() -> None:
    publish({"pool": "everybody"}, sticky="90 days")
    for domain, is_kept in (("globex.test", True), ("gmail.com", False)):
        reps = []
        for number in range(6):
            reps.append(book(ask(f"p{number}@{domain}")))
        assert (len(set(reps)) == 1) is is_kept, reps
    other = ask("somebody@initech.test")
    assert route_of(other)["destinations"][0]["via"] == "action"


@pytest.mark.usefixtures("app")
def test_a_cancelled_meeting_makes_nobody_the_last_rep() -> None:
    publish({"pool": "everybody"}, sticky="90 days")
    made = ask("one@globex.test")
    book(made)
    booking = db.session.scalars(select(Booking)).one()
    cancel_meeting(booking.public_id, by="prospect")
    assert route_of(ask("two@globex.test"))["destinations"][0]["via"] == "action"


@pytest.mark.usefixtures("app")
def test_only_times_in_both_parties_day_are_offered_and_accepted() -> None:
    publish({"pool": "everybody", "match": ["timezone"]}, local_day="09:00-17:00")
    made = ask(zone="America/New_York")
    shown = starts(made)
    hours = {datetime.fromisoformat(each).astimezone(ZoneInfo("America/New_York")).hour for each in shown}
    assert hours == {9, 10, 11}, "reps in Berlin work until 18:00, which is noon in New York"
    book(made, shown[-1])


@pytest.mark.usefixtures("app")
def test_where_no_time_is_in_both_parties_day_the_fallback_has_its_turn() -> None:
    publish({"pool": "germans", "match": ["timezone"]}, {"pool": "french"}, local_day="09:00-17:00")
    assert book(ask(zone="Pacific/Auckland")) == "rep2@acme.test"
    assert book(ask("b@initech.test", zone="Europe/Paris")) == "rep1@acme.test"


@pytest.mark.usefixtures("app")
def test_a_time_that_was_kept_outside_of_the_prospects_day_cannot_be_booked() -> None:
    publish({"pool": "germans", "match": ["timezone"]}, local_day="09:00-17:00")
    made = ask(zone="Pacific/Auckland")
    assert [place["name"] for place in route_of(made)["destinations"]] == ["germans", "everybody", "desk"]
    assert starts(made), "the catch-all has times"


@pytest.mark.usefixtures("app")
def test_demands_are_relaxed_when_nobody_who_meets_them_has_a_time_soon() -> None:
    late = {"name": "late", "timezone": ZONE, "weekly": {}, "overrides": [_in_days(9)]}
    change_configuration({"schedules": {"late": late}}, SYSTEM, "test")
    works("rep1@acme.test", "late")
    publish({"pool": "germans", "within": "2 days"}, {"pool": "french"})
    assert book(ask()) == "rep2@acme.test"
    publish({"pool": "germans", "within": "12 days"}, {"pool": "french"})
    assert book(ask("b@initech.test")) == "rep1@acme.test"


def _in_days(days: int) -> dict[str, Any]:
    on = datetime.fromordinal(NOW.date().toordinal() + days).date()
    return {"date": on.isoformat(), "hours": ["10:00-17:00"]}


def lead(email: str = "priya@globex.test") -> Lead:
    db.session.rollback()
    return db.session.scalars(select(Lead).where(Lead.email == email)).one()


@pytest.mark.usefixtures("app")
def test_a_lead_on_a_list_reads_a_friendly_message_and_comes_off_it_by_asking_again() -> None:
    publish({"nurture": "newsletter"})
    made = ask()
    assert (made["next"]["kind"], "news for you" in made["next"]["text"]) == ("message", True)
    assert (lead().nurture_list, lead().nurtured_at is not None) == ("newsletter", True)
    assert db.session.scalars(select(Request.state)).one() is RequestState.NURTURED
    publish({"pool": "everybody"})
    assert ask()["next"]["kind"] == "offer"
    assert (lead().nurture_list, lead().nurtured_at) == (None, None)
    kinds = set(db.session.scalars(select(Activity.kind)))
    assert {"lead.nurtured", "lead.left_list"} <= kinds
    assert verify_decision(made["request"]["id"]).to_json() == {"route": "same", "assignment": "none"}


@pytest.mark.usefixtures("app")
def test_somebody_can_take_a_lead_off_a_list_and_that_is_on_record() -> None:
    publish({"nurture": "newsletter"})
    ask()
    assert leave_nurture_list(lead().public_id, Actor("user_mia")) == "newsletter"
    assert lead().nurture_list is None
    audit = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "lead.left-list")).one()
    assert (audit.actor, audit.detail) == ("user_mia", {"list": "newsletter"})
    with pytest.raises(NotFound):
        leave_nurture_list(lead().public_id, Actor("user_mia"))


SECOND = {"rules": [], "catch_all": [{"pool": "germans"}, {"queue": "desk"}]}


@pytest.mark.usefixtures("app")
def test_a_decision_through_another_router_is_made_again_with_the_versions_it_used() -> None:
    change_configuration({"routers": {"second": SECOND}}, SYSTEM, "test")
    publish({"router": "second"})
    made = ask()
    assert route_of(made)["routers"] == {"second": 1}
    change_configuration(
        {"routers": {"second": {**SECOND, "catch_all": [{"pool": "french"}]}}}, SYSTEM, "test"
    )
    assert book(made) == "rep1@acme.test", "a request in flight finishes on the version it started with"
    assert book(ask("b@initech.test")) == "rep2@acme.test"


@pytest.mark.usefixtures("app")
def test_a_request_in_flight_finishes_on_the_version_it_started_with() -> None:
    publish({"pool": "germans"})
    made = ask()
    publish({"pool": "french"})
    assert book(made) == "rep1@acme.test"
    assert route_of(made)["version"] < route_of(ask("b@initech.test"))["version"]


def refused(document: Callable[[dict[str, Any]], None]) -> list[tuple[str, str]]:
    changed = copy.deepcopy(market())
    document(changed)
    with pytest.raises(Invalid) as error:
        apply_document(changed, SYSTEM)
    return [(each.field, each.code) for each in error.value.errors]


def _circle(document: dict[str, Any]) -> None:
    document["routers"].append({"name": "second", "rules": [], "catch_all": [{"router": "inbound"}]})
    document["routers"][0]["catch_all"] = [{"router": "second"}]


def _deep(document: dict[str, Any]) -> None:
    for number in range(6):
        after = [{"router": f"r{number + 1}"}] if number < 5 else [{"queue": "desk"}]
        document["routers"].append({"name": f"r{number}", "rules": [], "catch_all": after})


def _gone(document: dict[str, Any]) -> None:
    document["routers"][0]["catch_all"] = [{"router": "gone"}]


def _pool(document: dict[str, Any]) -> None:
    document["territories"][0] |= {"pool": "nowhere", "adjacent": ["france", "mars"]}


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (_circle, [("routers[0].catch_all[0].router", "cycle"), ("routers[1].catch_all[0].router", "cycle")]),
        (_deep, [("routers[1].catch_all[0].router", "too-deep")]),
        (_gone, [("routers[0].catch_all[0].router", "unknown-reference")]),
        (
            _pool,
            [
                ("territories[0].pool", "unknown-reference"),
                ("territories[0].adjacent[1]", "unknown-reference"),
            ],
        ),
    ],
)
@pytest.mark.usefixtures("app")
def test_what_leads_nowhere_or_in_a_circle_is_not_published(
    change: Callable[[dict[str, Any]], None], expected: list[tuple[str, str]]
) -> None:
    assert refused(change) == expected


def queue_of(made: dict[str, Any]) -> list[tuple[str, str]]:
    rows = db.session.execute(
        select(Queue.name, QueueEntry.reason)
        .join(QueueEntry, QueueEntry.queue_id == Queue.id)
        .join(Request, Request.id == QueueEntry.request_id)
        .where(Request.public_id == made["request"]["id"], QueueEntry.state != QueueState.DONE)
    )
    return [(name, reason) for name, reason in rows]


@pytest.mark.parametrize(
    ("ends", "kind", "state", "queues"),
    [
        ({"queue": "bosses"}, "offer", "offered", [("bosses", "no-times")]),
        ({"nurture": "later"}, "message", "nurtured", []),
        ({"message": "full"}, "message", "refused", []),
        ({"redirect": "https://acme.test/full"}, "redirect", "refused", []),
    ],
)
@pytest.mark.usefixtures("app")
def test_a_request_that_nobody_has_a_time_for_goes_where_its_rules_end(
    ends: dict[str, Any], kind: str, state: str, queues: list[tuple[str, str]]
) -> None:
    change_configuration({"queues": {"bosses": {"members": []}}}, SYSTEM, "test")
    words = {"full": {"title": {"en": "We are full"}}}
    change_configuration(
        {"forms": {"demo": {**export_item("forms", "demo"), "messages": words}}}, SYSTEM, "test"
    )
    for number in (1, 2, 3):
        works(f"rep{number}@acme.test", None)
    publish({"pool": "germans"}, {"pool": "everybody"}, ends)
    made = ask()
    assert made["next"]["kind"] == kind
    found = db.session.scalars(select(Request).where(Request.public_id == made["request"]["id"])).one()
    assert (found.state.value, queue_of(made)) == (state, queues)
    assert lead().nurture_list == ("later" if "nurture" in ends else None)
    assert verify_decision(made["request"]["id"]).to_json() == {"route": "same", "assignment": "none"}


@pytest.mark.usefixtures("app")
def test_a_meeting_is_given_to_somebody_else_by_the_version_it_started_with() -> None:
    publish({"pool": "everybody", "require_skills": {}}, sticky="90 days")
    made = ask()
    first = book(made)
    publish({"pool": "french"})
    booking = db.session.scalars(select(Booking)).one()
    reassign_meeting(booking.public_id, "is ill", SYSTEM)
    db.session.expire_all()
    assert booking.rep.email != first
    names = [place["name"] for place in route_of(made)["destinations"]]
    assert names[0] == "everybody"
    assert verify_decision(made["request"]["id"]).to_json() == SAME


@pytest.mark.usefixtures("app")
def test_language_and_regulations_are_demanded_and_preferences_rank() -> None:
    for number, languages, skills in (
        (1, ["en"], {"gdpr": 1}),
        (2, ["en", "fr"], {"health": 1}),
        (3, ["en", "fr"], {"health": 3}),
    ):
        rep = export_item("reps", f"rep{number}@acme.test")
        told = {**rep, "languages": languages, "skills": skills}
        change_configuration({"reps": {rep["email"]: told}}, SYSTEM, "test")
    publish({"pool": "everybody", "require_skills": {"gdpr": 1}})
    assert book(ask()) == "rep1@acme.test"
    publish({"pool": "everybody", "match": ["language"], "prefer_skills": {"health": 3}})
    french = submit_request("demo", Submission({"email": "marie@initech.test"}, ZONE, "fr-CA"))
    assert book(french) == "rep3@acme.test"
