"""Lets a request through to its view, or not: the policy table at work, then the CSRF token."""

from urllib.parse import urlencode

from flask import Flask, current_app, redirect, request, url_for
from flask_wtf.csrf import CSRFProtect
from werkzeug.wrappers import Response

from app.errors import Forbidden, Unauthenticated
from app.store.people import SignedIn
from app.web.policy import Policy, Rule, check_of, rule_of
from app.web.sessions import find_signed_in

csrf = CSRFProtect()


def register_gate(app: Flask) -> None:
    """Check every request before its view runs. Tokens last as long as the session they belong to."""
    app.config.update(WTF_CSRF_CHECK_DEFAULT=False, WTF_CSRF_TIME_LIMIT=None)
    csrf.init_app(app)
    app.before_request(_admit)


def _admit() -> Response | None:
    rule = rule_of(current_app, request.endpoint)
    if request.endpoint is None:
        return None  # 404 and 405 answer for themselves
    if rule is None:
        raise Forbidden("This address is closed until it says who may use it.")
    if rule.policy.uses_session:
        who = find_signed_in()
        if who is None:
            return _ask_to_sign_in()
        _require(rule, who)
    elif check := check_of(current_app, rule.policy):
        check()
    if rule.csrf:
        csrf.protect()
    return None


def _require(rule: Rule, who: SignedIn) -> None:
    if rule.policy is Policy.ADMIN and not who.administers:
        raise Forbidden("Only admins can do this. Ask an admin of your company, or sign in as one.")
    if rule.policy is Policy.MANAGER and not who.manages:
        raise Forbidden("This page is for admins and managers. Your own pages are under “My day”.")
    if rule.policy is Policy.REP_SELF and who.rep_id is None:
        raise Forbidden("Your account is not linked to a rep, so there is no calendar or schedule to show.")


def _ask_to_sign_in() -> Response:
    if request.method not in {"GET", "HEAD"}:
        raise Unauthenticated("Your session has ended. Sign in again; what you typed was not saved.")
    sign_in = url_for("account.show_sign_in")
    if request.blueprint == "oauth":
        return redirect(sign_in, 303)  # what came back from the provider belongs to the session that is over
    return redirect(f"{sign_in}?{urlencode({'next': request.full_path.rstrip('?')})}", 303)
