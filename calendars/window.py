"""How far ahead prospects may book."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from calendars.zones import first_instant, local_day

MAX_DAYS = 366
_WRITTEN = re.compile(r"([0-9]{1,3}) (business )?days?", re.ASCII)
_SATURDAY = 5
_ONE_DAY = timedelta(days=1)


class InvalidWindowError(ValueError):
    """A booking window that cannot be, with words for the person who wrote it."""


@dataclass(frozen=True, slots=True)
class BookingWindow:
    """So many days after today; only Mondays to Fridays that are no holidays count if `is_business`."""

    days: int
    is_business: bool


def parse_window(text: str) -> BookingWindow:
    """`"14 days"` or `"10 business days"`, from 1 to 366. Raises `InvalidWindowError`."""
    match = _WRITTEN.fullmatch(text.strip())
    if match is None or not 1 <= int(match[1]) <= MAX_DAYS:
        raise InvalidWindowError(f'write a window as "10 business days" or "14 days", not {text[:40]!r}')
    return BookingWindow(int(match[1]), match[2] is not None)


def horizon_end(now: int, window: str | BookingWindow, timezone: str, holidays: Collection[date]) -> int:
    """The UTC minute at which the window ends: the local midnight that closes its last day.

    Today does not count: "14 days" is the rest of today and fourteen whole days. `holidays` are the dates that are
    no business days besides weekends.
    """
    size = parse_window(window) if isinstance(window, str) else window
    day, left = local_day(timezone, now), size.days
    # Somebody may have declared years of holidays; a window still ends.
    for _ in range(10 * MAX_DAYS):
        if left == 0:
            break
        day += _ONE_DAY
        if not size.is_business or (day.weekday() < _SATURDAY and day not in holidays):
            left -= 1
    return first_instant(timezone, day + _ONE_DAY, 0)
