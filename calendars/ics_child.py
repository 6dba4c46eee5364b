"""The child of `ics_guard`: reads feeds from standard input and writes what is busy to standard output.

Input is one line of JSON (the order), then the feeds' bytes, one after the other; output is one JSON document.
"""

import json
import resource
import sys
from typing import Any

from icalendar import use_zoneinfo

from calendars.ics_read import FeedContent, read_feed
from calendars.ics_text import FeedError
from calendars.remote import BusyItem
from calendars.span import Span
from calendars.zones import pin_zone_data


def main() -> None:
    """Obey one order under its limits."""
    order: dict[str, Any] = json.loads(sys.stdin.buffer.readline())
    _limit(order["cpu_seconds"], order["memory_bytes"])
    pin_zone_data()
    answer: dict[str, Any]
    try:
        answer = {"feeds": [_attempt(order, sys.stdin.buffer.read(size)) for size in order["sizes"]]}
    except (MemoryError, RecursionError):
        answer = {"error": "too-expensive", "message": "this feed takes too much memory to read"}
    json.dump(answer, sys.stdout)


def _limit(cpu_seconds: int, memory_bytes: int) -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (cpu_seconds, cpu_seconds))
    resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _attempt(order: dict[str, Any], data: bytes) -> dict[str, Any]:
    use_zoneinfo()  # type: ignore[no-untyped-call] # forgets the zones that the feed before has defined
    try:
        return _answer(order, data)
    except FeedError as error:
        return {"error": error.code, "message": str(error)}


def _answer(order: dict[str, Any], data: bytes) -> dict[str, Any]:
    content: FeedContent = read_feed(
        data,
        Span(*order["window"]),
        order["default_zone"],
        owners=frozenset(order["owners"]),
    )
    return {
        "busy": [_values(item) for item in content.busy],
        "warnings": content.warnings,
        "name": content.name,
        "timezone": content.timezone,
    }


def _values(item: BusyItem) -> list[object]:
    days = item.all_day and [item.all_day.first.isoformat(), item.all_day.until.isoformat()]
    return [item.event_id, item.instance_key, item.kind, item.span, days, item.booking]


if __name__ == "__main__":
    main()
