"""Connecting a Microsoft account: sign-in with PKCE, and access tokens afterwards, by MSAL.

MSAL's cache of one connection is its secret (it holds the refresh token): one cache per connection, never a shared
one. Callers hold a lock on the connection while they refresh, for neither MSAL nor Entra makes that safe, and save
the grant's new secret before they use its token.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import requests

from calendars.providers.grant import Grant, GrantError
from calendars.providers.microsoft_errors import read_retry_after
from calendars.providers.microsoft_identity import verified_claims
from calendars.providers.microsoft_refusals import refused, unreachable

JSON = dict[str, Any]
# MailboxSettings.Read tells the zone in which whole-day events lie. MSAL adds openid, profile and offline_access.
SCOPES = ("Calendars.ReadWrite", "MailboxSettings.Read", "User.Read")
_NEEDED = "Calendars.ReadWrite"
_TIMEOUT = (3.0, 10.0)
_MICROSOFT = {"login.microsoftonline.com", "login.microsoftonline.us", "login.partner.microsoftonline.cn"}


@dataclass(frozen=True, slots=True)
class EntraApp:
    """Our registration at Entra. `authority` is an https address with the tenant, `…/organizations` say."""

    client_id: str
    client_secret: str = field(repr=False)
    authority: str


def start_flow(
    session: requests.Session, app: EntraApp, *, redirect_uri: str, state: str, login_hint: str | None = None
) -> tuple[str, JSON]:
    """Where to send the person, and the flow to keep on the server (it holds the PKCE verifier and the nonce)."""
    client = client_of(session, app)
    # MSAL warns of every other mode; but a form posted from another site would arrive without the session's cookie
    flow: JSON = client.initiate_auth_code_flow(
        list(SCOPES),
        redirect_uri=redirect_uri,
        state=state,
        prompt="select_account",
        login_hint=login_hint,
        response_mode="form_post",
    )
    address, _, query = flow.pop("auth_uri").partition("?")
    asked = dict(parse_qsl(query)) | {"response_mode": "query"}
    return f"{address}?{urlencode(asked)}", flow


def finish_flow(
    session: requests.Session, app: EntraApp, flow: JSON, answer: Mapping[str, str], now: datetime
) -> Grant:
    """Redeem the code that came back. Raises GrantError; `declined` when the person said no."""
    cache = _new_cache()
    client = client_of(session, app, cache)
    try:
        result = reaching(lambda: client.acquire_token_by_auth_code_flow(flow, dict(answer)))
    except (ValueError, RuntimeError) as error:
        # another state, another nonce, or neither a code nor an error
        raise GrantError(
            "the sign-in does not match the one begun", code="invalid", permanent=True
        ) from error
    if "error" in result:
        raise refused(result)
    claims = verified_claims(session, app.authority, app.client_id, result.get("id_token", ""), now)
    return _grant(client, cache, result, now, claims)


def refresh(
    session: requests.Session, app: EntraApp, secret: str, now: datetime, *, force: bool = False
) -> Grant:
    """A usable access token from a grant's secret; a new one with `force`. Raises GrantError.

    Keep the secret of the grant returned: the refresh token in it may be another one.
    """
    cache = _new_cache()
    cache.deserialize(secret)
    client = client_of(session, app, cache)
    accounts = client.get_accounts()
    if len(accounts) != 1:
        raise _dead("the stored grant names no account")
    result = reaching(
        lambda: client.acquire_token_silent_with_error(list(SCOPES), accounts[0], force_refresh=force)
    )
    if result is None:
        raise _dead("the stored grant has no refresh token")
    if "error" in result:
        raise refused(result)
    return _grant(client, cache, result, now, None)


def _grant(client: Any, cache: Any, result: JSON, now: datetime, claims: JSON | None) -> Grant:
    accounts = client.get_accounts()
    scopes = frozenset(str(result.get("scope") or " ".join(SCOPES)).split())
    if len(accounts) != 1 or (
        claims and accounts[0]["home_account_id"] != f"{claims['oid']}.{claims['tid']}"
    ):
        raise GrantError("Microsoft's answer does not say whose it is", code="invalid", permanent=True)
    if _NEEDED not in scopes:
        raise GrantError(f"{_NEEDED} was not allowed", code="missing-scope", permanent=True)
    if not cache.has_refresh_token():
        raise GrantError("Microsoft gave no refresh token", code="invalid", permanent=True)
    return Grant(
        account=accounts[0]["home_account_id"],
        email=accounts[0].get("username"),
        name=(claims or {}).get("name"),
        scopes=scopes,
        access_token=result["access_token"],
        expires_at=now + timedelta(seconds=int(result["expires_in"])),
        secret=cache.serialize(),
    )


def _new_cache() -> Any:
    import msal  # heavy: 200 ms, and only who connects or refreshes needs it

    class OneAccountsCache(msal.SerializableTokenCache):  # type: ignore[misc, unused-ignore]
        def has_refresh_token(self) -> bool:
            return bool(json.loads(self.serialize()).get("RefreshToken"))

    return OneAccountsCache()


def client_of(session: requests.Session, app: EntraApp, cache: Any = None) -> Any:
    """A fresh MSAL application: it remembers refusals for a minute, so none is kept."""
    import msal

    is_microsoft = urlsplit(app.authority).hostname in _MICROSOFT
    try:
        return reaching(
            lambda: msal.ConfidentialClientApplication(
                app.client_id,
                client_credential=app.client_secret,
                authority=app.authority,
                instance_discovery=None if is_microsoft else False,
                http_client=_Http(session),
                token_cache=cache,
            )
        )
    except ValueError as error:
        message = "Microsoft's sign-in service is not where the settings say"
        raise GrantError(message, code="misconfigured", permanent=True) from error


class _Http:
    """What MSAL needs of a session: ours, guarded, with a time limit on every call, and never closed by MSAL."""

    def __init__(self, session: requests.Session) -> None:
        self._session = session

    def get(self, url: str, **options: Any) -> requests.Response:
        return _answered(self._session.get(url, **{**options, "timeout": _TIMEOUT}))

    def post(self, url: str, **options: Any) -> requests.Response:
        return _answered(self._session.post(url, **{**options, "timeout": _TIMEOUT}))

    def close(self) -> None:
        return None


def _answered(response: requests.Response) -> requests.Response:
    """Trouble that passes is told apart here, before MSAL makes a plain ValueError of it."""
    if response.status_code == 429 or response.status_code >= 500:
        raise requests.HTTPError(f"status {response.status_code}", response=response)
    try:
        if response.ok:
            response.json()
    except ValueError as error:
        raise requests.exceptions.ContentDecodingError("not JSON") from error
    return response


def reaching(call: Callable[[], Any]) -> Any:
    """What a call of MSAL's gives; trouble on the way as GrantError, which says nothing of the grant."""
    try:
        return call()
    except requests.HTTPError as error:
        retry_after = read_retry_after(error.response.headers.get("Retry-After"))
        raise unreachable(str(error), retry_after) from error
    except requests.RequestException as error:
        raise unreachable(type(error).__name__) from error


def _dead(message: str) -> GrantError:
    return GrantError(message, code="unauthorized", permanent=True, needs_reconnect=True)
