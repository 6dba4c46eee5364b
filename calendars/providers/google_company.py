"""Google for a whole company: a service account that an administrator lets act for everybody in the domain.

A token is asked for by an assertion that names the person (RFC 7523), signed with the service account's key by
google-auth. It says nothing of other people: the token opens this one person's calendars and no others.
Source: https://developers.google.com/identity/protocols/oauth2/service-account (domain-wide delegation).
"""

import json
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import requests

from calendars.providers.company import CompanyAccount, CompanyToken, KeyRefused, unknown_user
from calendars.providers.google_oauth import LIST_CALENDARS, READ_AND_WRITE_EVENTS
from calendars.providers.google_refusals import refused, unreachable
from calendars.providers.grant import GrantError

JSON = dict[str, Any]
KNOW_ADDRESS = "https://www.googleapis.com/auth/userinfo.email"
SCOPES = (READ_AND_WRITE_EVENTS, LIST_CALENDARS, KNOW_ADDRESS)
"""What an administrator has to allow, all of it: an assertion that asks for more than was allowed gets nothing."""

LONGEST_KEY = 16_384
_GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_ASSERTION_LIVES = timedelta(minutes=10)
# A machine's clock that runs a little ahead must not make an assertion that begins in Google's future
_BACKDATED = timedelta(seconds=30)
_TIMEOUT = (3.05, 10)
# Keys made years ago name Google's token server by one of these; we never use what the file says
_OLD_NAMES = frozenset(
    {"https://accounts.google.com/o/oauth2/token", "https://www.googleapis.com/oauth2/v4/token"}
)
_NEEDED = ("client_email", "client_id", "private_key_id", "private_key")
_SMALLEST_KEY = 2048


@dataclass(frozen=True, slots=True)
class ServiceAccount:
    """A service account with one of its keys. `client_id` is what an administrator allows."""

    client_email: str
    client_id: str
    private_key_id: str
    private_key: str = field(repr=False)


def read_key(text: str, token_uri: str) -> ServiceAccount:
    """The key file that Google Cloud gave. Raises KeyRefused.

    A file that names another token server than ours is refused rather than half believed: assertions are only ever
    sent to `token_uri`, and a file that wants them elsewhere was not made by the Google we speak to.
    """
    found = _document(text)
    if found.get("type") != "service_account":
        raise KeyRefused("This is not a service account's key: its type is another one")
    missing = [name for name in _NEEDED if not isinstance(found.get(name), str) or not found[name].strip()]
    if missing:
        raise KeyRefused(f"The key lacks {', '.join(missing)}")
    if found.get("token_uri", token_uri) not in {token_uri, *_OLD_NAMES}:
        raise KeyRefused("The key names another token server than this installation uses")
    if not re.fullmatch(r"[^\s@]+@[^\s@]+", found["client_email"]) or not found["client_id"].isdigit():
        raise KeyRefused("The key's client_email or client_id is not what Google writes there")
    account = ServiceAccount(*(found[name].strip() for name in _NEEDED))
    _signer(account)
    return account


def fetch_token(
    session: requests.Session, account: ServiceAccount, token_uri: str, person: str, now: datetime
) -> CompanyToken:
    """A token for one person, by their main address. Raises GrantError."""
    from google.auth import jwt

    begins = now - _BACKDATED
    claims = {
        "iss": account.client_email,
        "sub": person,
        "scope": " ".join(SCOPES),
        "aud": token_uri,
        "iat": int(begins.timestamp()),
        "exp": int((now + _ASSERTION_LIVES).timestamp()),
    }
    assertion = jwt.encode(_signer(account), claims).decode()  # type: ignore[no-untyped-call]
    answer = _asked(session, token_uri, {"grant_type": _GRANT_TYPE, "assertion": assertion})
    token, lasts = answer.get("access_token"), answer.get("expires_in")
    if not isinstance(token, str) or not isinstance(lasts, int):
        raise unreachable()
    return CompanyToken(token, now + timedelta(seconds=lasts))


def who_is(session: requests.Session, userinfo_uri: str, token: CompanyToken) -> CompanyAccount:
    """Whose token it is: the same lasting name that signing in gives. Raises GrantError."""
    headers = {"Authorization": f"Bearer {token.access_token}"}
    try:
        answer = session.get(userinfo_uri, headers=headers, timeout=_TIMEOUT, allow_redirects=False)
        found = answer.json() if answer.ok else {}
    except (requests.RequestException, OSError, ValueError):
        raise unreachable() from None
    if not isinstance(found, dict) or not found.get("sub") or not found.get("email"):
        raise unreachable()
    return CompanyAccount(str(found["sub"]), str(found["email"]), None, str(found["email"]))


def _asked(session: requests.Session, token_uri: str, form: dict[str, str]) -> JSON:
    try:
        response = session.post(token_uri, data=form, timeout=_TIMEOUT, allow_redirects=False)
        answer = response.json()
    except (requests.RequestException, OSError, ValueError):
        raise unreachable() from None
    if not isinstance(answer, dict) or response.status_code >= 500 or response.status_code == 429:
        raise unreachable()
    if not response.ok:
        raise _refused(str(answer.get("error", "")), str(answer.get("error_description", "")))
    return answer


def _refused(error: str, words: str) -> GrantError:
    """Google says most of it with one code, so here its words decide too; those unknown to us blame nobody's key."""
    if error == "unauthorized_client":
        return GrantError(
            "nobody has allowed this service account to act for the person",
            code="not-delegated",
            permanent=True,
        )
    if error == "invalid_grant" and (words.startswith("Invalid JWT") or "account not found" in words):
        return GrantError(
            "Google no longer takes the service account's key", code="misconfigured", permanent=True
        )
    if error == "invalid_grant" and words.startswith("Invalid email"):
        return unknown_user("Google")
    if error == "invalid_grant":
        return GrantError("Google does not let anybody act for this person", code="forbidden", permanent=True)
    return refused(error)


def _document(text: str) -> JSON:
    if len(text) > LONGEST_KEY:
        raise KeyRefused("This is far too long for a service account's key")
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        raise KeyRefused("This is not the JSON file that Google Cloud gives with a key") from None
    if not isinstance(found, dict):
        raise KeyRefused("This is not the JSON file that Google Cloud gives with a key")
    return found


def _signer(account: ServiceAccount) -> Any:
    """google-auth's signer. Raises KeyRefused for what is no RSA key of today's size."""
    from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
    from cryptography.hazmat.primitives.serialization import load_pem_private_key
    from google.auth.crypt import RSASigner

    try:
        key = load_pem_private_key(account.private_key.encode(), password=None)
    except (ValueError, TypeError):
        raise KeyRefused("The private key in the file cannot be read") from None
    if not isinstance(key, RSAPrivateKey) or key.key_size < _SMALLEST_KEY:
        raise KeyRefused(f"The private key must be an RSA key of {_SMALLEST_KEY} bits or more")
    return RSASigner.from_string(account.private_key, account.private_key_id)  # type: ignore[no-untyped-call]
