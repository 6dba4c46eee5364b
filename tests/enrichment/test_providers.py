"""Providers are asked in order within a budget; what was typed stays, and a provider can do nothing to a lead."""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
import requests

from app.enrichment.providers.asking import ask
from app.enrichment.providers.base import NOTHING, Answer, Prefer, ProviderError, Turn
from app.enrichment.providers.crm import CrmProvider, MemoryCrm
from app.enrichment.providers.http import HttpProvider
from app.enrichment.providers.merging import Origins, fill, note_late
from app.enrichment.providers.values import read_value, value_at
from app.enrichment.reading import Fact

LEAD: dict[str, Fact] = {"email": "priya@globex.com", "company_domain": "globex.com", "is_free_mail": False}
AT = "2026-11-20T09:00:00+00:00"


@dataclass
class Knows:
    """Answers with what it knows, after a while, or fails."""

    name: str
    values: dict[str, Fact] = field(default_factory=dict)
    confidence: float = 1.0
    after: float = 0.0
    fails: Exception | None = None
    asked: int = 0
    release: threading.Event = field(default_factory=threading.Event)

    def look_up(self, facts: Mapping[str, Fact], seconds: float) -> Answer:
        self.asked += 1
        if self.after:
            self.release.wait(self.after)
        if self.fails:
            raise self.fails
        return Answer(self.values, self.confidence)


def enrich(*turns: Turn, prefer: Prefer = Prefer.FIRST, **known: Fact) -> tuple[dict[str, Fact], Origins]:
    facts, origins = {**LEAD, **known}, Origins()
    for provider, answer in ask(turns, facts, prefer, 1.0).answers:
        fill(facts, origins, provider, answer, AT, prefer)
    return facts, origins


def test_the_first_answer_stays_and_says_where_it_is_from() -> None:
    facts, origins = enrich(
        Turn(Knows("one", {"employees": 10}, 0.2), 1),
        Turn(Knows("two", {"employees": 99, "industry": "Energy"}), 1),
    )
    assert (facts["employees"], facts["industry"]) == (10, "Energy")
    assert origins["employees"] == {"provider": "one", "at": AT, "confidence": 0.2}
    assert origins["industry"]["provider"] == "two"


def test_the_surest_answer_stays_when_that_is_preferred() -> None:
    turns = [
        Turn(Knows(name, {"employees": n}, c), 1)
        for name, n, c in (("a", 1, 0.5), ("b", 2, 0.9), ("c", 3, 0.9))
    ]
    facts, origins = enrich(*turns, prefer=Prefer.BEST)
    assert (facts["employees"], origins["employees"]["provider"]) == (2, "b")


@pytest.mark.parametrize("prefer", list(Prefer))
def test_what_was_typed_is_never_replaced(prefer: Prefer) -> None:
    facts, origins = enrich(Turn(Knows("one", {"employees": 10}), 1), prefer=prefer, employees=0)
    assert facts["employees"] == 0
    assert origins == {}


def test_a_provider_is_asked_only_if_what_it_is_for_is_missing() -> None:
    first, second, third = Knows("a", {"employees": 10}), Knows("b"), Knows("c")
    enrich(Turn(first, 1), Turn(second, 1, ("employees",)), Turn(third, 1, ("employees", "industry")))
    assert (first.asked, second.asked, third.asked) == (1, 0, 1)


@pytest.mark.parametrize("prefer", list(Prefer))
def test_a_lead_never_waits_longer_than_the_budget(prefer: Prefer) -> None:
    slow = [Knows(f"slow{n}", {"industry": "x"}, after=20) for n in range(3)]
    quick = Knows("quick", {"employees": 5})
    began = time.monotonic()
    outcome = ask([Turn(quick, 1), *(Turn(each, 5) for each in slow)], LEAD, prefer, 0.3)
    waited = time.monotonic() - began
    for each in slow:
        each.release.set()
    assert waited < 1
    assert outcome.late == ["slow0", "slow1", "slow2"]
    assert [name for name, _ in outcome.answers] == ["quick"]


def test_a_slow_provider_has_its_own_limit_and_the_next_is_still_asked() -> None:
    slow, next_one = Knows("slow", after=20), Knows("next", {"employees": 5})
    outcome = ask([Turn(slow, 0.05), Turn(next_one, 1)], LEAD, Prefer.FIRST, 5)
    slow.release.set()
    assert outcome.late == ["slow"]
    assert [name for name, _ in outcome.answers] == ["next"]


def test_who_may_answer_later_is_told_from_who_will_not() -> None:
    outage = Knows("outage", fails=ProviderError("503"))
    refuses = Knows("refuses", fails=ProviderError("401", is_permanent=True))
    broken = Knows("broken", fails=ZeroDivisionError())
    outcome = ask([Turn(each, 1) for each in (outage, refuses, broken)], LEAD, Prefer.FIRST, 5)
    assert (outcome.late, outcome.failed, outcome.answers) == (["outage"], ["refuses", "broken"], [])


