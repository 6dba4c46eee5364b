"""Service accounts that act for everybody in a domain: keys as the Cloud console gives them, and assertions.

As strict as Google: the signature, the audience, the time, every scope and the person's domain have to be right, and
the answer says which was not in Google's words.
"""

import secrets
from datetime import datetime
from functools import lru_cache
from typing import Any

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from app.demo.google.errors import OAuthError
from app.demo.google.world import Grant, ServiceAccount, World

GRANT_TYPE = "urn:ietf:params:oauth:grant-type:jwt-bearer"
_TOKEN_SECONDS = 3599
_LONGEST = 3600
_SKEW = 300
_KNOWN_BY = {"openid", "https://www.googleapis.com/auth/userinfo.email"}
_NOT_ALLOWED = (
    "Client is unauthorized to retrieve access tokens using this method, or client not authorized for any of the "
    "scopes requested."
)


def new_key(email: str, client_id: str, token_uri: str) -> dict[str, str]:
    """A key file as the Cloud console gives it, once."""
    return {
        "type": "service_account",
        "project_id": "stand-in",
        "private_key_id": secrets.token_hex(20),
        "private_key": _private_key(),
        "client_email": email,
        "client_id": client_id,
        "token_uri": token_uri,
        "universe_domain": "googleapis.com",
    }


@lru_cache(maxsize=1)
def _private_key() -> str:
    """One pair serves every key of a run, for making one takes long; keys are told apart by their ids."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    encoding, form = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8
    return key.private_bytes(encoding, form, serialization.NoEncryption()).decode()


def take_key(world: World, key: dict[str, str], domain: str) -> ServiceAccount:
    """Know a key's public half, and its account."""
    account = world.services.setdefault(
        key["client_email"], ServiceAccount(key["client_email"], key["client_id"], domain)
    )
    private = serialization.load_pem_private_key(key["private_key"].encode(), password=None)
    public = private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    account.keys[key["private_key_id"]] = public.decode()
    return account


def act_for(world: World, assertion: str, token_uri: str, now: datetime) -> dict[str, Any]:
    """A token for the person that an assertion names. Raises OAuthError."""
    claims, service = _verified(world, assertion, token_uri, now)
    scopes, person = str(claims.get("scope", "")).split(), str(claims.get("sub", ""))
    if not scopes:
        raise OAuthError("invalid_scope", "Invalid OAuth scope or ID token audience provided.")
    # an administrator's word counts for their own domain only
    if person.partition("@")[2] != service.domain or not set(scopes) <= set(service.delegated):
        raise OAuthError("unauthorized_client", _NOT_ALLOWED, 401)
    if person not in world.accounts:
        raise OAuthError("invalid_grant", "Invalid email or User ID")
    return _issue(world, service, person, scopes, now.timestamp())


def profile(world: World, header: str, now: datetime) -> dict[str, Any]:
    """Who a bearer token speaks for. Raises OAuthError."""
    token = header.removeprefix("Bearer ")
    for grant in world.grants:
        if grant.access_tokens.get(token, 0.0) > now.timestamp() and not _KNOWN_BY.isdisjoint(grant.scopes):
            account = world.accounts[grant.email]
            return {"sub": account.subject, "email": account.email, "email_verified": True}
    raise OAuthError("invalid_request", "Invalid Credentials", 401)


def _verified(
    world: World, assertion: str, token_uri: str, now: datetime
) -> tuple[dict[str, Any], ServiceAccount]:
    try:
        unproven = jwt.decode(assertion, options={"verify_signature": False})
        key_id = jwt.get_unverified_header(assertion).get("kid", "")
    except jwt.PyJWTError:
        raise OAuthError("invalid_grant", "Bad Request") from None
    service = world.services.get(str(unproven.get("iss")))
    if service is None:
        raise OAuthError("invalid_grant", "Invalid grant: account not found")
    if key_id not in service.keys:
        raise OAuthError("invalid_grant", "Invalid JWT Signature.")
    try:
        claims = jwt.decode(
            assertion,
            service.keys[key_id],
            algorithms=["RS256"],
            audience=token_uri,
            options={"verify_exp": False, "verify_iat": False, "verify_nbf": False},
        )
    except (jwt.InvalidAudienceError, jwt.MissingRequiredClaimError):
        words = f"Invalid JWT: Failed audience check. The right audience is {token_uri}"
        raise OAuthError("invalid_grant", words) from None
    except jwt.PyJWTError:
        raise OAuthError("invalid_grant", "Invalid JWT Signature.") from None
    _check_times(claims, now.timestamp())
    return claims, service


def _check_times(claims: dict[str, Any], now: float) -> None:
    begins, ends = claims.get("iat"), claims.get("exp")
    if (
        not isinstance(begins, int)
        or not isinstance(ends, int)
        or not begins - _SKEW <= now < ends + _SKEW
        or not 0 < ends - begins <= _LONGEST
    ):
        words = (
            "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
            "Check your iat and exp values in the JWT claim."
        )
        raise OAuthError("invalid_grant", words)


def _issue(
    world: World, service: ServiceAccount, person: str, scopes: list[str], now: float
) -> dict[str, Any]:
    mine = (each for each in world.grants_of(person) if each.client_id == service.client_id)
    grant = next(mine, None)
    if grant is None:
        grant = Grant(person, service.client_id, [])
        world.grants.append(grant)
    grant.scopes = list(scopes)
    grant.access_tokens = {key: until for key, until in grant.access_tokens.items() if until > now}
    token = f"ya29.c.{secrets.token_urlsafe(32)}"
    grant.access_tokens[token] = now + _TOKEN_SECONDS
    return {"access_token": token, "expires_in": _TOKEN_SECONDS, "token_type": "Bearer"}
