"""Connect everybody at once: the company's keys, who is connected and who is missing, and reminding those."""

from collections.abc import Callable

from flask import flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.admin.blueprint import admin
from app.db import db, transaction
from app.errors import ApplicationError, Invalid, NotFound
from app.models import Provider
from app.store.pages.company import load_company_page
from app.usecases.company_services import COMPANY
from app.usecases.company_trouble import defer_company_round
from app.usecases.remind_to_connect import REMIND_EVERY, Reminded, remind_missing
from app.usecases.save_company_grant import end_company_grant, save_google_key, save_microsoft_app
from app.web.actor import current_actor
from app.web.company_words import REASONS
from app.web.faults import Faults
from app.web.policy import Policy, policy
from app.web.sessions import get_signed_in
from app.web.words import count_words
from calendars.providers import google_company, microsoft_company

_TAKEN = "The key is kept. Reps are being connected; reload in a moment to see who is."


@admin.get("/company-connection")
@policy(Policy.MANAGER)
def calendars_company() -> str:
    """Who is connected, who is missing and why, and the keys."""
    return _page(Faults())


@admin.post("/company-connection/google")
@policy(Policy.ADMIN)
def calendars_company_google() -> Response | tuple[str, int]:
    """Take a service account's key, pasted or as a file. It is shown again nowhere, not even after a fault."""
    return _taking(lambda: save_google_key(_typed_key(), current_actor()))


@admin.post("/company-connection/microsoft")
@policy(Policy.ADMIN)
def calendars_company_microsoft() -> Response | tuple[str, int]:
    """Take an application's secret."""
    form = request.form
    tenant, client_id, secret = (form.get(name, "") for name in ("tenant", "client_id", "client_secret"))
    return _taking(lambda: save_microsoft_app(tenant, client_id, secret, current_actor()))


@admin.post("/company-connection/<provider>/try")
@policy(Policy.MANAGER)
def calendars_company_try(provider: str) -> Response:
    """Try everybody who is not reached, now."""
    with transaction() as session:
        defer_company_round(session, _service(provider))
    flash("Everybody who is not reached is being tried. Reload in a moment.", "good")
    return _back()


@admin.post("/company-connection/<provider>/end")
@policy(Policy.ADMIN)
def calendars_company_end(provider: str) -> Response:
    """Close all that hangs on a key, and delete it."""
    try:
        closed = end_company_grant(_service(provider), current_actor())
    except ApplicationError as refusal:
        flash(refusal.detail, "bad")
    else:
        flash(f"Disconnected {count_words(closed, 'rep')}. The key is being deleted.", "good")
    return _back()


@admin.post("/company-connection/remind")
@policy(Policy.MANAGER)
def calendars_company_remind() -> Response:
    """Mail those who are missing."""
    told = remind_missing(current_actor())
    flash(_told(told), "good" if told.mailed else "warn")
    return _back()


def _taking(save: Callable[[], None]) -> Response | tuple[str, int]:
    try:
        save()
    except Invalid as refusal:
        return _page(Faults(refusal.errors)), 422
    except ApplicationError as refusal:
        flash(refusal.detail, "bad")
        return _back()
    flash(_TAKEN, "good")
    return _back()


def _typed_key() -> str:
    file = request.files.get("file")
    content = file.read(google_company.LONGEST_KEY + 1) if file else b""
    return content.decode("utf-8-sig", "replace") if content else request.form.get("key", "")


def _told(told: Reminded) -> str:
    parts = [f"{told.mailed} reminded by mail" if told.mailed else "Nobody was mailed"]
    if told.too_soon:
        parts.append(f"{told.too_soon} were reminded within {REMIND_EVERY.days} days")
    if told.without_account:
        parts.append(f"{told.without_account} cannot sign in: make an account for them first")
    return "; ".join(parts) + "."


def _page(faults: Faults) -> str:
    return render_template(
        "admin/company.html",
        page=load_company_page(db.session()),
        reasons=REASONS,
        scopes=google_company.SCOPES,
        permissions=microsoft_company.PERMISSIONS,
        remind_days=REMIND_EVERY.days,
        may_change=get_signed_in().administers,
        typed=request.form,
        faults=faults,
    )


def _service(name: str) -> Provider:
    if name not in {each.value for each in COMPANY}:
        raise NotFound("There is no such calendar service.")
    return Provider(name)


def _back() -> Response:
    return redirect(url_for("admin.calendars_company"), 303)
