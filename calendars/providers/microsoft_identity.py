"""Who signed in: an id_token checked against Entra's keys. MSAL checks only its nonce."""

from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import requests

from calendars.providers.grant import GrantError
from calendars.providers.microsoft_refusals import unreachable

JSON = dict[str, Any]
_TIMEOUT = (3.0, 10.0)
_LEEWAY = 300  # seconds between our clock and theirs


def verified_claims(
    session: requests.Session, authority: str, client_id: str, id_token: str, now: datetime
) -> JSON:
    """The claims, signature, audience, issuer and times checked; `oid` and `tid` name the person. Raises GrantError.

    Addresses in the claims change and prove nothing: never find an account by them.
    """
    import jwt

    metadata = read_metadata(session, authority)
    jwks_uri = str(metadata.get("jwks_uri"))
    if (urlsplit(jwks_uri).scheme, urlsplit(jwks_uri).netloc) != ("https", urlsplit(authority).netloc):
        raise _untrue("its keys are elsewhere")
    try:
        keys = jwt.PyJWKSet.from_dict(_document(session, jwks_uri))
        claims: JSON = jwt.decode(
            id_token,
            keys[jwt.get_unverified_header(id_token).get("kid", "")],
            algorithms=["RS256"],
            audience=client_id,
            options={
                "require": ["exp", "iss", "aud", "oid", "tid"],
                "verify_exp": False,
                "verify_nbf": False,
                "verify_iat": False,
            },
        )
    except (jwt.PyJWTError, KeyError) as error:
        raise _untrue(type(error).__name__) from error
    if claims["iss"] != str(metadata.get("issuer")).replace("{tenantid}", str(claims["tid"])):
        raise _untrue("another issuer")
    if not int(claims.get("nbf", 0)) - _LEEWAY <= now.timestamp() < int(claims["exp"]) + _LEEWAY:
        raise _untrue("not valid now")
    return claims


def read_metadata(session: requests.Session, authority: str) -> JSON:
    """What a tenant's sign-in service says of itself. Raises GrantError, `misconfigured` for no such tenant."""
    return _document(session, f"{authority.rstrip('/')}/v2.0/.well-known/openid-configuration")


def _document(session: requests.Session, url: str) -> JSON:
    try:
        answer = session.get(url, timeout=_TIMEOUT, allow_redirects=False)
        if answer.status_code in {400, 404}:
            raise GrantError("Microsoft knows no such tenant", code="misconfigured", permanent=True)
        answer.raise_for_status()
        body = answer.json()
    except (requests.RequestException, ValueError) as error:
        raise unreachable(type(error).__name__) from error
    if not isinstance(body, dict):
        raise unreachable("not an object")
    return body


def _untrue(reason: str) -> GrantError:
    return GrantError(
        f"Microsoft's word on who signed in is not good: {reason}", code="invalid", permanent=True
    )
