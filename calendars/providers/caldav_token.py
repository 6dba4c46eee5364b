"""What is remembered between two readings of a CalDAV calendar, as one opaque text."""

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass
from hashlib import sha256
from importlib.metadata import version
from typing import Any

from calendars.span import Span


@dataclass(frozen=True, slots=True)
class CalDavToken:
    """The server's sync-token (`can_sync`), or what else tells that nothing changed: the ctag, or a digest of every
    event's etag. `reader` is for whom and by which rules of time zones it was read."""

    state: str
    can_sync: bool
    reader: str
    known: Span
    warnings: tuple[str, ...]

    @classmethod
    def parse(cls, text: str | None, reader: str, window: Span) -> "CalDavToken | None":
        """The token, if it is one, was made by this reader, and vouches for all of `window`; else None: read anew."""
        try:
            values: dict[str, Any] = json.loads(text or "")
            values["known"] = Span(*values["known"])
            values["warnings"] = tuple(values["warnings"])
            token = cls(**values)
        except (ValueError, KeyError, TypeError):
            return None
        reaches = token.known.start <= window.start and window.end <= token.known.end
        return token if reaches and token.reader == reader else None

    def text(self) -> str:
        """For `Changes.token`."""
        return json.dumps(asdict(self), separators=(",", ":"))


def fingerprint(url: str, timezone: str, owners: Collection[str]) -> str:
    """A digest of all that decides what one event means."""
    reader = [url, timezone, sorted(owners), version("tzdata")]
    return sha256(json.dumps(reader).encode()).hexdigest()[:32]


def digest_of(etags: dict[str, str]) -> str:
    """One text for what a calendar holds, by the etags of its events."""
    return sha256(json.dumps(sorted(etags.items())).encode()).hexdigest()
