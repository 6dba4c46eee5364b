"""A lead is enriched before it is routed, never waits for it, and what comes late moves nobody."""

import threading
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from app.actor import COMMAND_LINE
from app.db import db
from app.enrichment.providers.crm import MemoryCrm, connect_crm
from app.errors import Unavailable
from app.models import Activity, JudgmentRecord, Request, RequestState, RouteRecord
from app.usecases.capture_lead import Submission
from app.usecases.change_configuration import apply_document, change_configuration, undo_change
from app.usecases.enrich_lead import enrich_late
from app.usecases.export_configuration import export_configuration
from app.usecases.hold_slot import hold_slot
from app.usecases.import_accounts import import_accounts
from app.usecases.submit_request import submit_request
from app.usecases.try_lead import try_lead
from app.usecases.verify_decision import verify_decision
from tests.fixtures.company import application_over, company_document, first_starts

Submit = Callable[..., dict[str, Any]]
CRM = {"name": "crm", "kind": "crm", "fields": {"crm.stage": "contact.stage", "employees": "company.size"}}
ACCOUNTS = """domain,name,parent,owner,country,employees,aliases
top.test,Top,,,US,,
holding.test,Holding,top.test,rep2@acme.test,US,,
globex.test,Globex Inc,holding.test,rep1@acme.test,US,1200,globex.example
"""


class SlowCrm(MemoryCrm):
    """Answers when it is let."""

    def __init__(self) -> None:
        super().__init__({"priya@globex.test": {"stage": "ready"}}, {"globex.test": {"size": "51-200"}})
        self.gate = threading.Event()

    def find_contact(self, email: str, seconds: float) -> Mapping[str, Any] | None:
        self.gate.wait(20)
        return super().find_contact(email, seconds)


@pytest.fixture
def crm() -> Iterator[SlowCrm]:
    """A connected CRM whose gate is open."""
    crm = SlowCrm()
    crm.gate.set()
    connect_crm(crm)
    yield crm
    crm.gate.set()
    connect_crm(None)


def configure(*providers: Mapping[str, Any], **settings: Any) -> None:
    change_configuration({"enrichment": {"providers": list(providers), **settings}}, COMMAND_LINE, "test")


def accounts() -> None:
    assert import_accounts(ACCOUNTS.encode(), COMMAND_LINE).is_applied


def request_of(answer: Mapping[str, Any]) -> Request:
    db.session.expire_all()
    return db.session.scalars(select(Request).where(Request.public_id == answer["request"]["id"])).one()


def facts_of(answer: Mapping[str, Any]) -> dict[str, Any]:
    row = request_of(answer).facts
    assert row is not None
    return row.facts


def origins_of(answer: Mapping[str, Any]) -> dict[str, Any]:
    row = request_of(answer).facts
    assert row is not None
    return row.origins


def test_an_account_is_found_with_everybody_above_it(submit: Submit) -> None:
    accounts()
    answer = submit()
    facts, origins = facts_of(answer), origins_of(answer)
    assert (facts["account.match"], facts["account.confidence"]) == ("domain", 1.0)
    assert (facts["account.parent"], facts["account.ultimate_parent"]) == ("holding.test", "top.test")
    assert facts["account.owner"] != facts["account.parent_owner"]
    assert facts["employees"] == 1200
    assert origins["employees"]["provider"] == "accounts"
    assert request_of(answer).lead.account_id is not None


def test_an_account_is_found_by_alias_and_by_name(submit: Submit) -> None:
    accounts()
    assert facts_of(submit("priya@globex.example"))["account.match"] == "alias"
    named = facts_of(submit("priya@gmail.com", company="GLOBEX GmbH", country="United States"))
    assert named["account.match"] == "name"
    assert named["account.confidence"] < 0.9
    assert "account.match" not in facts_of(submit("someone@gmail.com", company="Globex"))


def test_a_crm_fills_what_is_missing_before_the_lead_is_routed(submit: Submit, crm: SlowCrm) -> None:
    configure(CRM)
    answer = submit()
    assert (facts_of(answer)["crm.stage"], facts_of(answer)["employees"]) == ("ready", 51)
    assert origins_of(answer)["crm.stage"]["provider"] == "crm"
    kinds = db.session.scalars(select(Activity.kind).order_by(Activity.id)).all()
    assert kinds.index("request.enriched") < kinds.index("request.routed")


