"""Id tokens, and the key that signs them."""

import base64
from functools import lru_cache

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from google.auth import crypt, jwt

from app.demo.google.world import Account, Grant

_KEY_ID = "stand-in"
ISSUER = "https://accounts.google.com"


@lru_cache(maxsize=1)
def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@lru_cache(maxsize=1)
def _signer() -> crypt.RSASigner:
    pem = _key().private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return crypt.RSASigner.from_string(pem, _KEY_ID)  # type: ignore[no-any-return, no-untyped-call]


def certificates() -> dict[str, str]:
    """The public keys, by key id, as `/oauth2/v1/certs` gives them."""
    public = _key().public_key()
    pem = public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    return {_KEY_ID: pem.decode()}


def key_set() -> dict[str, list[dict[str, str]]]:
    """The same keys as a JWK set, as `/oauth2/v3/certs` gives them."""
    numbers = _key().public_key().public_numbers()
    key = {
        "kty": "RSA",
        "alg": "RS256",
        "use": "sig",
        "kid": _KEY_ID,
        "n": _b64(numbers.n),
        "e": _b64(numbers.e),
    }
    return {"keys": [key]}


def sign_identity(account: Account, grant: Grant, nonce: str | None, now: float) -> str:
    """An id token that says who signed in, for one hour."""
    claims = {
        "iss": ISSUER,
        "aud": grant.client_id,
        "azp": grant.client_id,
        "sub": account.subject,
        "hd": account.email.partition("@")[2],
        "iat": int(now),
        "exp": int(now) + 3600,
    }
    if "https://www.googleapis.com/auth/userinfo.email" in grant.scopes:
        claims |= {"email": account.email, "email_verified": True}
    if nonce is not None:
        claims["nonce"] = nonce
    return str(jwt.encode(_signer(), claims).decode())  # type: ignore[no-untyped-call]


def _b64(number: int) -> str:
    data = number.to_bytes((number.bit_length() + 7) // 8, "big")
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
