"""What the page says that a visitor did: read as far as it can be, and never a reason to refuse anybody."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.enrichment.letters import clean_text

MOST = 20
LONGEST_TOPIC = 120
LONGEST_URL = 500
KIND = re.compile(r"[a-z][a-z0-9_]{0,31}")


@dataclass(frozen=True, slots=True)
class Behavior:
    """Something a lead did: `kind` (webinar, download, page, inquiry …), `topic` (blank where there is none), and
    when; `at` is an aware instant."""

    kind: str
    topic: str
    at: datetime
    url: str | None = None


def read_behaviors(given: Sequence[Any], now: datetime) -> tuple[list[Behavior], list[dict[str, str]]]:
    """The first `MOST` that can be read, none of them later than `now`; and flags for the others."""
    found = [_read(each, now) for each in given[:MOST]]
    flags = []
    if None in found:
        flags.append({"field": "behaviors", "code": "unreadable"})
    if len(given) > MOST:
        flags.append({"field": "behaviors", "code": "too-many"})
    return [each for each in found if each is not None], flags


def _read(given: Any, now: datetime) -> Behavior | None:
    if not isinstance(given, Mapping):
        return None
    kind, at = given.get("kind"), _instant(given.get("at"), now)
    if not isinstance(kind, str) or not KIND.fullmatch(kind) or at is None:
        return None
    topic, url = _text(given.get("topic"), LONGEST_TOPIC), _text(given.get("url"), LONGEST_URL)
    return None if topic is None or url is None else Behavior(kind, topic, min(at, now), url or None)


def _text(value: Any, longest: int) -> str | None:
    """Blank when missing, None when it cannot be used."""
    if value is None or value == "":
        return ""
    cleaned = clean_text(value) if isinstance(value, str) else None
    return cleaned if isinstance(cleaned, str) and len(cleaned) <= longest else None


def _instant(value: Any, now: datetime) -> datetime | None:
    if value is None:
        return now
    try:
        at = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None
    return at if at is not None and at.tzinfo is not None else None