def test_a_provider_is_not_asked_for_what_the_accounts_know(submit: Submit, crm: SlowCrm) -> None:
    accounts()
    configure({**CRM, "only_if_missing": ["employees"]})
    assert "crm.stage" not in facts_of(submit())


def test_the_surer_of_accounts_and_provider_is_kept_when_that_is_preferred(
    submit: Submit, crm: SlowCrm
) -> None:
    accounts()
    configure(CRM, prefer="best")
    assert facts_of(submit("priya@globex.test"))["employees"] == 1200


def test_what_comes_late_is_kept_and_moves_nobody(submit: Submit, crm: SlowCrm) -> None:
    configure(CRM, budget_ms=50)
    crm.gate.clear()
    answer = submit()
    decided, public_id = facts_of(answer), answer["request"]["id"]
    assert answer["next"]["kind"] == "offer"
    assert "crm.stage" not in decided
    crm.gate.set()
    for _ in range(2):
        enrich_late(public_id, ["crm"])
    late = origins_of(answer)["crm.stage"]
    assert (late["value"], late["is_late"], late["provider"]) == ("ready", True, "crm")
    assert facts_of(answer) == decided
    assert request_of(answer).state is RequestState.OFFERED
    assert len(db.session.scalars(select(RouteRecord)).all()) == 1
    enriched = db.session.scalars(select(Activity).where(Activity.kind == "request.enriched")).all()
    assert [activity.data["is_late"] for activity in enriched] == [False, True]


def test_what_comes_late_is_scored_again_beside_the_decision(submit: Submit, crm: SlowCrm) -> None:
    large = {"name": "large", "when": {"field": "employees", "op": "gte", "value": 51}, "points": 40}
    scoring = {"items": [large], "priorities": [{"name": "high", "at_least": 40}]}
    change_configuration({"scoring": scoring}, COMMAND_LINE, "test")
    configure(CRM, budget_ms=50)
    crm.gate.clear()
    answer = submit()
    decided, public_id = facts_of(answer), answer["request"]["id"]
    crm.gate.set()
    for _ in range(2):
        enrich_late(public_id, ["crm"])
    records = db.session.scalars(select(JudgmentRecord).order_by(JudgmentRecord.id)).all()
    assert [(each.made_for.value, each.outcome["score"]["priority"]) for each in records] == [
        ("routing", None),
        ("late", "high"),
    ]
    assert (facts_of(answer), decided["score"]) == (decided, 0)
    assert request_of(answer).state is RequestState.OFFERED
    assert verify_decision(public_id).route.value == "same"
    again = db.session.scalars(select(Activity.data).where(Activity.kind == "request.rescored")).all()
    assert again == [{"score": 40, "before": 0}]


