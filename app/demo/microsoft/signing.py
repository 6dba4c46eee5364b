"""The key that id_tokens are signed with, and its public half as a JWKS."""

import base64
import hashlib
import json
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa


class Signer:
    """One RSA key, made at start."""

    def __init__(self) -> None:
        self._key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self._public: dict[str, Any] = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key()))
        self.kid = hashlib.sha256(self._public["n"].encode()).hexdigest()[:24]

    def sign(self, claims: dict[str, Any]) -> str:
        """A compact RS256 token."""
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": self.kid})

    def keys(self) -> dict[str, Any]:
        """The JWKS document."""
        return {"keys": [{**self._public, "use": "sig", "alg": "RS256", "kid": self.kid}]}


def base64url(data: bytes) -> str:
    """Base64url without padding, as JOSE and PKCE write it."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
