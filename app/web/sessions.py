"""The signed-in browser of this request: one cookie with a random secret, everything else on the server."""

from flask import Flask, current_app, g, request, session
from werkzeug.wrappers import Response

from app.config import Settings
from app.errors import Forbidden, Unauthenticated
from app.store.people import SignedIn
from app.usecases.sign_in import NewSession, lifetime_of, recall, sign_out


def register_sessions(app: Flask, settings: Settings) -> None:
    """Name and protect the cookies. Flask's own signed cookie holds the CSRF secret and flashed words only."""
    prefix = "__Host-" if settings.is_secure else ""
    app.secret_key = settings.secret_key.get_secret_value()
    app.config.update(
        SESSION_COOKIE_NAME=f"{prefix}visit",
        SESSION_COOKIE_SECURE=settings.is_secure,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SIGN_IN_COOKIE_NAME=f"{prefix}session",
    )
    app.jinja_env.globals["signed_in"] = find_signed_in


def current_secret() -> str | None:
    """The secret that the browser sent."""
    return request.cookies.get(current_app.config["SIGN_IN_COOKIE_NAME"])


def find_signed_in() -> SignedIn | None:
    """Who is signed in, asked of the database once a request."""
    if "signed_in" not in g:
        secret = current_secret()
        g.signed_in = recall(secret) if secret else None
    found: SignedIn | None = g.signed_in
    return found


def get_signed_in() -> SignedIn:
    """Who is signed in. Raises Unauthenticated."""
    found = find_signed_in()
    if found is None:
        raise Unauthenticated
    return found


def get_own_rep() -> tuple[SignedIn, int]:
    """Who is signed in and the key of the rep they are. Raises Unauthenticated or Forbidden."""
    who = get_signed_in()
    if who.rep_id is None:
        raise Forbidden("Your account is not linked to a rep, so there is no calendar or schedule to show.")
    return who, who.rep_id


def start(response: Response, new: NewSession) -> None:
    """Hand the browser its secret. The CSRF secret starts afresh with it."""
    session.clear()
    response.set_cookie(
        current_app.config["SIGN_IN_COOKIE_NAME"],
        new.secret,
        max_age=int(lifetime_of(new.role).absolute.total_seconds()),
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
        path="/",
    )


def end(response: Response) -> None:
    """Forget the browser, on the server first."""
    secret = current_secret()
    if secret:
        sign_out(secret)
    session.clear()
    g.pop("signed_in", None)
    response.delete_cookie(
        current_app.config["SIGN_IN_COOKIE_NAME"],
        secure=current_app.config["SESSION_COOKIE_SECURE"],
        httponly=True,
        samesite="Lax",
        path="/",
    )
