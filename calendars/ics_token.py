"""What is remembered between two readings of a feed, as one opaque text."""

import json
from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from hashlib import sha256
from importlib.metadata import version
from typing import Any

from calendars.ics_fetch import Fetched
from calendars.ics_read import FeedContent
from calendars.span import Span


@dataclass(frozen=True, slots=True)
class FeedToken:
    """The server's validators, the digest of the body, what was read from it, and for whom it was read."""

    etag: str | None
    last_modified: str | None
    digest: str
    reader: str
    known: Span
    timezone: str
    warnings: tuple[str, ...]

    @classmethod
    def of(cls, fetched: Fetched, reader: str, known: Span, content: FeedContent) -> "FeedToken":
        """After a full reading."""
        return cls(
            fetched.etag,
            fetched.last_modified,
            fetched.digest,
            reader,
            known,
            content.timezone,
            content.warnings,
        )

    @classmethod
    def parse(cls, text: str | None, reader: str, window: Span) -> "FeedToken | None":
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

    def renewed(self, fetched: Fetched) -> "FeedToken":
        """The same content, with validators that may be newer."""
        return replace(
            self,
            etag=fetched.etag or self.etag,
            last_modified=fetched.last_modified or self.last_modified,
        )

    def text(self) -> str:
        """For `Changes.token`. Holds no part of the feed's address."""
        return json.dumps(asdict(self), separators=(",", ":"))


def fingerprint(url: str, timezone: str, owners: Collection[str]) -> str:
    """A digest of all that decides what one body means, the rules of time zones among it."""
    reader = [url, timezone, sorted(owners), version("tzdata")]
    return sha256(json.dumps(reader).encode()).hexdigest()[:32]
