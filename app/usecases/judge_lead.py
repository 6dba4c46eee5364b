"""Work out what is asked about a lead before it is routed: segments, score, deal value, stage, type, verdict."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from app.db import Session
from app.models import JudgedFor, JudgmentRecord, Request
from app.store.behaviors import BehaviorView, History, history_before, list_behaviors
from app.store.company import CompanyView
from app.store.judging import add_judgment, behaviors_of, newest_judgment, standards_of
from app.store.requests import find_lead_by_email
from routing.facts import Facts, FactValue
from routing.gate import gate_of
from routing.judging import MOST_BEHAVIORS, Judgment, facts_before, judge_lead
from routing.route import Gate
from routing.scoring import Behavior
from routing.territories import TERRITORY, matching_territories


@dataclass(frozen=True, slots=True)
class Judged:
    """The facts as the router sees them, and what stands in front of it."""

    facts: Facts
    judgment: Judgment
    gate: Gate | None


def judge_request(session: Session, company: CompanyView, request: Request, facts: Facts) -> Judged:
    """Judge a request by what is in force, and keep the judgment. Ages count to the instant of the request."""
    before = newest_judgment(session, request.id, JudgedFor.ROUTING)
    if before is not None:
        facts = facts_before(facts, Judgment.from_json(before.outcome))
    lead, at = request.lead_id, request.created_at
    facts = _placed(facts, company).having(**history_facts(history_before(session, lead, at), at))
    behaviors = aged(list_behaviors(session, lead, at, MOST_BEHAVIORS), at)
    judgment = judge_lead(company.standards, facts, behaviors)
    inputs = {"behaviors": [each.to_json() for each in behaviors]}
    add_judgment(session, request.id, judgment, company.standards.versions, inputs)
    return judged(facts, judgment)


def judge_made_up(
    session: Session, company: CompanyView, facts: Facts, behaviors: Sequence[BehaviorView], now: datetime
) -> Judged:
    """Judge somebody who did not ask, as if they did now: with `behaviors`, and what is known of their address."""
    lead = find_lead_by_email(session, str(facts.get("email")))
    history, seen = History(0, 0, None), list(behaviors)
    if lead is not None:
        history = history_before(session, lead.id, now)
        seen += list_behaviors(session, lead.id, now, MOST_BEHAVIORS)
    facts = _placed(facts, company).having(**history_facts(history, now))
    return judged(facts, judge_lead(company.standards, facts, aged(seen, now)))


def judge_again(session: Session, record: JudgmentRecord, facts: Facts) -> Judged:
    """The same judgment from what was stored: its versions, its behaviors, and the facts it led to."""
    before = facts_before(facts, Judgment.from_json(record.outcome))
    return judged(before, judge_lead(standards_of(session, record), before, behaviors_of(record)))


def _placed(facts: Facts, company: CompanyView) -> Facts:
    """With the territories of the request, which the router works out again by itself."""
    return facts.having(**{TERRITORY: matching_territories(company.roster.territories, facts)})


def judged(facts: Facts, judgment: Judgment) -> Judged:
    """A judgment with the facts and the gate that come of it."""
    gate = gate_of(judgment.qualification) if judgment.qualification else None
    return Judged(facts.having(**judgment.facts), judgment, gate)


def aged(behaviors: Iterable[BehaviorView], at: datetime) -> list[Behavior]:
    """Behaviors as scorecards ask about them, with their age in whole days at an instant."""
    return [Behavior(Facts(_facts(each)), max((at - each.at).days, 0)) for each in behaviors]


def _facts(behavior: BehaviorView) -> Mapping[str, FactValue]:
    return {
        "kind": behavior.kind,
        "topic": behavior.topic or None,
        "url": behavior.url,
        "reported_by": behavior.reported_by.value,
    }


def history_facts(history: History, at: datetime) -> dict[str, FactValue]:
    """What rules may ask about the time before a request."""
    facts: dict[str, FactValue] = {
        "earlier_requests": history.requests,
        "earlier_meetings": history.meetings,
    }
    if history.last_at is not None:
        facts["days_since_last_request"] = max((at - history.last_at).days, 0)
    return facts