def test_what_comes_late_is_kept_beside_facts_that_stay() -> None:
    facts, origins = {**LEAD, "industry": "Energy"}, Origins()
    answer = Answer({"employees": 10, "industry": "Other"}, 0.7)
    assert note_late(facts, origins, "slow", answer, AT) == ["employees"]
    assert note_late(facts, origins, "slow", answer, AT) == []
    assert "employees" not in facts
    assert origins["employees"] == {
        "provider": "slow", "at": AT, "confidence": 0.7, "is_late": True, "value": 10
    }  # fmt: skip


class Service:
    """A session that keeps what was asked and gives one answer."""

    def __init__(self, status: int = 200, content: bytes = b"{}") -> None:
        self.status, self.content = status, content
        self.calls: list[tuple[str, str, dict[str, Any]]] = []

    def request(self, method: str, url: str, **options: Any) -> requests.Response:
        self.calls.append((method, url, options))
        response = requests.Response()
        response.status_code, response._content = self.status, self.content
        return response


def over_http(service: Service, **more: Any) -> HttpProvider:
    url = more.pop("url", "https://facts.test/c/{company_domain}?m={email}")
    session: Any = service
    return HttpProvider("facts", url, {"employees": "a.0.size", "country": "geo"}, lambda: session, **more)


def test_a_template_is_filled_and_the_answer_read_by_paths() -> None:
    service = Service(content=b'{"a": [{"size": "201-500"}], "geo": "Germany", "sure": 0.4}')
    answer = over_http(service, confidence_path="sure").look_up(LEAD, 0.2)
    assert answer == Answer({"employees": 201, "country": "DE"}, 0.4)
    assert service.calls[0][1] == "https://facts.test/c/globex.com?m=priya%40globex.com"
    assert service.calls[0][2]["timeout"] == (0.2, 0.2)


def test_what_is_filled_in_cannot_leave_its_place_in_the_address() -> None:
    service = Service()
    over_http(service, url="https://facts.test/{company}").look_up({"company": "../x?y#z@{email}"}, 1)
    assert service.calls[0][1] == "https://facts.test/..%2Fx%3Fy%23z%40%7Bemail%7D"


def test_a_body_is_filled_as_json() -> None:
    service = Service()
    over_http(service, url="https://facts.test/", method="POST", body={"d": "{company_domain}"}).look_up(
        LEAD, 1
    )
    assert service.calls[0][2]["json"] == {"d": "globex.com"}


@pytest.mark.parametrize("lead", [{}, {**LEAD, "is_free_mail": True}, {**LEAD, "company_domain": None}])
def test_nobody_is_asked_about_what_is_not_known_or_no_company(lead: dict[str, Fact]) -> None:
    service = Service()
    assert over_http(service).look_up(lead, 1) == NOTHING
    assert service.calls == []


@pytest.mark.parametrize(("status", "is_permanent"), [(401, True), (302, True), (429, False), (503, False)])
def test_a_refusal_says_whether_asking_again_helps(status: int, is_permanent: bool) -> None:
    with pytest.raises(ProviderError) as failed:
        over_http(Service(status)).look_up(LEAD, 1)
    assert failed.value.is_permanent is is_permanent


@pytest.mark.parametrize("content", [b"", b"<html>", b"\xff", b"[" * 100_000])
def test_an_answer_that_is_no_json_is_a_failure(content: bytes) -> None:
    with pytest.raises(ProviderError):
        over_http(Service(200, content)).look_up(LEAD, 1)


def test_an_unknown_company_is_an_empty_answer() -> None:
    assert over_http(Service(404)).look_up(LEAD, 1) == NOTHING


@pytest.mark.parametrize(
    "content", [b"null", b"[]", b"3", b'{"a": {"0": 1}}', b'{"a": [{"size": {}}], "geo": 7}']
)
def test_an_answer_of_another_shape_fills_nothing(content: bytes) -> None:
    assert over_http(Service(content=content)).look_up(LEAD, 1).values == {}


def test_values_are_read_as_strictly_as_what_is_typed() -> None:
    assert read_value("employees", "1k+") == 1000
    assert read_value("technology", ["a", 1, {}, None]) == ["a", "1"]
    assert read_value("industry", "x" * 10_000) == "x" * 500
    assert read_value("revenue", float("inf")) is None
    assert value_at({"a": [{"b": 1}]}, "a.0.b") == 1


def test_a_crm_is_asked_for_the_person_and_the_company() -> None:
    crm = MemoryCrm({"priya@globex.com": {"stage": "ready"}}, {"globex.com": {"tier": "gold"}})
    provider = CrmProvider("crm", crm, {"crm.stage": "contact.stage", "crm.tier": "company.tier"})
    assert provider.look_up(LEAD, 1).values == {"crm.stage": "ready", "crm.tier": "gold"}
    assert provider.look_up({**LEAD, "is_free_mail": True}, 1).values == {"crm.stage": "ready"}
    assert provider.look_up({"email": "a@b.test"}, 1) == NOTHING
