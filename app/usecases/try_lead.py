"""What would happen to a lead, without making anything happen: the rule, the rep, the others, the first times."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app import clock
from app.db import Session, db
from app.enrichment.answers import read_answers
from app.enrichment.providers.merging import Origins
from app.enrichment.reading import Fact
from app.store.behaviors import BehaviorView
from app.store.company import CompanyView, FormView, load_company
from app.usecases.capture_lead import questions_of
from app.usecases.describe_times import SlotList, SlotQuery
from app.usecases.enrich_facts import add_account, ask_providers
from app.usecases.enrichment_settings import enrichment_of
from app.usecases.fill_seats import Seated
from app.usecases.find_offer import find_offer
from app.usecases.judge_lead import judge_made_up
from app.usecases.last_rep import with_last_rep
from app.usecases.plan_people import next_plan, read_contest
from app.usecases.route_request import facts_for_routing
from app.usecases.submit_request import find_form
from routing.assignment import Assignment
from routing.facts import Facts
from routing.gate import decide
from routing.judging import Judgment
from routing.route import Route
from routing.router import Router, parse_router

FIRST_TIMES = 5


@dataclass(frozen=True, slots=True)
class Trial:
    """A decision that was not made: the facts it saw, what was made of the lead, the route, who would get the first
    time with whom beside them, and the times."""

    facts: Facts
    flags: list[dict[str, str]]
    judgment: Judgment
    route: Route
    assignment: Assignment | None
    slots: Mapping[str, Any]
    others: Sequence[Seated] = ()


def try_lead(
    form_slug: str,
    answers: Mapping[str, Any],
    timezone: str,
    *,
    document: Mapping[str, Any] | None = None,
    behaviors: Sequence[BehaviorView] = (),
) -> Trial:
    """Run a lead through a form's published router, or through `document` in its place; `behaviors` come on top of
    what we know that the lead did.

    Raises NotFound, Invalid (no e-mail), InvalidRouter.
    """
    session = db.session()
    now = clock.now()
    company = load_company(session, now.date())
    form = find_form(form_slug)
    found, flags = _facts(session, company, form, answers, timezone)
    judged = judge_made_up(session, company, with_last_rep(session, found, company), behaviors, now)
    router, version = _router(company, form, document)
    decided = decide(router, version, judged.facts, company.roster, judged.gate, company.editions)
    offer = find_offer(session, company, decided.destinations, form.meeting_type, now)
    times = offer.times() if offer else []
    minutes = form.meeting_type.shape.minutes
    slots = SlotList.of(times[:FIRST_TIMES], minutes, SlotQuery(timezone), now, company.revision)
    plan = (
        next_plan(company, read_contest(session, company, offer, times[0], now)) if offer and times else None
    )
    assignment, others = (plan.assignment, plan.others) if plan else (None, ())
    return Trial(judged.facts, flags, judged.judgment, decided, assignment, slots.to_json(), others)


def _router(company: CompanyView, form: FormView, document: Mapping[str, Any] | None) -> tuple[Router, int]:
    if document is not None:
        return parse_router(document), 0
    published = company.routers[form.router]
    return published.router, published.version


def _facts(
    session: Session, company: CompanyView, form: FormView, answers: Mapping[str, Any], timezone: str
) -> tuple[Facts, list[dict[str, str]]]:
    reading = read_answers(questions_of(form), answers)
    visit = {"timezone": timezone, "form": form.slug, "source": "website", "locale": "en", "language": "en"}
    facts: dict[str, Fact] = {**visit, **reading.facts}
    at, settings = clock.now().isoformat(), enrichment_of(company.settings)
    origins: Origins = {}
    add_account(session, facts, origins, settings, at)
    ask_providers(facts, origins, settings, at)
    plain = {key: tuple(value) if isinstance(value, list) else value for key, value in facts.items()}
    return facts_for_routing(Facts(plain), company, clock.now()), reading.flags
