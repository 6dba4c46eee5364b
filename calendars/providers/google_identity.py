"""Who signed in, from the id token that Google sends along."""

from dataclasses import dataclass
from typing import Any

import requests

from calendars.providers.google_refusals import unreachable
from calendars.providers.grant import GrantError

_ISSUERS = frozenset({"https://accounts.google.com", "accounts.google.com"})
_SKEW_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Identity:
    """`account` never changes; `email` is there if Google vouches for it; `nonce` is the sign-in's."""

    account: str
    email: str | None
    nonce: str = ""


def verify_identity(session: requests.Session, client_id: str, certs_uri: str, id_token: str) -> Identity:
    """The identity, once signature, audience, dates and issuer are checked. Raises GrantError."""
    claims = _claims(session, client_id, certs_uri, id_token)
    if claims.get("iss") not in _ISSUERS or not claims.get("sub"):
        raise GrantError("the identity is not Google's", code="invalid", permanent=True)
    email = claims.get("email") if claims.get("email_verified") else None
    return Identity(str(claims["sub"]), email, str(claims.get("nonce", "")))


def _claims(session: requests.Session, client_id: str, certs_uri: str, id_token: str) -> dict[str, Any]:
    from google.auth.exceptions import TransportError
    from google.auth.transport.requests import Request
    from google.oauth2.id_token import verify_token

    try:
        return dict(
            verify_token(
                id_token,
                Request(session=session),
                audience=client_id,
                certs_url=certs_uri,
                clock_skew_in_seconds=_SKEW_SECONDS,
            )
        )
    except (TransportError, requests.RequestException):
        raise unreachable() from None
    except Exception as error:  # the JWKS path raises errors that share no base with google-auth's
        raise GrantError("the identity Google sent is not valid", code="invalid", permanent=True) from error
