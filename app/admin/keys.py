"""Keys with which programs use the admin API. A key is shown once, when it is made."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.admin.blueprint import admin
from app.db import db
from app.errors import ApplicationError, Invalid
from app.scopes import Scope
from app.store.pages.setup import list_api_keys
from app.usecases.create_api_key import NewKey, create_api_key, revoke_api_key
from app.web.actor import current_actor
from app.web.faults import Faults
from app.web.policy import Policy, policy


@admin.get("/settings/keys")
@policy(Policy.ADMIN)
def settings_keys() -> str:
    """Every key, and a form for another one."""
    return _page(Faults())


@admin.post("/settings/keys")
@policy(Policy.ADMIN)
def settings_key_add() -> tuple[str, int]:
    """Make a key and show it, this once: the page is the answer itself, so that no address leads back to it."""
    try:
        made = create_api_key(request.form.get("name", ""), request.form.getlist("scopes"), current_actor())
    except Invalid as refusal:
        return _page(Faults(refusal.errors)), 422
    return _page(Faults(), made), 200


@admin.post("/settings/keys/<public_id>/revoke")
@policy(Policy.ADMIN)
def settings_key_revoke(public_id: str) -> Response:
    """End a key at once."""
    try:
        revoke_api_key(public_id, current_actor())
        flash("The key is over. Programs that use it are refused from now on.", "good")
    except ApplicationError as refusal:
        flash(refusal.detail, "bad")
    return redirect(url_for("admin.settings_keys"), 303)


def _page(faults: Faults, made: NewKey | None = None) -> str:
    return render_template(
        "admin/keys.html",
        tab="keys",
        keys=list_api_keys(db.session()),
        scopes=[(scope.value, scope.value) for scope in Scope],
        typed=request.form,
        chosen=request.form.getlist("scopes"),
        faults=faults,
        made=made,
    )
