"""Weeks as pictures: hours, busy times and meetings on a grid, as numbers that a template draws."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from calendars.hours import InvalidHoursError, parse_hours

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of one day, in minutes of the day; `kind` is `hours`, `busy` or `meeting-block`."""

    kind: str
    start: int
    end: int
    words: str


@dataclass(frozen=True, slots=True)
class DayColumn:
    """One day with its blocks, the ones drawn first coming first."""

    name: str
    on: date | None
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Week:
    """Seven columns from `first` to `last` minute of the day (whole hours). `total` working minutes a week."""

    days: tuple[DayColumn, ...]
    first: int
    last: int
    total: int

    @property
    def hours(self) -> range:
        """The hours on the scale, every second one."""
        return range(self.first // 60, self.last // 60 + 1, 2)


def clock(minute: int) -> str:
    """`09:30`; past midnight it says so."""
    return f"{minute // 60 % 24:02d}:{minute % 60:02d}" + (" next day" if minute > 1440 else "")


def week_of_hours(weekly: Mapping[str, Sequence[str]]) -> Week | None:
    """The week of a schedule as written; None when some hours cannot be read."""
    try:
        spans = [[parse_hours(text) for text in weekly.get(day, ())] for day in DAYS]
    except InvalidHoursError:
        return None
    return _week([(name, None, _hours(own)) for name, own in zip(NAMES, spans, strict=True)])


def week_of_times(
    monday: date,
    zone: str,
    weekly: Mapping[str, Sequence[str]],
    busy: Iterable[tuple[datetime, datetime, str]],
    meetings: Iterable[tuple[datetime, datetime, str]],
) -> Week:
    """A real week: working hours beneath, busy times and meetings above, each with words, all in `zone`."""
    local = ZoneInfo(zone)
    days = []
    taken = [(start, end, "busy", words) for start, end, words in busy]
    taken += [(start, end, "meeting-block", words) for start, end, words in meetings]
    for offset, key in enumerate(DAYS):
        on = monday + timedelta(days=offset)
        blocks = _hours([parse_hours(text) for text in weekly.get(key, ())])
        blocks += [block for each in taken if (block := _on(on, local, *each))]
        days.append((f"{NAMES[offset]} {on.day}", on, blocks))
    return _week(days)


def week_of_spans(monday: date, zone: str, open_times: Iterable[tuple[datetime, datetime]]) -> Week:
    """A real week of times that are open, in `zone`."""
    local = ZoneInfo(zone)
    times = list(open_times)
    days = []
    for offset, name in enumerate(NAMES):
        on = monday + timedelta(days=offset)
        blocks = [block for start, end in times if (block := _on(on, local, start, end, "hours", ""))]
        days.append((f"{name} {on.day}", on, blocks))
    return _week(days)


def _hours(spans: Iterable[tuple[int, int]]) -> list[Block]:
    return [Block("hours", start, end, f"{clock(start)}–{clock(end)}") for start, end in spans]


def _on(on: date, zone: ZoneInfo, start: datetime, end: datetime, kind: str, words: str) -> Block | None:
    opens = datetime(on.year, on.month, on.day, tzinfo=zone)
    closes = opens + timedelta(days=1)
    first, last = max(start.astimezone(zone), opens), min(end.astimezone(zone), closes)
    if first >= last:
        return None
    from_, to = first.hour * 60 + first.minute, last.hour * 60 + last.minute
    to = 1440 if last == closes else to
    return Block(kind, from_, to, f"{clock(from_)}–{clock(to)} {words}".rstrip())


def _week(days: Sequence[tuple[str, date | None, list[Block]]]) -> Week:
    hours = [block for _, _, blocks in days for block in blocks if block.kind == "hours"]
    first = min([*(block.start for block in hours), 9 * 60]) // 120 * 120
    last = -(-max([*(min(block.end, 1440) for block in hours), 17 * 60]) // 120) * 120
    return Week(
        days=tuple(DayColumn(name, on, tuple(blocks)) for name, on, blocks in days),
        first=first,
        last=min(last, 1440),
        total=sum(block.end - block.start for block in hours),
    )