def test_a_job_waits_for_who_did_not_answer(
    submit: Submit, crm: SlowCrm, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(CRM, budget_ms=50)
    crm.gate.clear()
    answer = submit()
    jobs = db.session.connection().exec_driver_sql("SELECT task_name, args FROM procrastinate_jobs").all()
    assert ("enrich_late", {"request": answer["request"]["id"], "providers": ["crm"]}) in [
        tuple(job) for job in jobs
    ]
    monkeypatch.setattr("app.usecases.enrich_lead.LATE_SECONDS", 0.05)
    with pytest.raises(Unavailable):
        enrich_late(answer["request"]["id"], ["crm"])


def test_trying_a_lead_sees_the_same_facts_and_leaves_nothing_behind(submit: Submit, crm: SlowCrm) -> None:
    accounts()
    configure(CRM)
    tried = try_lead("demo", {"email": "priya@globex.test"}, "Europe/Berlin")
    assert db.session.scalars(select(Request)).all() == []
    assert db.session.scalars(select(Activity)).all() == []
    real = facts_of(submit())
    for name in ("crm.stage", "employees", "account.match", "account.parent_owner"):
        assert tried.facts.get(name) == real[name]


def test_a_provider_without_its_key_is_warned_about_and_not_asked(submit: Submit) -> None:
    provider = {
        "name": "facts",
        "url": "https://facts.test/",
        "secret": "facts-key",
        "fields": {"employees": "n"},
    }
    changed = change_configuration({"enrichment": {"providers": [provider]}}, COMMAND_LINE, "test")
    assert [(w.field, w.code) for w in changed.warnings] == [
        ("enrichment.providers[0].secret", "unresolved-secret")
    ]
    assert submit()["next"]["kind"] == "offer"


def test_a_service_is_asked_over_the_guarded_way_out_with_its_key(
    fresh_database: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str | None]] = []

    class Facts(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append((self.path, self.headers["Authorization"]))
            self.send_response(200)
            self.end_headers()
            self.wfile.write(b'{"size": "1k+"}')

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    monkeypatch.setenv("SECRET_FACTS_KEY", "k-1")
    service = ThreadingHTTPServer(("127.0.0.1", 0), Facts)
    threading.Thread(target=service.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{service.server_port}/"
    provider = {
        "name": "facts",
        "url": url + "{company_domain}",
        "secret": "facts-key",
        "fields": {"employees": "size"},
    }
    try:
        for allowed, employees in ((f"127.0.0.1:{service.server_port}", 1000), ("", None)):
            with application_over(fresh_database, company_document(), outbound_allow=allowed):
                configure({**provider, "timeout_ms": 3000}, budget_ms=3000)
                submission = Submission({"email": f"p{len(asked)}@globex.test"}, "Europe/Berlin", "en")
                assert facts_of(submit_request("demo", submission)).get("employees") == employees
    finally:
        service.shutdown()
        service.server_close()
    assert asked == [("/globex.test", "Bearer k-1")]


def test_the_section_comes_back_from_an_export_and_can_be_undone(company_app: Flask) -> None:
    configure(CRM, budget_ms=300)
    exported = export_configuration()
    assert exported["enrichment"]["budget_ms"] == 300
    assert apply_document(exported, COMMAND_LINE).changes == ()
    undo_change(exported["revision"], COMMAND_LINE)
    assert "enrichment" not in export_configuration()


def test_any_bytes_in_an_answer_are_survived(submit: Submit) -> None:
    answer = submit(
        name="Pri\x00ya \ud800", country={"a": ["\x00"]}, **{"account.owner": "rep_x", "x\x00": 1}
    )
    assert facts_of(answer)["name"] == "Priya"
    assert "account.owner" not in facts_of(answer)


def asks_again() -> None:
    """Leads that are ready go to the desk; everybody else to the pool, until it is known that they are ready."""
    ready = {"field": "crm.stage", "op": "eq", "value": "ready"}
    anybody = {"field": "email", "op": "exists"}
    rules = [
        {"name": "ready", "when": ready, "action": {"queue": "desk"}},
        {
            "name": "others",
            "when": anybody,
            "action": {"pool": "everybody"},
            "late_facts": "route_again",
        },
    ]
    router = {"name": "inbound", "rules": rules, "catch_all": [{"queue": "desk"}]}
    change_configuration({"routers": {"inbound": router}}, COMMAND_LINE, "test")


def submitted_early(submit: Submit, crm: SlowCrm) -> dict[str, Any]:
    asks_again()
    configure(CRM, budget_ms=50)
    crm.gate.clear()
    answer = submit()
    assert request_of(answer).state is RequestState.OFFERED
    crm.gate.set()
    return answer


def test_what_comes_late_counts_where_the_rule_says_so(submit: Submit, crm: SlowCrm) -> None:
    answer = submitted_early(submit, crm)
    public_id = answer["request"]["id"]
    for _ in range(2):
        enrich_late(public_id, ["crm"])
    assert request_of(answer).state is RequestState.QUEUED
    assert facts_of(answer)["crm.stage"] == "ready"
    routes = db.session.scalars(select(RouteRecord).order_by(RouteRecord.id)).all()
    assert [route.rule for route in routes] == ["others", "ready"]
    assert verify_decision(public_id).route.value == "same"


def test_who_holds_a_time_is_not_moved_by_what_comes_late(submit: Submit, crm: SlowCrm) -> None:
    answer = submitted_early(submit, crm)
    public_id = answer["request"]["id"]
    hold_slot(public_id, datetime.fromisoformat(first_starts(answer)[0]))
    enrich_late(public_id, ["crm"])
    assert request_of(answer).state is RequestState.OFFERED
    assert origins_of(answer)["crm.stage"]["is_late"] is True
    assert len(db.session.scalars(select(RouteRecord)).all()) == 1
