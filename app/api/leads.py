"""Leads, their requests, and the decisions made about them."""

from flask import Response

from app.api.judgment_shapes import BehaviorShown, JudgmentShown, judgment_shown
from app.api.keyring import caller, needs
from app.api.lead_shapes import (
    Activity,
    Decision,
    Flip,
    LeadDetail,
    LeadLine,
    LeadPath,
    LeadQuery,
    Leads,
    PartyDecision,
    PlaceCauses,
    RequestPath,
    RequestTimes,
    Submission,
)
from app.api.shapes import PlainObject
from app.db import db
from app.errors import NotFound
from app.models import AssignmentRecord, JudgmentRecord
from app.scopes import Scope
from app.store.decisions import newest_assignment, newest_route, parties_of
from app.store.pages import lead_page
from app.store.pages import leads as pages
from app.store.pages.setup import name_reps
from app.store.requests import find_request
from app.usecases.flip_decision import flips_of
from app.usecases.nurture import leave_nurture_list
from app.usecases.team import told_of
from app.usecases.verify_decision import verify_decision
from app.usecases.why_no_times import why_no_times
from app.web.known import known_of
from app.web.openapi import answer, api_blueprint, refusals
from app.web.why_lines import lines_of
from routing.assignment import Assignment
from routing.explanation import explain
from routing.judging import Judgment
from routing.route import Route

api = api_blueprint("admin_leads", "/api/v1/admin", security="apiKey", statuses=(401, 403, 429, 503))


@api.get("/leads", responses={200: Leads})
@needs(Scope.LEADS_READ)
def list_leads(query: LeadQuery) -> Response:
    """Leads with their newest request, a page at a time."""
    rows = pages.list_leads(
        db.session(), state=query.state, words=query.words, before=query.before, nurture_list=query.list
    )
    shown = rows[: pages.PAGE]
    return answer(
        Leads(
            leads=[LeadLine.model_validate(row, from_attributes=True) for row in shown],
            next=shown[-1].cursor if len(rows) > pages.PAGE else None,
        )
    )


@api.get("/leads/<string:lead>", responses={200: LeadDetail})
@needs(Scope.LEADS_READ)
def get_lead(path: LeadPath) -> Response:
    """A lead with requests and what happened."""
    page = lead_page.find_lead_page(db.session(), path.lead)
    if page is None:
        raise NotFound
    lead = page.lead
    return answer(
        LeadDetail(
            id=lead.public_id,
            name=lead.name,
            email=lead.email,
            company=lead.company,
            account=lead.account.domain if lead.account else None,
            owner=page.owner.email if page.owner else None,
            created_at=lead.created_at,
            requests=[_submission(submission) for submission in page.submissions],
            behaviors=[BehaviorShown.model_validate(each, from_attributes=True) for each in page.behaviors],
            activities=[Activity(kind=a.kind, at=a.at, actor=a.actor, data=a.data) for a in page.activities],
        )
    )


@api.delete("/leads/<string:lead>/nurture", responses={200: PlainObject, **refusals(404)})
@needs(Scope.LEADS_WRITE)
def leave_list(path: LeadPath) -> Response:
    """Take a lead off the nurture list they are on."""
    return answer(PlainObject({"lead": path.lead, "left": leave_nurture_list(path.lead, caller().actor)}))


@api.get("/requests/<string:request>/decision", responses={200: Decision})
@needs(Scope.DECISIONS_READ)
def get_decision(path: RequestPath) -> Response:
    """Who got the request and why, from the stored records, and whether the decision comes out the same again."""
    session = db.session()
    request = find_request(session, path.request)
    route = newest_route(session, request.id) if request else None
    if request is None or route is None:
        raise NotFound
    assignment = newest_assignment(session, request.id)
    decided = Route.from_json(route.trace)
    assigned = Assignment.from_json(assignment.trace) if assignment else None
    explanation, flips = explain(decided, assigned), flips_of(session, route, assignment)
    known = known_of(session, assignment, flips=flips)
    return answer(
        Decision(
            request=path.request,
            route=route.trace,
            assignment=assignment.trace if assignment else None,
            parties=_parties(assignment, decided) if assignment else [],
            explanation=dict(explanation.to_json()),
            sentences=list(lines_of(decided, assigned, explanation, name_reps(session), known)),
            flips=[Flip.model_validate(flip.to_json()) for flip in flips],
            verification=verify_decision(path.request).to_json(),
        )
    )


def _parties(assignment: AssignmentRecord, route: Route) -> list[PartyDecision]:
    names = name_reps(db.session())
    return [
        PartyDecision(
            role=party.role,
            rep=party.rep.email,
            assignment=party.trace,
            sentence=told_of(party, route).sentences(names)[0],
        )
        for party in parties_of(db.session(), assignment.id)
    ]


def _judgment(record: JudgmentRecord | None) -> JudgmentShown | None:
    return judgment_shown(Judgment.from_json(record.outcome)) if record else None


@api.get("/requests/<string:request>/times", responses={200: RequestTimes})
@needs(Scope.DECISIONS_READ)
def get_request_times(path: RequestPath) -> Response:
    """Why the request is offered these times and no others: causes by place and rep, and what would open more."""
    places = [PlaceCauses.model_validate(place.to_json()) for place in why_no_times(path.request)]
    return answer(RequestTimes(request=path.request, places=places))


def _submission(found: lead_page.Submission) -> Submission:
    request, facts = found.request, found.facts
    return Submission(
        id=request.public_id,
        state=request.state,
        form=found.form,
        timezone=request.timezone,
        locale=request.locale,
        created_at=request.created_at,
        answers=facts.answers if facts else None,
        facts=facts.facts if facts else None,
        source=facts.source if facts else None,
        flags=facts.flags if facts else [],
        origins=facts.origins if facts else None,
        judgment=_judgment(found.judgment),
        rescored=_judgment(found.rescored),
        rule=found.route.rule if found.route else None,
        queue=found.queue,
        bookings=[booking.public_id for booking in found.bookings],
    )
