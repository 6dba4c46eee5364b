"""Public identifiers: they wear their kind and cannot be guessed (`req_7Hq…`)."""

import secrets

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZabcdefghjkmnpqrstvwxyz"
_LENGTH = 22  # 54**22 is a little over 126 bits


def new_id(kind: str) -> str:
    """A fresh public id such as `bkg_…` for `kind="bkg"`."""
    return f"{kind}_" + "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


def new_secret() -> str:
    """A random secret with 256 bits, safe in addresses and headers."""
    return secrets.token_urlsafe(32)
