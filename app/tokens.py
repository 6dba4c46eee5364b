"""Signed links and bearer tokens: (purpose, public id, version) under the application's key.

Nothing about a token is stored but its version on the row it opens; raising the version revokes all of them.
"""

from enum import StrEnum
from functools import lru_cache

from itsdangerous import BadSignature, URLSafeSerializer

from app.services import services


class Purpose(StrEnum):
    """What a token opens; one for another purpose opens nothing."""

    REQUEST = "request"
    MANAGE = "manage"
    INVITE = "invite"


def make_token(purpose: Purpose, public_id: str, version: int) -> str:
    """A token for one thing and one purpose."""
    return str(_serializer(purpose).dumps([public_id, version]))


def read_token(purpose: Purpose, token: str) -> tuple[str, int] | None:
    """The public id and version a token was made for; None when it is not ours or for something else."""
    try:
        public_id, version = _serializer(purpose).loads(token)
    except (BadSignature, ValueError, TypeError):
        return None
    return (public_id, version) if isinstance(public_id, str) and isinstance(version, int) else None


def _serializer(purpose: Purpose) -> URLSafeSerializer:
    return _serializer_of(services().settings.secret_key.get_secret_value(), purpose)


@lru_cache(maxsize=16)
def _serializer_of(key: str, purpose: Purpose) -> URLSafeSerializer:
    return URLSafeSerializer(key, salt=f"token:{purpose}")
