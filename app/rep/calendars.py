"""My calendars: connect an account, choose what closes my time and where meetings go."""

from urllib.parse import urlsplit

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.db import db
from app.errors import ApplicationError, Invalid, NotFound
from app.models import Provider
from app.rep.blueprint import rep
from app.store.pages.calendars import get_rep_calendars
from app.usecases.calendar_services import SIGN_IN
from app.usecases.check_calendars import read_now
from app.usecases.connect_caldav import connect_caldav
from app.usecases.connect_calendar import choose_calendars, disconnect, finish_connecting, start_connecting
from app.web.busy_lines import other_than_usual
from app.web.headers import allow_form_targets
from app.web.policy import Policy, policy
from app.web.sessions import get_own_rep

oauth = Blueprint("oauth", __name__, url_prefix="/oauth")


@rep.get("/calendars")
@policy(Policy.REP_SELF)
def calendars() -> str:
    """Every account with its calendars and how they are."""
    _, rep_id = get_own_rep()
    settings = current_app.extensions["settings"]
    # browsers apply form-action to where a form's redirect ends, which here is the provider's sign-in
    allow_form_targets(*(_origin(url) for url in (settings.google_auth_uri, settings.ms_authority)))
    return render_template(
        "rep/calendars.html",
        own=get_rep_calendars(db.session(), rep_id),
        other_than_usual=other_than_usual,
        services=[(each, service.is_configured(settings)) for each, service in SIGN_IN.items()],
    )


@rep.post("/calendars/connect/<provider>")
@policy(Policy.REP_SELF)
def calendars_connect(provider: str) -> Response:
    """Begin a sign-in at the provider."""
    who, rep_id = get_own_rep()
    service = _provider(provider)
    try:
        return redirect(start_connecting(service, rep_id, who.session_id, who.email), 303)
    except ApplicationError as refusal:
        flash(refusal.detail, "bad")
        return redirect(url_for("rep.calendars"), 303)


@rep.post("/calendars/connect-caldav")
@policy(Policy.REP_SELF)
def calendars_connect_caldav() -> Response:
    """Connect an account at a CalDAV server. What was typed is shown again nowhere."""
    _, rep_id = get_own_rep()
    typed = [request.form.get(name, "") for name in ("url", "username", "password")]
    try:
        connect_caldav(rep_id, *typed)
    except Invalid as refusal:
        flash("Not connected: " + "; ".join(error.message for error in refusal.errors), "bad")
    except ApplicationError as refusal:
        flash(refusal.detail, "bad")
    else:
        flash("Connected. Your calendars are being read for the first time.", "good")
    return redirect(url_for("rep.calendars"), 303)


@oauth.get("/<provider>/callback")
@policy(Policy.REP_SELF)
def callback(provider: str) -> Response:
    """Come back from the provider."""
    who, _ = get_own_rep()
    try:
        finish_connecting(_provider(provider), who.session_id, request.args.to_dict())
    except ApplicationError as refusal:
        flash(refusal.detail, "bad")
    else:
        flash("Connected. Your calendars are being read for the first time.", "good")
    return redirect(url_for("rep.calendars"), 303)


@rep.post("/calendars")
@policy(Policy.REP_SELF)
def calendars_choose() -> Response:
    """Keep which calendars are checked, and where meetings go."""
    _, rep_id = get_own_rep()
    try:
        choose_calendars(
            rep_id, set(request.form.getlist("conflicts")), request.form.get("destination") or None
        )
    except ApplicationError as refusal:
        flash(f"Not saved: {refusal.detail}", "bad")
    else:
        flash("Calendars saved.", "good")
    return redirect(url_for("rep.calendars"), 303)


@rep.post("/calendars/<calendar>/read")
@policy(Policy.REP_SELF)
def calendars_read(calendar: str) -> Response:
    """Read one of my calendars now."""
    _, rep_id = get_own_rep()
    read_now(calendar, rep_id)
    flash("Your calendar is being read.", "good")
    return redirect(url_for("rep.calendars"), 303)


@rep.post("/calendars/<connection>/disconnect")
@policy(Policy.REP_SELF)
def calendars_disconnect(connection: str) -> Response:
    """Give the grant back and forget it."""
    _, rep_id = get_own_rep()
    disconnect(connection, rep_id)
    flash("Disconnected. We have given back our access and deleted it.", "good")
    return redirect(url_for("rep.calendars"), 303)


def _provider(name: str) -> Provider:
    if name not in {each.value for each in SIGN_IN}:
        raise NotFound("There is no such calendar service.")
    return Provider(name)


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
