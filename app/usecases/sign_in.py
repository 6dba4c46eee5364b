"""Sign a person in with e-mail and password, and out again.

An unknown address, a wrong password and a closed account get the same answer after the same time.
"""

from dataclasses import dataclass
from datetime import timedelta

from app import passwords
from app.clock import now
from app.db import transaction
from app.errors import RateLimited, Unauthenticated
from app.ids import new_secret
from app.models import Role, User
from app.store import people, rate_counters

ATTEMPTS = 10
WINDOW = 15 * 60


class WrongCredentials(Unauthenticated):
    """Says no more than that, so that addresses cannot be tried out."""

    code = "wrong-credentials"
    title = "This e-mail and password do not match an account"


@dataclass(frozen=True, slots=True)
class Lifetime:
    """How long a session lives unused, and at the longest."""

    idle: timedelta
    absolute: timedelta


ADMIN_LIFETIME = Lifetime(timedelta(hours=1), timedelta(hours=12))
LIFETIME = Lifetime(timedelta(hours=8), timedelta(days=7))


def lifetime_of(role: Role) -> Lifetime:
    """Admins' sessions are short."""
    return ADMIN_LIFETIME if role is Role.ADMIN else LIFETIME


@dataclass(frozen=True, slots=True)
class NewSession:
    """The secret for the cookie (kept nowhere else), the session's row id and the role it was made for."""

    secret: str
    session_id: int
    role: Role


def sign_in(email: str, password: str, *, user_agent: str = "", replaces: str | None = None) -> NewSession:
    """Check the credentials and start a session; the one behind the secret `replaces` ends.

    Raises WrongCredentials, or RateLimited after ten failures for one address in a quarter of an hour.
    """
    _count_attempt(email)
    with transaction() as session:
        found = people.find_user_by_email(session, email)
        user_id, stored = (found.id, found.password_hash) if found and found.is_active else (None, None)
    if not passwords.is_password(stored, password) or user_id is None or stored is None:
        raise WrongCredentials
    stronger = passwords.hash_password(password) if passwords.is_outdated(stored) else None
    with transaction() as session:
        user = session.get_one(User, user_id)
        if stronger:
            user.password_hash = stronger
        if replaces:
            people.end_session(session, replaces)
        rate_counters.forget_calls(session, _bucket(email))
        secret, at = new_secret(), now()
        row = people.add_session(session, user, secret, at, at + lifetime_of(user.role).absolute, user_agent)
        return NewSession(secret, row.id, user.role)


def sign_out(secret: str) -> None:
    """End the session at once, on every server."""
    with transaction() as session:
        people.end_session(session, secret)


def recall(secret: str) -> people.SignedIn | None:
    """Who holds this secret, or None when the session is over; notes its use once a minute."""
    at = now()
    with transaction() as session:
        signed_in = people.find_signed_in(session, secret, at)
        if signed_in is None:
            return None
        unused = at - signed_in.seen_at
        if unused > lifetime_of(signed_in.role).idle:
            people.end_session(session, secret)
            return None
        if unused > timedelta(minutes=1):
            people.touch_session(session, signed_in.session_id, at)
        return signed_in


def _bucket(email: str) -> str:
    return "sign-in:" + people.hash_secret(email.strip().lower()).hex()[:32]


def _count_attempt(email: str) -> None:
    at = now()
    with transaction() as session:
        calls = rate_counters.count_call(session, _bucket(email), WINDOW, at)
    if calls > ATTEMPTS:
        raise RateLimited(WINDOW - int(at.timestamp()) % WINDOW)
