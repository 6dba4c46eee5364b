"""A person who asked for a meeting: everything kept about them to hand out, and its erasure in two steps."""

import json

from flask import Response, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as Answer

from app.admin.blueprint import admin
from app.db import db
from app.errors import NotFound
from app.models import Lead
from app.store.requests import find_lead
from app.usecases.erase_person import erase_person, look_at_person
from app.usecases.export_person import export_person
from app.web.actor import current_actor
from app.web.policy import Policy, policy


@admin.get("/leads/<public_id>/person.json")
@policy(Policy.ADMIN)
def lead_export(public_id: str) -> Response:
    """Everything kept about them, as a file."""
    lead = _lead(public_id)
    found = export_person(lead.email or "", current_actor())
    response = Response(json.dumps(found, indent=2, ensure_ascii=False), mimetype="application/json")
    response.headers["Content-Disposition"] = f'attachment; filename="{public_id}.json"'
    response.headers["Cache-Control"] = "no-store"
    return response


@admin.get("/leads/<public_id>/erase")
@policy(Policy.ADMIN)
def lead_erase(public_id: str) -> str:
    """The first step: what would go, and what stays."""
    return _page(public_id)


@admin.post("/leads/<public_id>/erase")
@policy(Policy.ADMIN)
def lead_erase_do(public_id: str) -> Answer | tuple[str, int]:
    """The second: the address was typed, so it is meant."""
    lead = _lead(public_id)
    if request.form.get("email", "").strip().lower() != lead.email:
        return _page(public_id, "This is not their address. Nothing was changed."), 422
    if erase_person(lead.email, current_actor()):
        flash("Erased. Remember the backups.", "good")
    else:
        flash("Their meetings are called off; the rest goes once calendars and mails have followed.", "good")
    return redirect(url_for("admin.leads"), 303)


def _lead(public_id: str) -> Lead:
    lead = find_lead(db.session(), public_id)
    if lead is None or lead.email is None:
        raise NotFound("There is no such lead, or they were erased.")
    return lead


def _page(public_id: str, fault: str | None = None) -> str:
    lead = _lead(public_id)
    known = look_at_person(lead.email or "")
    assert known is not None
    return render_template("admin/erase.html", lead=_lead(public_id), known=known, fault=fault)
