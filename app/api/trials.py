"""Trying leads without consequences, and bringing accounts in."""

from flask import Response

from app import clock
from app.api.judgment_shapes import judgment_shown
from app.api.keyring import caller, needs
from app.api.trial_shapes import ImportBody, ImportReport, Simulation, SimulationBody, TriedParty
from app.db import db
from app.errors import FieldError, Invalid
from app.scopes import Scope
from app.store.pages.setup import name_reps
from app.usecases.import_accounts import import_accounts
from app.usecases.team import told_of_seat
from app.usecases.try_lead import Trial, try_lead
from app.web.openapi import answer, api_blueprint, refusals
from calendars.zones import UnknownZoneError, find_zone
from routing.explanation import explain
from routing.router import InvalidRouter

api = api_blueprint("admin_trials", "/api/v1/admin", security="apiKey", statuses=(401, 403, 429, 503))


@api.post("/simulations", responses={200: Simulation, **refusals(404)})
@needs(Scope.SIMULATE)
def simulate_lead(body: SimulationBody) -> Response:
    """What would happen to a lead: rule, rep, those passed over and why, the first times. Keeps nothing."""
    _check_zone(body.timezone)
    try:
        seen = [each.view(clock.now()) for each in body.behaviors]
        trial = try_lead(body.form, body.answers, body.timezone, document=body.router, behaviors=seen)
    except InvalidRouter as error:
        raise Invalid([FieldError(f"router.{p.path}", p.code, p.message) for p in error.problems]) from None
    explanation = explain(trial.route, trial.assignment)
    return answer(
        Simulation(
            facts=dict(trial.facts.to_json()),
            flags=trial.flags,
            judgment=judgment_shown(trial.judgment),
            route=dict(trial.route.to_json()),
            assignment=dict(trial.assignment.to_json()) if trial.assignment else None,
            parties=_parties(trial),
            explanation=dict(explanation.to_json()),
            sentences=list(explanation.sentences(name_reps(db.session()))),
            slots=dict(trial.slots),
        )
    )


def _parties(trial: Trial) -> list[TriedParty]:
    names = name_reps(db.session())
    return [
        TriedParty(
            role=one.role,
            assignment=dict(one.assignment.to_json()),
            sentence=told_of_seat(one.role, one.inputs, one.assignment, trial.route).sentences(names)[0],
        )
        for one in trial.others
    ]


@api.post("/accounts/import", responses={200: ImportReport})
@needs(Scope.ACCOUNTS_WRITE)
def import_account_file(body: ImportBody) -> Response:
    """Upsert accounts by domain from CSV, all rows or none; `errors` names each bad row by its line."""
    report = import_accounts(body.csv.encode(), caller().actor, dry_run=body.dry_run)
    return answer(ImportReport.model_validate(report.to_json()))


def _check_zone(timezone: str) -> None:
    try:
        find_zone(timezone)
    except UnknownZoneError as error:
        raise Invalid([FieldError("timezone", "unknown-zone", str(error))]) from None
