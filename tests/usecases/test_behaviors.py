"""What leads did counts for the requests that come after it, by its age, and is kept once."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from app.actor import COMMAND_LINE
from app.db import db
from app.errors import Invalid, NotFound
from app.models import Activity, JudgmentRecord, LeadBehavior, ReportedBy, Request
from app.store.behaviors import MOST_KEPT, BehaviorView
from app.usecases.capture_lead import Submission
from app.usecases.change_configuration import change_configuration
from app.usecases.record_behaviors import record_behaviors, record_behaviors_of
from app.usecases.submit_request import submit_request
from app.usecases.try_lead import try_lead
from app.usecases.verify_decision import verify_decision
from tests.fixtures.company import ZONE

Submit = Callable[..., dict[str, Any]]
WEBINAR = {"field": "kind", "op": "eq", "value": "webinar"}
TOLD = {
    "all": [
        {"field": "kind", "op": "eq", "value": "page"},
        {"field": "reported_by", "op": "eq", "value": "api"},
    ]
}
SCORING = {
    "items": [
        {"name": "webinar", "kind": "engagement", "when": WEBINAR, "points": 20, "half_life": 30, "most": 2},
        {"name": "told of a page", "kind": "engagement", "when": TOLD, "points": 7},
    ]
}


@pytest.fixture(autouse=True)
def scoring(company_app: Flask) -> None:
    change_configuration({"scoring": SCORING}, COMMAND_LINE, "test")


def days_ago(days: int) -> datetime:
    return datetime.now(UTC) - timedelta(days=days, minutes=1)


def ask(email: str = "priya@globex.test", *behaviors: Any) -> dict[str, Any]:
    return submit_request("demo", Submission({"email": email}, ZONE, "en", behaviors=behaviors))


def request_of(answer: dict[str, Any]) -> Request:
    db.session.expire_all()
    return db.session.scalars(select(Request).where(Request.public_id == answer["request"]["id"])).one()


def facts_of(answer: dict[str, Any]) -> dict[str, Any]:
    row = request_of(answer).facts
    assert row is not None
    return row.facts


def flags_of(answer: dict[str, Any]) -> list[Any]:
    row = request_of(answer).facts
    assert row is not None
    return row.flags


def test_what_a_page_says_counts_by_its_age_and_is_asked_by_rules() -> None:
    old = {"kind": "webinar", "topic": "Security", "at": days_ago(30).isoformat()}
    answer = ask(
        "priya@globex.test",
        old,
        {"kind": "page", "topic": "pricing"},
        {"kind": "inquiry", "topic": "enterprise"},
    )
    facts = facts_of(answer)
    assert facts["engagement_score"] == 10
    assert set(facts["behaviors"]) == {"webinar:Security", "page:pricing", "inquiry:enterprise"}
    assert (facts["webinar_topic"], facts["inquiry_topic"]) == (["Security"], ["enterprise"])
    assert verify_decision(answer["request"]["id"]).route.value == "same"


def test_a_specialist_of_the_topic_is_found_by_a_rule() -> None:
    when = {"field": "webinar_topic", "op": "contains", "value": "security"}
    rule = {"name": "security", "when": when, "action": {"queue": "desk"}}
    change_configuration(
        {"routers": {"inbound": {"rules": [rule], "catch_all": [{"pool": "everybody"}]}}},
        COMMAND_LINE,
        "test",
    )
    assert ask("a@globex.test", {"kind": "webinar", "topic": "Security"})["next"]["kind"] == "message"
    assert ask("b@globex.test", {"kind": "webinar", "topic": "Payroll"})["next"]["kind"] == "offer"


def test_the_age_is_counted_to_the_request_and_never_later() -> None:
    answer = ask("priya@globex.test", {"kind": "webinar", "at": days_ago(60).isoformat()})
    record = db.session.scalars(select(JudgmentRecord)).one()
    assert [each["age_days"] for each in record.inputs["behaviors"]] == [60]
    record_behaviors("priya@globex.test", [BehaviorView("webinar", "x", days_ago(90))], "key_1")
    assert verify_decision(answer["request"]["id"]).route.value == "same", (
        "what is told later is not looked at"
    )


def test_what_cannot_be_read_is_flagged_and_refuses_nobody() -> None:
    odd = [
        {"kind": "Web Inar"},
        "x",
        {"kind": "page", "at": "yesterday"},
        {"kind": "page", "topic": "x" * 121},
    ]
    answer = ask("priya@globex.test", *odd, *[{"kind": "page", "topic": str(n)} for n in range(30)])
    assert answer["next"]["kind"] == "offer"
    assert {flag["code"] for flag in flags_of(answer)} == {"unreadable", "too-many"}
    assert db.session.scalar(select(func.count()).select_from(LeadBehavior)) == 16


def test_a_page_cannot_say_that_a_system_said_it() -> None:
    spoof = {"kind": "page", "topic": "pricing", "reported_by": "api"}
    assert facts_of(ask("priya@globex.test", spoof))["score"] == 0
    record_behaviors("rosa@globex.test", [BehaviorView("page", "pricing", days_ago(1))], "key_1")
    assert facts_of(ask("rosa@globex.test"))["score"] == 7, "the control: a system did"


def test_a_system_may_tell_of_somebody_who_has_not_asked_yet() -> None:
    seen = [BehaviorView("webinar", "Security", days_ago(0))]
    lead, added = record_behaviors("Priya@Globex.test", seen, "key_1")
    assert added == 1
    assert record_behaviors_of(lead, seen, "key_1") == 0, "the same thing at the same time is kept once"
    assert facts_of(ask("priya@globex.test"))["score"] == 20
    told = db.session.scalars(select(Activity).where(Activity.kind == "lead.behaviors")).all()
    assert [(each.actor, each.data) for each in told] == [("key_1", {"added": 1, "kinds": {"webinar": 1}})]
    kept = db.session.scalars(select(LeadBehavior)).one()
    assert kept.reported_by is ReportedBy.API


def test_only_the_most_recent_are_kept() -> None:
    many = [BehaviorView("page", f"p{n}", days_ago(n)) for n in range(MOST_KEPT + 3)]
    for start in range(0, len(many), 100):
        record_behaviors("priya@globex.test", many[start : start + 100], "key_1")
    topics = db.session.scalars(select(LeadBehavior.topic)).all()
    assert len(topics) == MOST_KEPT
    assert f"p{MOST_KEPT}" not in topics


def test_nobody_did_anything_tomorrow() -> None:
    with pytest.raises(Invalid) as refusal:
        record_behaviors("priya@globex.test", [BehaviorView("page", "", days_ago(-1))], "key_1")
    assert [error.field for error in refusal.value.errors] == ["behaviors[0].at"]
    with pytest.raises(NotFound):
        record_behaviors_of("lead_none", [BehaviorView("page", "", days_ago(0))], "key_1")


def test_a_made_up_lead_is_judged_with_what_it_did_and_nothing_is_kept() -> None:
    record_behaviors("priya@globex.test", [BehaviorView("webinar", "known", days_ago(0))], "key_1")
    extra = [BehaviorView("webinar", "made up", days_ago(30))]
    trial = try_lead("demo", {"email": "priya@globex.test"}, ZONE, behaviors=extra)
    assert trial.judgment.score is not None
    assert [each.points for each in trial.judgment.score.contributions] == [20, 10]
    assert trial.facts.get("score") == 30
    assert db.session.scalar(select(func.count()).select_from(LeadBehavior)) == 1
    assert db.session.scalar(select(func.count()).select_from(JudgmentRecord)) == 0
