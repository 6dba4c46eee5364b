"""Reading a stranger's feed in a child process that can be killed.

A recurrence of a few bytes can ask for hours, and the time is spent inside the libraries before they return anything.
So the work is done by `ics_child`, under limits of processor time, memory and wall time, without our environment.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from calendars.ics_read import FeedContent
from calendars.ics_text import FeedError
from calendars.remote import AllDay, BusyItem, BusyKind
from calendars.span import Span
from calendars.zones import find_zone

MAX_BYTES = 2 * 1024 * 1024
_ROOT = str(Path(__file__).parents[1])


@dataclass(frozen=True, slots=True)
class ParseLimits:
    """What one feed may cost: seconds of processor, bytes of address space, seconds altogether."""

    cpu_seconds: int = 20
    memory_bytes: int = 512 * 1024 * 1024
    wall_seconds: float = 30.0


DEFAULT_LIMITS = ParseLimits()


def read_feed_guarded(
    data: bytes,
    window: Span,
    default_zone: str,
    *,
    owners: frozenset[str] = frozenset(),
    limits: ParseLimits = DEFAULT_LIMITS,
) -> FeedContent:
    """As `ics_read.read_feed`, at a bounded price; every failure is a `FeedError`."""
    [content] = read_feeds_guarded([data], window, default_zone, owners=owners, limits=limits)
    if isinstance(content, FeedError):
        raise content
    return content


def read_feeds_guarded(
    feeds: Sequence[bytes],
    window: Span,
    default_zone: str,
    *,
    owners: frozenset[str] = frozenset(),
    limits: ParseLimits = DEFAULT_LIMITS,
) -> tuple[FeedContent | FeedError, ...]:
    """As `read_feed_guarded`, for several bodies in one child: each has its own content, or its own error.

    Together they may have `MAX_BYTES` and cost what one may cost; beyond that it is a `FeedError` for all of them.
    """
    find_zone(default_zone)
    if sum(map(len, feeds)) > MAX_BYTES:
        raise FeedError("too-large", "this feed is too large")
    order = {
        "sizes": [len(data) for data in feeds],
        "window": window,
        "default_zone": default_zone,
        "owners": sorted(owners),
        "cpu_seconds": limits.cpu_seconds,
        "memory_bytes": limits.memory_bytes,
    }
    answer = _ask_child(b"".join((json.dumps(order).encode(), b"\n", *feeds)), limits.wall_seconds)
    if "error" in answer:
        raise FeedError(answer["error"], answer["message"])
    return tuple(_content_or_error(each) for each in answer["feeds"])


def _ask_child(message: bytes, wall_seconds: float) -> dict[str, Any]:
    try:
        child = subprocess.run(
            [sys.executable, "-m", "calendars.ics_child"],
            input=message,
            capture_output=True,
            timeout=wall_seconds,
            check=True,
            env={"PYTHONPATH": _ROOT, "PYTHONUTF8": "1"},
        )
        answer: dict[str, Any] = json.loads(child.stdout)
    except (subprocess.SubprocessError, ValueError) as error:
        raise FeedError("too-expensive", "this feed takes too much time or memory to read") from error
    return answer


def _content_or_error(answer: dict[str, Any]) -> FeedContent | FeedError:
    return FeedError(answer["error"], answer["message"]) if "error" in answer else _content(answer)


def _content(answer: dict[str, Any]) -> FeedContent:
    busy = tuple(_item(*values) for values in answer["busy"])
    return FeedContent(busy, tuple(answer["warnings"]), answer["name"], answer["timezone"])


def _item(
    uid: str, key: str, kind: str, span: list[int] | None, days: list[str] | None, booking: str | None
) -> BusyItem:
    return BusyItem(
        event_id=uid,
        instance_key=key,
        kind=BusyKind(kind),
        span=Span(*span) if span else None,
        all_day=AllDay(*map(date.fromisoformat, days)) if days else None,
        booking=booking,
    )
