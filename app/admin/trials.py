"""Try a lead: run somebody made up through the rules and see what would happen. Nothing is kept."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import render_template, request

from app import clock
from app.admin.behaviors_typed import behaviors_typed
from app.admin.blueprint import admin
from app.admin.routers import document_text
from app.db import db
from app.errors import ApplicationError, Invalid, NotFound
from app.store import configuration as store
from app.store.pages.frame import find_company_frame
from app.store.pages.setup import RouterRow, find_router, name_reps
from app.usecases.save_router_draft import review_router
from app.usecases.try_lead import Trial, try_lead
from app.web.countries import countries
from app.web.faults import Faults
from app.web.policy import Policy, policy
from app.web.seats import tried_seats
from app.web.why import picture
from app.web.zones import ZONES


@admin.get("/routers/<name>/try")
@policy(Policy.MANAGER)
def router_try(name: str) -> str:
    """The questions of a form that uses the router."""
    return _page(_get(name), Faults(), None)


@admin.post("/routers/<name>/try")
@policy(Policy.MANAGER)
def router_tried(name: str) -> tuple[str, int]:
    """What would happen to this lead now. A POST because it carries somebody's address, not because it acts."""
    row = _get(name)
    form = _form_of(row, request.form.get("form"))
    if form is None:
        return _page(row, Faults(), None), 200
    document = row.draft if request.form.get("rules") == "draft" else row.document
    if document is not None and (review := review_router(name, document)).errors:
        return _page(row, Faults(review.errors), None, blocked=True), 422
    try:
        trial = try_lead(
            form["slug"],
            _answers(form),
            request.form.get("timezone") or "UTC",
            document={"name": name, **document} if document else None,
            behaviors=behaviors_typed(request.form.get("behaviors", ""), clock.now()),
        )
    except Invalid as refusal:
        return _page(row, Faults(refusal.errors), None), 422
    except ApplicationError as refusal:
        return _page(row, Faults(), None, problem=refusal.detail), 422
    return _page(row, Faults(), trial), 200


def _page(
    row: RouterRow, faults: Faults, trial: Trial | None, *, blocked: bool = False, problem: str | None = None
) -> str:
    session = db.session()
    return render_template(
        "admin/router_try.html",
        row=row,
        tab="try",
        form=_form_of(row, request.values.get("form")),
        forms=_forms_of(row),
        typed=request.values,
        faults=faults,
        blocked=blocked,
        problem=problem,
        trial=trial,
        why=picture(trial.route, trial.assignment, name_reps(session)) if trial else None,
        others=tried_seats(trial.others, trial.route, name_reps(session)) if trial else (),
        times=_times(trial),
        zones=ZONES,
        countries=countries(),
        zone=request.form.get("timezone") or find_company_frame(session).timezone,
        rules=request.values.get("rules") or ("draft" if row.draft else "published"),
        document_text=document_text,
    )


def _times(trial: Trial | None) -> list[tuple[datetime, datetime]]:
    if trial is None:
        return []
    return [
        (datetime.fromisoformat(slot["start"]), datetime.fromisoformat(slot["end"]))
        for day in trial.slots.get("days", ())
        for slot in day["slots"]
    ][:5]


def _answers(form: Mapping[str, Any]) -> dict[str, Any]:
    return {
        field["name"]: value
        for field in form["fields"]
        if (value := request.form.get(f"answer.{field['name']}", "").strip())
    }


def _forms_of(row: RouterRow) -> list[Mapping[str, Any]]:
    """The forms that use the router; without one, all of them, since the questions may be the same."""
    forms: list[Mapping[str, Any]] = list(store.read_collection(db.session(), "forms").values())
    return [form for form in forms if form["router"] == row.name] or forms


def _form_of(row: RouterRow, slug: str | None) -> Mapping[str, Any] | None:
    forms = _forms_of(row)
    return next((form for form in forms if form["slug"] == slug), forms[0] if forms else None)


def _get(name: str) -> RouterRow:
    row = find_router(db.session(), name)
    if row is None:
        raise NotFound(f"There is no router called {name}.")
    return row
