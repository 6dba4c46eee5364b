"""Who writes, when, and how the addresses behind secrets are found."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Writer:
    """`find_secret` gives the address of a feed by its secret's name, or None when nobody told us; `seal` and
    `open` encrypt it for a row."""

    at: datetime
    user_id: int | None
    note: str
    find_secret: Callable[[str], str | None]
    seal: Callable[[str, str], bytes]
    open: Callable[[str, bytes], str | None]
