"""People who sign in: their accounts and what they may do."""

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.admin.blueprint import admin
from app.db import db
from app.errors import ApplicationError, Invalid, NotFound
from app.models import Role
from app.store import people
from app.usecases.change_user import change_user
from app.usecases.create_user import create_user, set_password
from app.web.actor import current_actor
from app.web.faults import Faults
from app.web.policy import Policy, policy

ROLES = (
    (Role.REP.value, "Rep: their own day, calendars and hours"),
    (Role.MANAGER.value, "Manager: sees everything"),
    (Role.ADMIN.value, "Admin: changes everything"),
)


@admin.get("/settings/users")
@policy(Policy.ADMIN)
def settings_users() -> str:
    """Everybody who can sign in."""
    return render_template("admin/users.html", tab="users", users=people.list_users(db.session()))


@admin.get("/settings/users/new")
@policy(Policy.ADMIN)
def settings_user_new() -> str:
    """A form for a new account."""
    return _form(Faults())


@admin.post("/settings/users/new")
@policy(Policy.ADMIN)
def settings_user_add() -> Response | tuple[str, int]:
    """Make an account. A rep with the same e-mail becomes theirs."""
    typed = request.form
    try:
        create_user(
            typed.get("email", ""),
            typed.get("name", ""),
            typed.get("role", ""),
            typed.get("password", ""),
            current_actor(),
        )
    except Invalid as refusal:
        return _form(Faults(refusal.errors)), 422
    flash(f"{typed.get('name')} can sign in now.", "good")
    return redirect(url_for("admin.settings_users"), 303)


@admin.get("/settings/users/<public_id>")
@policy(Policy.ADMIN)
def settings_user(public_id: str) -> str:
    """One account."""
    return _one(public_id, Faults())


@admin.post("/settings/users/<public_id>")
@policy(Policy.ADMIN)
def settings_user_save(public_id: str) -> Response | tuple[str, int]:
    """Change the role, close or reopen the account; their sessions end when they may do less."""
    try:
        change_user(
            public_id,
            role=request.form.get("role", ""),
            is_active=request.form.get("is_active") == "on",
            by=current_actor(),
        )
    except ApplicationError as refusal:
        flash(refusal.detail, "bad")
        return redirect(url_for("admin.settings_user", public_id=public_id), 303)
    flash("Account saved.", "good")
    return redirect(url_for("admin.settings_users"), 303)


@admin.post("/settings/users/<public_id>/password")
@policy(Policy.ADMIN)
def settings_user_password(public_id: str) -> Response | tuple[str, int]:
    """Give somebody another password; every session of theirs ends."""
    user = people.find_user(db.session(), public_id)
    if user is None:
        raise NotFound("There is no such account.")
    try:
        set_password(user.email, request.form.get("password", ""), current_actor())
    except Invalid as refusal:
        return _one(public_id, Faults(refusal.errors)), 422
    flash("New password set. They are signed out everywhere.", "good")
    return redirect(url_for("admin.settings_users"), 303)


def _form(faults: Faults) -> str:
    return render_template("admin/user_new.html", tab="users", roles=ROLES, typed=request.form, faults=faults)


def _one(public_id: str, faults: Faults) -> str:
    user = people.find_user(db.session(), public_id)
    if user is None:
        raise NotFound("There is no such account.")
    return render_template("admin/user.html", tab="users", user=user, roles=ROLES, faults=faults)
