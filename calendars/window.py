"""From when and how far ahead prospects may book."""

import re
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import lru_cache

from calendars.zones import first_instant, local_day

MAX_DAYS = 366
_WRITTEN = re.compile(r"([0-9]{1,3}) (business )?days?", re.ASCII)
_DATES = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2}) to ([0-9]{4}-[0-9]{2}-[0-9]{2})", re.ASCII)
_SATURDAY = 5
_ONE_DAY = timedelta(days=1)


class InvalidWindowError(ValueError):
    """A booking window that cannot be, with words for the person who wrote it."""


@dataclass(frozen=True, slots=True)
class BookingWindow:
    """So many days after today; only Mondays to Fridays that are no holidays count if `is_business`. Or fixed dates,
    `first` to `last`, both included."""

    days: int = 0
    is_business: bool = False
    first: date | None = None
    last: date | None = None

    def __str__(self) -> str:
        if self.first is not None:
            return f"{self.first} to {self.last}"
        return f"{self.days} {'business ' if self.is_business else ''}day{'s' if self.days != 1 else ''}"

    def longer(self, days: int) -> "BookingWindow":
        """The same window with so many days more, as far as windows go."""
        if self.last is not None:
            return replace(self, last=self.last + timedelta(days=days))
        return replace(self, days=min(self.days + days, MAX_DAYS))


@lru_cache(maxsize=256)
def parse_window(text: str) -> BookingWindow:
    """`"14 days"` or `"10 business days"`, from 1 to 366, or `"2026-12-01 to 2026-12-18"`. Raises
    `InvalidWindowError`."""
    if dates := _DATES.fullmatch(text.strip()):
        return _fixed(*dates.groups())
    match = _WRITTEN.fullmatch(text.strip())
    if match is None or not 1 <= int(match[1]) <= MAX_DAYS:
        raise InvalidWindowError(
            f'write a window as "10 business days", "14 days" or "2026-12-01 to 2026-12-18", not {text[:40]!r}'
        )
    return BookingWindow(int(match[1]), match[2] is not None)


def _fixed(first: str, last: str) -> BookingWindow:
    try:
        window = BookingWindow(first=date.fromisoformat(first), last=date.fromisoformat(last))
    except ValueError:
        raise InvalidWindowError(f"{first} to {last} are no dates") from None
    if last < first:
        raise InvalidWindowError(f"the window ends on {last}, before it starts on {first}")
    return window


def window_start(window: str | BookingWindow, timezone: str) -> int | None:
    """The UTC minute at which a window of fixed dates begins; None for one that moves along with today."""
    size = parse_window(window) if isinstance(window, str) else window
    return None if size.first is None else first_instant(timezone, size.first, 0)


def horizon_end(now: int, window: str | BookingWindow, timezone: str, holidays: Collection[date]) -> int:
    """The UTC minute at which the window ends: the local midnight that closes its last day.

    Today does not count: "14 days" is the rest of today and fourteen whole days. `holidays` are the dates that are
    no business days besides weekends. Of fixed dates, those more than 366 days ahead are left out.
    """
    size = parse_window(window) if isinstance(window, str) else window
    day, left = local_day(timezone, now), size.days
    if size.last is not None:
        return first_instant(timezone, min(size.last, day + MAX_DAYS * _ONE_DAY) + _ONE_DAY, 0)
    # Somebody may have declared years of holidays; a window still ends.
    for _ in range(10 * MAX_DAYS):
        if left == 0:
            break
        day += _ONE_DAY
        if not size.is_business or (day.weekday() < _SATURDAY and day not in holidays):
            left -= 1
    return first_instant(timezone, day + _ONE_DAY, 0)
