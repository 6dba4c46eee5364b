"""Signing in and out, and the front door."""

from flask import Blueprint, flash, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.errors import RateLimited
from app.usecases.sign_in import WrongCredentials, recall, sign_in
from app.web import sessions
from app.web.limits import limit_calls
from app.web.links import home_of, safe_next
from app.web.policy import Policy, policy

account = Blueprint("account", __name__, template_folder="templates")

_ATTEMPTS, _WINDOW = 30, 15 * 60


@account.get("/")
@policy(Policy.PUBLIC)
def front_door() -> Response:
    """To where this person starts, or to the sign-in page."""
    who = sessions.find_signed_in()
    return redirect(home_of(who) if who else url_for("account.show_sign_in"), 303)


@account.get("/sign-in")
@policy(Policy.PUBLIC)
def show_sign_in() -> str | Response:
    """The sign-in form."""
    who = sessions.find_signed_in()
    if who:
        return redirect(safe_next(request.args.get("next")) or home_of(who), 303)
    return _form()


@account.post("/sign-in")
@policy(Policy.PUBLIC, csrf=True)
def submit_sign_in() -> Response | tuple[str, int]:
    """Start a session, or say (after the same time, in the same words) that it did not work."""
    email, password = request.form.get("email", ""), request.form.get("password", "")
    try:
        limit_calls("sign-in-from", _ATTEMPTS, _WINDOW)
        new = sign_in(
            email,
            password,
            user_agent=request.headers.get("User-Agent", ""),
            replaces=sessions.current_secret(),
        )
    except WrongCredentials as refusal:
        return _form(email, refusal.title + ". Check both and try again."), 422
    except RateLimited as refusal:
        minutes = -(-refusal.retry_after // 60)
        return _form(email, f"Too many attempts. Try again in {minutes} min."), 429
    who = recall(new.secret)
    target = safe_next(request.args.get("next")) or (home_of(who) if who else "/")
    response = redirect(target, 303)
    sessions.start(response, new)
    return response


@account.post("/sign-out")
@policy(Policy.SIGNED_IN)
def submit_sign_out() -> Response:
    """End the session everywhere it is known."""
    response = redirect(url_for("account.show_sign_in"), 303)
    sessions.end(response)
    flash("You are signed out.", "good")
    return response


def _form(email: str = "", problem: str | None = None) -> str:
    return render_template(
        "web/sign_in.html", email=email, problem=problem, next=safe_next(request.args.get("next"))
    )
