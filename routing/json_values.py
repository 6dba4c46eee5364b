"""Plain JSON: the type, and the one canonical spelling that digests are taken of."""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import TypeAlias

JSON: TypeAlias = "bool | int | float | str | Sequence[JSON] | Mapping[str, JSON] | None"


def canonical(value: JSON) -> str:
    """The one spelling of a JSON value: sorted keys, no spaces, ASCII only."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True)


def digest(value: JSON) -> str:
    """SHA-256 of the canonical spelling, in hexadecimal."""
    return sha256(canonical(value).encode("ascii")).hexdigest()
