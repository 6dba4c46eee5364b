"""What leads did, told by other systems."""

from flask import Response

from app import clock
from app.api.behavior_shapes import BehaviorsBody, BehaviorsKept, LeadBehaviorsBody, LeadPath
from app.api.keyring import caller, needs
from app.scopes import Scope
from app.usecases.record_behaviors import record_behaviors, record_behaviors_of
from app.web.openapi import answer, api_blueprint, refusals

api = api_blueprint("admin_behaviors", "/api/v1/admin", security="apiKey", statuses=(401, 403, 429, 503))


@api.post("/behaviors", responses={200: BehaviorsKept, **refusals(409)})
@needs(Scope.LEADS_WRITE)
def add_behaviors(body: BehaviorsBody) -> Response:
    """Keep what somebody did, by e-mail address. The same thing at the same time is kept once."""
    now = clock.now()
    lead, added = record_behaviors(
        body.email, [each.view(now) for each in body.behaviors], caller().actor.name
    )
    return answer(BehaviorsKept(lead=lead, added=added))


@api.post("/leads/<string:lead>/behaviors", responses={200: BehaviorsKept, **refusals(404)})
@needs(Scope.LEADS_WRITE)
def add_lead_behaviors(path: LeadPath, body: LeadBehaviorsBody) -> Response:
    """Keep what a lead did."""
    now = clock.now()
    added = record_behaviors_of(path.lead, [each.view(now) for each in body.behaviors], caller().actor.name)
    return answer(BehaviorsKept(lead=path.lead, added=added))
