"""A calendar as a week: the page that shows a person what the stand-in holds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.demo.stand_in.pages import render

_DAY = timedelta(days=1)
_USUAL_HOURS = (8, 19)


@dataclass(frozen=True, slots=True)
class WeekEvent:
    """One occurrence. Aware `start` and `end`, or whole dates (`until` is exclusive) for an all-day event.

    `look` is `busy`, `tentative`, `away`, `free`, `declined` or `booking`; `note` is a short second line.
    """

    title: str
    start: datetime | date
    end: datetime | date
    look: str = "busy"
    note: str = ""


@dataclass(frozen=True, slots=True)
class _Block:
    title: str
    note: str
    look: str
    times: str
    top: float
    height: float
    lane: int
    lanes: int
    is_short: bool


@dataclass(frozen=True, slots=True)
class _Day:
    on: date
    is_today: bool
    whole: tuple[WeekEvent, ...]
    blocks: tuple[_Block, ...]


def monday_of(text: str | None, now: datetime, timezone: str) -> date:
    """The Monday of the week that holds `text` (a date), or of the present week in `timezone`."""
    try:
        on = date.fromisoformat(text or "")
    except ValueError:
        on = now.astimezone(ZoneInfo(timezone)).date()
    return on - on.weekday() * _DAY


def render_week(
    *,
    service: str,
    owner: str,
    email: str,
    timezone: str,
    monday: date,
    now: datetime,
    events: Sequence[WeekEvent],
) -> str:
    """The whole page. `service` is its name in the heading; `monday` the first day shown."""
    zone = ZoneInfo(timezone)
    hours = _hours(events, zone)
    days = [_day(monday + i * _DAY, events, zone, hours, now) for i in range(7)]
    return render(
        "week.html",
        service=service,
        owner=owner,
        email=email,
        timezone=timezone,
        days=days,
        hours=range(*hours),
        monday=monday,
        previous=monday - 7 * _DAY,
        following=monday + 7 * _DAY,
    )


def _hours(events: Sequence[WeekEvent], zone: ZoneInfo) -> tuple[int, int]:
    """First and last hour to show: the usual ones, and more where an event needs them."""
    first, last = _USUAL_HOURS
    for event in events:
        if isinstance(event.start, datetime) and isinstance(event.end, datetime):
            start, end = event.start.astimezone(zone), event.end.astimezone(zone)
            if start.date() != end.date():
                return (0, 24)
            first, last = min(first, start.hour), max(last, end.hour + (end.minute > 0))
    return first, last


def _day(
    on: date, events: Sequence[WeekEvent], zone: ZoneInfo, hours: tuple[int, int], now: datetime
) -> _Day:
    whole = tuple(event for event in events if not isinstance(event.start, datetime) and _covers(event, on))
    timed = [(part, event) for event in events if (part := _part_of(event, on, zone)) is not None]
    timed.sort(key=lambda pair: pair[0])
    return _Day(on, now.astimezone(zone).date() == on, whole, _blocks(timed, hours, zone))


def _covers(event: WeekEvent, on: date) -> bool:
    return event.start <= on < event.end


def _part_of(event: WeekEvent, on: date, zone: ZoneInfo) -> tuple[int, int] | None:
    """Which wall clock minutes of the day the event takes, or None."""
    if not isinstance(event.start, datetime) or not isinstance(event.end, datetime):
        return None
    midnight = datetime.combine(on, time(), UTC)
    start, end = (each.astimezone(zone).replace(tzinfo=UTC) - midnight for each in (event.start, event.end))
    first, last = max(start // timedelta(minutes=1), 0), min(end // timedelta(minutes=1), 1440)
    return (first, last) if first < last else None


def _blocks(
    timed: list[tuple[tuple[int, int], WeekEvent]], hours: tuple[int, int], zone: ZoneInfo
) -> tuple[_Block, ...]:
    """Events side by side where they overlap: each takes the first lane that is free when it starts."""
    blocks: list[_Block] = []
    for cluster in _clusters(timed):
        ends: list[int] = []
        lanes: list[int] = []
        for (start, end), _ in cluster:
            lane = next((i for i, busy_until in enumerate(ends) if busy_until <= start), len(ends))
            ends[lane : lane + 1] = [end]
            lanes.append(lane)
        blocks += [
            _block(part, event, (lane, len(ends)), hours, zone)
            for (part, event), lane in zip(cluster, lanes, strict=True)
        ]
    return tuple(blocks)


def _clusters(
    timed: list[tuple[tuple[int, int], WeekEvent]],
) -> list[list[tuple[tuple[int, int], WeekEvent]]]:
    clusters: list[list[tuple[tuple[int, int], WeekEvent]]] = []
    latest = -1
    for part, event in timed:
        if part[0] >= latest:
            clusters.append([])
        clusters[-1].append((part, event))
        latest = max(latest, part[1])
    return clusters


def _block(
    part: tuple[int, int], event: WeekEvent, lane: tuple[int, int], hours: tuple[int, int], zone: ZoneInfo
) -> _Block:
    assert isinstance(event.start, datetime)
    assert isinstance(event.end, datetime)
    total = (hours[1] - hours[0]) * 60
    return _Block(
        title=event.title,
        note=event.note,
        look=event.look,
        times=f"{event.start.astimezone(zone):%H:%M}–{event.end.astimezone(zone):%H:%M}",
        top=round(100 * (part[0] - hours[0] * 60) / total, 3),
        height=round(100 * (part[1] - part[0]) / total, 3),
        lane=lane[0],
        lanes=lane[1],
        is_short=part[1] - part[0] <= 30,
    )
