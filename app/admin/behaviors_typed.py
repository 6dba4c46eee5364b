"""What a made-up lead did, as somebody types it: `webinar: security, 12` is twelve days ago."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from app.enrichment.behaviors import KIND, LONGEST_TOPIC
from app.errors import FieldError, Invalid
from app.store.behaviors import BehaviorView

MOST = 50
_DAYS = re.compile(r"(.*?)(?:,\s*([0-9]{1,4}))?")


def behaviors_typed(text: str, now: datetime) -> list[BehaviorView]:
    """One behavior a line. Raises Invalid with the number of the line that cannot be read."""
    lines = [line.strip() for line in text.splitlines()]
    return list(_read([line for line in lines if line][:MOST], now))


def _read(lines: list[str], now: datetime) -> Iterator[BehaviorView]:
    for number, line in enumerate(lines, 1):
        match = _DAYS.fullmatch(line)
        said, days = (match[1], match[2]) if match else (line, None)
        kind, _, topic = (part.strip() for part in said.partition(":"))
        if not KIND.fullmatch(kind) or len(topic) > LONGEST_TOPIC:
            words = f"line {number} must read like webinar: security, 12"
            raise Invalid([FieldError("behaviors", "invalid", words)])
        yield BehaviorView(kind, topic, now - timedelta(days=int(days or 0)))
