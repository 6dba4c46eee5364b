"""Times as a visitor reads them: by their own days, with the offset of their own zone."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any

from calendars.zones import EPOCH_DAY, MINUTES_A_DAY, find_zone, local_day, offset_stretches, to_minutes

MOST_DAYS = 31
MOST_SUGGESTED = 3
_LAST_DAY = date(2200, 1, 1)


@dataclass(frozen=True, slots=True)
class SlotQuery:
    """Local dates in the visitor's zone, both inclusive; None starts today and runs as far as is allowed. `minutes` is
    the length that was chosen, None the meeting type's own."""

    timezone: str
    first: date | None = None
    last: date | None = None
    minutes: int | None = None


@dataclass(frozen=True, slots=True)
class SlotList:
    """An answer to a query, before it is written out; equal ones are written alike, so once is enough.

    `starts` in UTC minutes; `first` and `last` are the local dates that were looked at; `revision` the company's;
    `prefer` names the days to suggest first (`fullest`, `emptiest`).
    """

    starts: tuple[int, ...]
    minutes: int
    timezone: str
    first: date
    last: date
    revision: int
    prefer: str | None = None

    @classmethod
    def of(
        cls,
        starts: Sequence[int],
        minutes: int,
        query: SlotQuery,
        now: datetime,
        revision: int,
        prefer: str | None = None,
    ) -> "SlotList":
        """The answer at an instant."""
        find_zone(query.timezone)
        return cls(tuple(starts), minutes, query.timezone, *_dates(query, now), revision, prefer)

    def to_json(self) -> dict[str, Any]:
        """As the public API shows it; not to be changed by whoever reads it."""
        return _describe(self)


@lru_cache(maxsize=256)
def _describe(slots: SlotList) -> dict[str, Any]:
    days: dict[str, list[dict[str, str]]] = {}
    following = None
    for label_start, label_end, day in _labels(slots.starts, slots.minutes, slots.timezone):
        if day < slots.first:
            continue
        following = following or label_start
        if day > slots.last:
            break
        days.setdefault(day.isoformat(), []).append({"start": label_start, "end": label_end})
    return {
        "timezone": slots.timezone,
        "duration_minutes": slots.minutes,
        "days": [{"date": day, "slots": listed} for day, listed in days.items()],
        "suggested": suggest_starts(days, slots.prefer),
        "next_available": following,
        "window": {"from": slots.first.isoformat(), "to": slots.last.isoformat()},
        "version": f"{slots.revision}.{hash(slots.starts) & 0xFFFFFFFF:x}",
        "reason": None
        if slots.starts
        else {"code": "no-times", "message": "There is no free time in the coming days."},
    }


def suggest_starts(days: dict[str, list[dict[str, str]]], prefer: str | None) -> list[str]:
    """A few starts to show first: a time on each of the days that are to fill first, where the fewest times are left or
    the most; without such a wish the soonest one, one in another part of the day, and one on another day."""
    if prefer is None:
        return _soon_and_apart([slot["start"] for listed in days.values() for slot in listed])
    sign = 1 if prefer == "fullest" else -1
    chosen = sorted(days, key=lambda day: (sign * len(days[day]), day))[:MOST_SUGGESTED]
    return [_at_a_good_hour([slot["start"] for slot in days[day]]) for day in sorted(chosen)]


def _soon_and_apart(starts: Sequence[str]) -> list[str]:
    pool = [start for start in starts if "07:00" <= start[11:16] < "21:00"] or list(starts)
    if not pool:
        return []
    far = datetime.fromisoformat(pool[0]) + timedelta(hours=3)
    later = next((start for start in pool if datetime.fromisoformat(start) >= far), None)
    another = next((start for start in pool if later and start[:10] > later[:10]), None)
    return [pool[0], later, another] if later and another else pool[:MOST_SUGGESTED]


def _at_a_good_hour(starts: Sequence[str]) -> str:
    return next((start for start in starts if "09:00" <= start[11:16] < "17:00"), starts[0])


def _dates(query: SlotQuery, now: datetime) -> tuple[date, date]:
    """The dates to look at: never more than a month, never backwards, never outside what calendars reach."""
    today = local_day(query.timezone, to_minutes(now))
    first = min(max(query.first or today, EPOCH_DAY), _LAST_DAY)
    latest = first + timedelta(days=MOST_DAYS - 1)
    return first, min(max(query.last or latest, first), latest)


def _labels(times: Sequence[int], minutes: int, timezone: str) -> list[tuple[str, str, date]]:
    """Each start with its RFC 3339 texts and its local date; integer arithmetic, no datetime for each time."""
    if not times:
        return []
    offsets = _Offsets(timezone, times[0], times[-1] + minutes + 1)
    found = []
    for start in times:
        offset, end = offsets.at(start), start + minutes
        day = EPOCH_DAY + timedelta(days=(start + offset) // MINUTES_A_DAY)
        found.append((write_time(start, offset), write_time(end, offsets.at(end)), day))
    return found


class _Offsets:
    """A zone's offsets over a stretch, looked up without a datetime."""

    def __init__(self, timezone: str, start: int, end: int) -> None:
        stretches = offset_stretches(timezone, start, end)
        self._begins = [stretch.start for stretch in stretches]
        self._offsets = [stretch.offset for stretch in stretches]

    def at(self, minute: int) -> int:
        """Minutes ahead of UTC."""
        return self._offsets[bisect_right(self._begins, minute) - 1]


def write_time(minute: int, offset: int) -> str:
    """A UTC minute as RFC 3339 in a zone that is `offset` minutes ahead of UTC."""
    days, of_day = divmod(minute + offset, MINUTES_A_DAY)
    sign, shift = ("-", -offset) if offset < 0 else ("+", offset)
    clock_time = f"T{of_day // 60:02}:{of_day % 60:02}:00{sign}{shift // 60:02}:{shift % 60:02}"
    return (EPOCH_DAY + timedelta(days=days)).isoformat() + clock_time
