"""Secrets at rest: encrypted with rotating keys and tied to the row they belong to.

Fernet binds a ciphertext to nothing, so the owner's id travels inside and is checked after decrypting: a
ciphertext copied into another row does not open there.
"""

import json
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet


class SecretUnreadable(Exception):
    """No key opens it, or it belongs to another row."""


class SecretBox:
    """Seals and opens small JSON values. The first key seals; all keys open."""

    def __init__(self, keys: str) -> None:
        """`keys`: Fernet keys, newest first, separated by commas. Raises ValueError when one is no key."""
        fernets = [Fernet(key.strip()) for key in keys.split(",") if key.strip()]
        self._fernet = MultiFernet(fernets)
        self._newest = fernets[0]

    def seal(self, owner: str, value: Any) -> bytes:
        """Encrypt `value` for the row named `owner`."""
        return self._fernet.encrypt(json.dumps({"owner": owner, "value": value}).encode())

    def open(self, owner: str, sealed: bytes) -> Any:
        """Decrypt what was sealed for `owner`. Raises SecretUnreadable."""
        try:
            content = json.loads(self._fernet.decrypt(sealed))
        except InvalidToken:
            raise SecretUnreadable("no key in TOKEN_KEYS opens this secret") from None
        if content["owner"] != owner:
            raise SecretUnreadable("this secret belongs to another row")
        return content["value"]

    def is_newest(self, sealed: bytes) -> bool:
        """Whether the newest key sealed it."""
        try:
            self._newest.decrypt(sealed)
        except InvalidToken:
            return False
        return True

    def reseal(self, sealed: bytes) -> bytes:
        """The same secret under the newest key."""
        try:
            return self._fernet.rotate(sealed)
        except InvalidToken:
            raise SecretUnreadable("no key in TOKEN_KEYS opens this secret") from None


def new_key() -> str:
    """A fresh key for TOKEN_KEYS."""
    return Fernet.generate_key().decode()
