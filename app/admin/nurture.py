"""Nurture lists in the console: who is on them, to take away, and the way off them."""

from flask import Response, flash, redirect, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from app.admin.blueprint import admin
from app.csv_lines import write_csv
from app.db import db
from app.store.nurture import list_nurtured
from app.usecases.nurture import leave_nurture_list
from app.web.actor import current_actor
from app.web.policy import Policy, policy

COLUMNS = ("list", "since", "email", "name", "company", "lead")


@admin.get("/leads/lists.csv")
@policy(Policy.MANAGER)
def leads_lists_csv() -> Response:
    """The leads on a list, or on all of them."""
    found = list_nurtured(db.session(), request.args.get("list") or None)
    rows = [
        (
            each.list,
            each.since.isoformat() if each.since else "",
            each.email,
            each.name,
            each.company,
            each.lead,
        )
        for each in found
    ]
    response = Response(write_csv(COLUMNS, rows), mimetype="text/csv")
    response.headers["Content-Disposition"] = 'attachment; filename="nurture.csv"'
    return response


@admin.post("/leads/<public_id>/leave-list")
@policy(Policy.MANAGER)
def lead_leave_list(public_id: str) -> AnyResponse:
    """Take a lead off the list they are on."""
    name = leave_nurture_list(public_id, current_actor())
    flash(f"Taken off the list {name}.", "good")
    return redirect(url_for("admin.lead", public_id=public_id), 303)
