"""Passwords: hashed with argon2id at the library's defaults (64 MiB, three passes), never compared by us."""

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

SHORTEST = 12
LONGEST = 1024

_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """The hash to store. Hashing takes about as long as a page; do it outside of a transaction."""
    return _hasher.hash(password)


def is_password(stored: str | None, password: str) -> bool:
    """Whether `password` is the one behind `stored`. Without one it takes as long and says no."""
    try:
        _hasher.verify(stored or _nobody(), password[:LONGEST])
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def is_outdated(stored: str) -> bool:
    """Whether `stored` was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(stored)


@cache
def _nobody() -> str:
    return _hasher.hash("an account that does not exist")
