"""Between wall clocks and the time line.

Everything else in this package counts UTC minutes since the epoch; this module alone asks `zoneinfo`. Rules come
from the pinned `tzdata` package once `pin_zone_data` has run, so that two machines agree about tomorrow.
"""

from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo, reset_tzpath

from calendars.span import Span

EPOCH_DAY = date(1970, 1, 1)
MINUTES_A_DAY = 1440
# Finer than the distance between any two changes of one zone's offset that ever happened.
_PROBE_MINUTES = 360
_NAIVE_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - wall-clock readings are counted from it, not instants
_MINUTE = timedelta(minutes=1)


class UnknownZoneError(ValueError):
    """The name is not an IANA zone of the pinned `tzdata`."""


class Stretch(NamedTuple):
    """`[start, end)` in UTC minutes during which a zone's wall clock reads UTC plus `offset` minutes."""

    start: int
    end: int
    offset: int


def pin_zone_data() -> None:
    """Use the zone rules of the installed `tzdata` package, never the machine's. Call once, at start."""
    reset_tzpath(to=[])
    ZoneInfo.clear_cache()
    for cached in (find_zone, first_instant, offset_stretches):
        cached.cache_clear()


@lru_cache(maxsize=1024)
def find_zone(name: str) -> ZoneInfo:
    """The IANA zone of that name; raises `UnknownZoneError`."""
    try:
        return ZoneInfo(name)
    # A missing key, a path out of the data, a folder ("Europe") and a name too long for a file each raise their own.
    except (KeyError, ValueError, OSError, TypeError) as error:
        raise UnknownZoneError(f"unknown time zone {name[:64]!r}") from error


def to_minutes(instant: datetime) -> int:
    """UTC minutes since the epoch, seconds cut off. Raises `ValueError` for a datetime without a zone."""
    if instant.tzinfo is None:
        raise ValueError("an instant needs a time zone")
    return (instant.astimezone(UTC).replace(tzinfo=None) - _NAIVE_EPOCH) // _MINUTE


def to_instant(minute: int) -> datetime:
    """The aware UTC datetime of a minute."""
    return datetime.fromtimestamp(minute * 60, UTC)


def local_minute(timezone: str, minute: int) -> int:
    """What the wall clock in `timezone` reads at `minute`, as minutes since 1970-01-01 00:00 on that clock."""
    return minute + _offset(find_zone(timezone), minute)


def local_day(timezone: str, minute: int) -> date:
    """The date on the wall clock in `timezone` at `minute`."""
    return EPOCH_DAY + timedelta(days=local_minute(timezone, minute) // MINUTES_A_DAY)


@lru_cache(maxsize=65536)
def first_instant(timezone: str, day: date, minute_of_day: int) -> int:
    """The first UTC minute at which the wall clock reads `day` at `minute_of_day` or later.

    `minute_of_day` may be 1440 or more (the next day). A reading that the clocks skip is the moment of the jump;
    one that comes twice is its first coming.
    """
    zone = find_zone(timezone)
    reading = datetime.combine(day, time()) + timedelta(minutes=minute_of_day)
    wall = (reading - _NAIVE_EPOCH) // _MINUTE
    early, late = (-((_seconds(zone, reading, fold) - wall * 60) // 60) for fold in (0, 1))
    if early <= late:
        return early
    # The reading does not exist: the old offset puts it after the jump, the new one before it.
    return _bisect(late, early, lambda minute: minute + _offset(zone, minute) >= wall)


def day_span(timezone: str, first: date, until: date) -> Span:
    """Whole local dates, `first` inclusive to `until` exclusive, as UTC minutes: 23 or 25 hours where so."""
    return Span(first_instant(timezone, first, 0), first_instant(timezone, until, 0))


@lru_cache(maxsize=4096)
def offset_stretches(timezone: str, start: int, end: int) -> tuple[Stretch, ...]:
    """`[start, end)` cut wherever the zone's offset changes, in order. Offsets are whole minutes, rounded down."""
    zone = find_zone(timezone)
    found: list[Stretch] = []
    begun, offset = start, _offset(zone, start)
    for probe in [*range(start + _PROBE_MINUTES, end, _PROBE_MINUTES), end - 1]:
        after = _offset(zone, probe)
        if after == offset or probe <= begun:
            continue
        change = _change(zone, max(begun, probe - _PROBE_MINUTES), probe)
        found.append(Stretch(begun, change, offset))
        begun, offset = change, after
    found.append(Stretch(begun, end, offset))
    return tuple(found)


def _offset(zone: ZoneInfo, minute: int) -> int:
    shift = to_instant(minute).astimezone(zone).utcoffset()
    assert shift is not None
    return shift // _MINUTE


def _seconds(zone: ZoneInfo, reading: datetime, fold: int) -> int:
    shift = zone.utcoffset(reading.replace(fold=fold))
    assert shift is not None
    return shift // timedelta(seconds=1)


def _change(zone: ZoneInfo, before: int, after: int) -> int:
    """The first minute in `(before, after]` that has the offset of `after`, one change lying between."""
    wanted = _offset(zone, after)
    return _bisect(before, after, lambda minute: _offset(zone, minute) == wanted)


def _bisect(false_at: int, true_at: int, is_past: Callable[[int], bool]) -> int:
    """The first minute in `(false_at, true_at]` for which `is_past` holds, which it then goes on doing."""
    while true_at - false_at > 1:
        middle = (false_at + true_at) // 2
        if is_past(middle):
            true_at = middle
        else:
            false_at = middle
    return true_at
