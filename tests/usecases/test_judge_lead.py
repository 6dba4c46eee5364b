"""A lead is scored and judged before it is routed, and every judgment can be made again."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.actor import COMMAND_LINE
from app.db import db
from app.models import JudgmentRecord, Request, RequestState, RouteRecord, StandardVersion
from app.usecases.change_configuration import apply_document, change_configuration, undo_change
from app.usecases.export_configuration import export_configuration, export_item
from app.usecases.verify_decision import verify_decision

Submit = Callable[..., dict[str, Any]]
GERMAN = {"field": "country", "op": "eq", "value": "DE"}
SCORING = {
    "items": [
        {"name": "from Germany", "when": GERMAN, "points": 30},
        {"name": "no name", "when": {"field": "name", "op": "missing"}, "points": -5},
    ],
    "priorities": [{"name": "high", "at_least": 25}],
    "deal_value": {"formula": "seats * 12", "defaults": {"seats": 10}},
}
STUDENTS = {"field": "email_domain", "op": "ends_with", "value": ".edu"}
QUALIFICATION: dict[str, Any] = {
    "segments": [{"name": "DACH", "when": {"field": "country", "op": "in", "value": ["DE", "AT", "CH"]}}],
    "stages": [{"stage": "ready", "when": {"field": "score", "op": "gte", "value": 25}}],
    "icp": {"when": {"field": "segments", "op": "contains", "value": "DACH"}},
    "verdicts": [
        {"name": "students", "verdict": "disqualified", "when": STUDENTS},
        {
            "name": "French",
            "verdict": "needs_review",
            "when": {"field": "country", "op": "eq", "value": "FR"},
        },
    ],
    "paths": {"disqualified": {"redirect": "https://acme.test/students"}, "needs_review": {"queue": "desk"}},
}


def configure(**sections: Any) -> int:
    return change_configuration(sections, COMMAND_LINE, "test").revision


def request_of(answer: dict[str, Any]) -> Request:
    db.session.expire_all()
    return db.session.scalars(select(Request).where(Request.public_id == answer["request"]["id"])).one()


def facts_of(answer: dict[str, Any]) -> dict[str, Any]:
    row = request_of(answer).facts
    assert row is not None
    return row.facts


def judgment_of(answer: dict[str, Any]) -> JudgmentRecord:
    row = db.session.scalar(
        select(JudgmentRecord)
        .where(JudgmentRecord.request_id == request_of(answer).id)
        .order_by(JudgmentRecord.id.desc())
    )
    assert row is not None
    return row


def trace_of(answer: dict[str, Any]) -> dict[str, Any]:
    return db.session.scalars(
        select(RouteRecord.trace).where(RouteRecord.request_id == request_of(answer).id)
    ).one()


def verified(answer: dict[str, Any]) -> str:
    return verify_decision(answer["request"]["id"]).route.value


def test_a_lead_is_scored_before_the_router_sees_it(submit: Submit) -> None:
    configure(scoring=SCORING)
    high = {"field": "priority", "op": "eq", "value": "high"}
    rule = {"name": "urgent", "when": high, "action": {"queue": "desk"}}
    configure(routers={"inbound": {"rules": [rule], "catch_all": [{"pool": "everybody"}]}})
    answer = submit(name="Priya", country="Germany")
    facts = facts_of(answer)
    assert (facts["score"], facts["fit_score"], facts["engagement_score"]) == (30, 30, 0)
    assert (facts["priority"], facts["deal_value"]) == ("high", 120)
    assert trace_of(answer)["rule"] == "urgent"
    assert trace_of(submit("low@globex.test", country="FR"))["rule"] is None, (
        "the control: not a high priority"
    )


def test_points_may_be_given_for_a_territory(submit: Submit) -> None:
    home = {"name": "home", "when": {"field": "territory", "op": "eq", "value": "dach"}, "points": 7}
    configure(territories={"dach": {"when": GERMAN}}, scoring={"items": [home]})
    answers = [submit(f"{country}@globex.test", country=country) for country in ("DE", "FR")]
    assert [facts_of(each)["score"] for each in answers] == [7, 0]
    assert [verified(each) for each in answers] == ["same", "same"]


def test_every_contribution_is_kept_with_the_version_that_gave_it(submit: Submit) -> None:
    configure(scoring=SCORING)
    record = judgment_of(submit(country="DE"))
    listed = {each["item"]: each["points"] for each in record.outcome["score"]["contributions"]}
    assert listed == {"from Germany": 30, "no name": -5}
    assert (record.scoring_version, record.qualification_version) == (1, None)


def test_a_judgment_keeps_its_version_when_the_standards_change(submit: Submit) -> None:
    configure(scoring=SCORING, qualification=QUALIFICATION)
    old = submit(country="DE")
    changed = {**QUALIFICATION, "icp": {"when": STUDENTS}}
    configure(scoring={**SCORING, "items": []}, qualification=changed)
    new = submit("rosa@globex.test", country="DE")
    assert [facts_of(each)["icp_version"] for each in (old, new)] == [1, 2]
    assert [facts_of(each)["is_icp"] for each in (old, new)] == [True, False]
    assert [judgment_of(each).scoring_version for each in (old, new)] == [1, 2]
    assert [verified(each) for each in (old, new)] == ["same", "same"]


def test_a_profile_counts_up_only_when_it_says_something_else(submit: Submit) -> None:
    first = configure(qualification=QUALIFICATION)
    configure(qualification={**QUALIFICATION, "otherwise": "needs_review"})
    numbers = select(StandardVersion.document["icp"]["version"].as_integer()).order_by(StandardVersion.number)
    assert db.session.scalars(numbers).all() == [1, 1]
    undo_change(first + 1, COMMAND_LINE)
    assert db.session.scalars(numbers).all() == [1, 1, 1]


def test_who_is_not_qualified_takes_the_path_of_the_verdict(submit: Submit) -> None:
    configure(qualification=QUALIFICATION)
    student = submit("sam@mit.edu")
    assert student["next"] == {"kind": "redirect", "url": "https://acme.test/students"}
    assert request_of(student).state is RequestState.REFUSED
    trace = trace_of(student)
    assert (trace["verdict"], trace["rule"], trace["steps"]) == ("disqualified", None, [])
    assert (trace["gate"]["line"], trace["gate"]["version"]) == ("students", 1)
    assert [each["via"] for each in trace["destinations"]] == ["gate"]
    french = submit("remy@globex.test", country="FR")
    assert request_of(french).state is RequestState.QUEUED
    assert [verified(each) for each in (student, french)] == ["same", "same"]


def test_a_verdict_may_lead_to_a_nurture_list_or_to_junior_reps(submit: Submit) -> None:
    paths = {"nurture": {"nurture": "newsletter"}, "needs_review": {"pool": "everybody"}}
    early = {"name": "early", "verdict": "nurture", "when": {"field": "country", "op": "missing"}}
    configure(
        qualification={**QUALIFICATION, "verdicts": [early, *QUALIFICATION["verdicts"][1:]], "paths": paths}
    )
    listed, junior = submit(), submit("remy@globex.test", country="FR")
    assert request_of(listed).state is RequestState.NURTURED
    assert request_of(listed).lead.nurture_list == "newsletter"
    assert junior["next"]["kind"] == "offer"
    assert [each["via"] for each in trace_of(junior)["destinations"]] == ["gate", "catch_all"]
    assert [verified(each) for each in (listed, junior)] == ["same", "same"]


def test_who_is_qualified_goes_on_to_the_router(submit: Submit) -> None:
    configure(qualification=QUALIFICATION)
    answer = submit(country="DE")
    assert answer["next"]["kind"] == "offer"
    facts, trace = facts_of(answer), trace_of(answer)
    assert (facts["qualification"], facts["segments"], facts["is_icp"]) == ("qualified", ["DACH"], True)
    assert (trace["gate"]["verdict"], trace["gate"]["path"]) == ("qualified", None)
    assert [each["via"] for each in trace["destinations"]] == ["catch_all", "catch_all"]
    assert verified(answer) == "same"


def test_a_changed_judgment_is_found_by_running_it_again(submit: Submit) -> None:
    configure(scoring=SCORING)
    answer = submit(country="DE")
    record = judgment_of(answer)
    record.outcome = {**record.outcome, "score": {**record.outcome["score"], "fit": 99}}
    db.session.commit()
    assert verified(answer) == "different"


def test_judgments_go_with_the_facts(submit: Submit) -> None:
    configure(scoring=SCORING)
    answer = submit(country="DE")
    db.session.delete(request_of(answer).facts)
    db.session.commit()
    assert db.session.scalars(select(JudgmentRecord)).all() == []
    assert verified(answer) == "erased"


def test_nobody_who_fills_in_a_form_can_say_what_we_work_out(submit: Submit) -> None:
    claims = dict.fromkeys(
        ("score", "fit_score", "priority", "deal_value", "qualification", "icp_version"), "999"
    )
    claims |= {
        "is_icp": "true",
        "lead_type": "hot",
        "stage": "ready",
        "segments": "vip",
        "behaviors": "webinar:x",
    }
    claims |= {"webinar_topic": "x", "earlier_meetings": "9"}
    facts = facts_of(submit(**claims))
    assert facts["lead_type"] == "new"
    assert facts["earlier_meetings"] == 0
    assert not (claims.keys() - {"lead_type", "earlier_meetings"}) & facts.keys()
    configure(scoring=SCORING, qualification=QUALIFICATION)
    facts = facts_of(submit("rosa@globex.test", country="AT", **claims))
    assert (facts["score"], facts["priority"], facts["deal_value"]) == (-5, None, 120)
    assert (facts["qualification"], facts["segments"], facts["lead_type"]) == (
        "qualified",
        ["DACH"],
        "new",
    )


def test_who_asks_again_is_returning(submit: Submit) -> None:
    first, second = facts_of(submit()), facts_of(submit(country="DE"))
    assert [each["lead_type"] for each in (first, second)] == ["new", "returning"]
    assert (second["earlier_requests"], second["days_since_last_request"]) == (1, 0)


def test_a_form_may_ask_for_the_type_and_the_stage(submit: Submit) -> None:
    form = export_item("forms", "demo")
    asked = [{"name": name, "type": "text", "label": {"en": name}} for name in ("lead_type", "stage")]
    configure(forms={"demo": {**form, "fields": [*form["fields"], *asked]}}, qualification=QUALIFICATION)
    answer = submit(lead_type="customer", stage="deciding")
    facts = facts_of(answer)
    assert (facts["lead_type"], facts["stage"], verified(answer)) == ("customer", "deciding", "same")


def test_what_leads_are_judged_by_travels_in_the_document(submit: Submit) -> None:
    configure(scoring=SCORING, qualification=QUALIFICATION)
    document = export_configuration()
    assert document["qualification"]["icp"] == {"when": QUALIFICATION["icp"]["when"]}
    assert apply_document({**document, "revision": None}, COMMAND_LINE).changes == ()
    configure(scoring={"scoring": None})
    assert "scoring" not in export_configuration()
    assert "score" not in facts_of(submit())


def test_the_database_refuses_to_change_what_leads_were_judged_by(submit: Submit) -> None:
    configure(scoring=SCORING)
    with pytest.raises(DBAPIError):
        db.session.execute(text("UPDATE standard_versions SET document = '{}'"))
