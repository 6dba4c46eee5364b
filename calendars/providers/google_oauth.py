"""Signing in with Google: where to send a person, what to do with the answer, and access tokens afterwards.

The code exchange is Authlib's, the refresh is google-auth's; both speak through the caller's guarded session.
Callers hold a lock on the connection while they refresh: google-auth does not join calls made at once.
"""

import hmac
import json
import secrets
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import requests

from calendars.providers.google_identity import Identity, verify_identity
from calendars.providers.google_refusals import our_errors
from calendars.providers.grant import Grant, GrantError

Flow = dict[str, Any]

READ_AND_WRITE_EVENTS = "https://www.googleapis.com/auth/calendar.events"
LIST_CALENDARS = "https://www.googleapis.com/auth/calendar.calendarlist.readonly"
NEEDED_SCOPES = frozenset({READ_AND_WRITE_EVENTS, LIST_CALENDARS})
_ASKED = ("openid", "email", READ_AND_WRITE_EVENTS, LIST_CALENDARS)
_SECONDS = 10


@dataclass(frozen=True, slots=True)
class GoogleApp:
    """Our registration with Google, and where its servers are."""

    client_id: str
    client_secret: str = field(repr=False)
    auth_uri: str
    token_uri: str
    revoke_uri: str
    certs_uri: str


def start_flow(
    session: requests.Session, app: GoogleApp, *, redirect_uri: str, state: str, login_hint: str | None = None
) -> tuple[str, Flow]:
    """Where to send the person, and the flow to keep on the server (it holds the PKCE verifier and the nonce).

    Consent is always asked for: Google gives a refresh token only then, or on the very first sign-in.
    """
    flow = {
        "state": state,
        "redirect_uri": redirect_uri,
        "code_verifier": secrets.token_urlsafe(48),
        "nonce": secrets.token_urlsafe(16),
    }
    hint = {"login_hint": login_hint} if login_hint else {}
    with _client(session, app, redirect_uri=redirect_uri) as oauth:
        url, _ = oauth.create_authorization_url(
            app.auth_uri,
            state=state,
            code_verifier=flow["code_verifier"],
            nonce=flow["nonce"],
            access_type="offline",
            prompt="consent",
            include_granted_scopes="true",
            **hint,
        )
    return str(url), flow


def finish_flow(
    session: requests.Session, app: GoogleApp, flow: Flow, answer: Mapping[str, str], now: datetime
) -> Grant:
    """Redeem the code that came back. Raises GrantError: `declined` when the person said no, `missing-scope` when
    they unticked something that we cannot do without."""
    if not hmac.compare_digest(answer.get("state", ""), flow["state"]):
        raise GrantError("the sign-in does not match the one begun", code="invalid", permanent=True)
    if answer.get("error") == "access_denied":
        raise GrantError("the person did not allow access", code="declined", permanent=True)
    if not answer.get("code"):
        raise GrantError("Google sent neither a code nor a reason", code="invalid", permanent=True)
    token = _redeem(session, app, flow, answer["code"])
    who = verify_identity(session, app.client_id, app.certs_uri, token["id_token"])
    if not hmac.compare_digest(who.nonce, flow["nonce"]):
        raise GrantError("the identity answers another sign-in", code="invalid", permanent=True)
    if not token.get("refresh_token"):
        raise GrantError("Google gave no refresh token", code="invalid", permanent=True)
    # As sets: Google gives scopes in any order, and adds those granted before
    scopes = frozenset((token.get("scope") or "").split())
    if not scopes >= NEEDED_SCOPES:
        raise GrantError("not all that is needed was allowed", code="missing-scope", permanent=True)
    return _grant(
        who,
        access_token=token["access_token"],
        refresh_token=token["refresh_token"],
        scopes=scopes,
        expires_at=now + timedelta(seconds=int(token.get("expires_in", 0))),
    )


def refresh(session: requests.Session, app: GoogleApp, secret: str, now: datetime) -> Grant:
    """A fresh access token from a grant's secret. Raises GrantError, with `needs_reconnect` when the grant is dead.

    google-auth tries three times, within seconds, on trouble that passes.
    """
    from google.auth.transport.requests import Request
    from google.oauth2.credentials import Credentials

    kept = json.loads(secret)
    credentials = Credentials(  # type: ignore[no-untyped-call]
        token=None,
        refresh_token=kept["refresh_token"],
        token_uri=app.token_uri,
        client_id=app.client_id,
        client_secret=app.client_secret,
    )
    with our_errors():
        credentials.refresh(Request(session=session))  # type: ignore[no-untyped-call]
    return _grant(
        Identity(kept["account"], kept["email"]),
        access_token=str(credentials.token),
        refresh_token=str(credentials.refresh_token),
        scopes=frozenset(credentials.granted_scopes or kept["scopes"]),
        expires_at=now + _lifetime(credentials.expiry),
    )


def revoke(session: requests.Session, app: GoogleApp, secret: str) -> None:
    """Give the grant back; one that is dead already is success. Raises GrantError when Google cannot be asked.

    It ends for every installation that shares our client id.
    """
    with our_errors():
        response = session.post(
            app.revoke_uri, data={"token": json.loads(secret)["refresh_token"]}, timeout=_SECONDS
        )
    if response.status_code not in {200, 400}:
        raise GrantError("Google did not take the revocation", code="unavailable", permanent=False)


def _redeem(session: requests.Session, app: GoogleApp, flow: Flow, code: str) -> dict[str, Any]:
    with our_errors(), _client(session, app) as oauth:
        token: dict[str, Any] = oauth.fetch_token(
            app.token_uri,
            code=code,
            redirect_uri=flow["redirect_uri"],
            code_verifier=flow["code_verifier"],
            timeout=_SECONDS,
        )
    if not token.get("access_token") or not token.get("id_token"):
        raise GrantError("Google's answer lacks a token", code="unavailable", permanent=False)
    return token


def _grant(
    who: Identity, *, access_token: str, refresh_token: str, scopes: frozenset[str], expires_at: datetime
) -> Grant:
    return Grant(
        account=who.account,
        email=who.email,
        name=None,
        scopes=scopes,
        access_token=access_token,
        expires_at=expires_at,
        secret=json.dumps(
            {
                "refresh_token": refresh_token,
                "account": who.account,
                "email": who.email,
                "scopes": sorted(scopes),
            }
        ),
    )


def _lifetime(expiry: datetime | None) -> timedelta:
    """How long the token lives. google-auth keeps the end in naive UTC, by the machine's own clock."""
    return timedelta() if expiry is None else expiry.replace(tzinfo=UTC) - datetime.now(UTC)


@contextmanager
def _client(session: requests.Session, app: GoogleApp, **options: Any) -> Iterator[Any]:
    """Authlib's client, whose every request leaves through `session`."""
    from authlib.integrations.requests_client import OAuth2Session

    with OAuth2Session(
        app.client_id, app.client_secret, scope=" ".join(_ASKED), code_challenge_method="S256", **options
    ) as oauth:
        oauth.trust_env, oauth.verify = session.trust_env, session.verify
        oauth.send = session.send
        yield oauth
